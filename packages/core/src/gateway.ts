import { admitCaller, rulesFor } from './admit-caller.ts';
import { answerLocally } from './answer-locally.ts';
import type { Ending, Known, Passing } from './asking.ts';
import { loadCodecs } from './dialects/load-codecs.ts';
import { renderError } from './dialects/render-error.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import { checkHead } from './http/check-head.ts';
import { answerOptions, decodeId } from './http/local-answers.ts';
import { readWishes } from './http/read-wishes.ts';
import {
  dialectAt,
  isForCaller,
  isLocal,
  isNative,
  isPrivate,
  matchRoute,
  type RouteMatch,
} from './http/route-table.ts';
import { unkeptHeaders } from './http/unkept-headers.ts';
import { writeAnswer } from './http/write-answer.ts';
import { serveNative } from './native/serve-native.ts';
import { RequestRecord } from './observe/request-record.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, TargetName } from './protocol/call.ts';
import type { Exchange, ExchangeHandler } from './protocol/exchange.ts';
import { ownerOf } from './protocol/principal.ts';
import { readRequest, receiveBytes } from './read-request.ts';
import type { Rooms } from './rooms.ts';
import { sendTo } from './serve-call.ts';
import { guardKept, serveGuarded } from './serve-guarded.ts';

/** The pass: one request, from its first line to its last. Each stage returns a value or throws a `GatewayError`. */
export class Pass implements ExchangeHandler {
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  handle(exchange: Exchange): boolean {
    const found = this.#rooms.routes.find(exchange);
    if (found !== undefined) void this.#pass(exchange, found.match);
    return found !== undefined;
  }

  async #pass(exchange: Exchange, match: RouteMatch | undefined, known?: Known): Promise<void> {
    const { lifecycle, observer, tracing } = this.#rooms;
    const trace = tracing?.beginAt(match, exchange);
    const record = new RequestRecord(observer, exchange.requestId, trace);
    const scope = lifecycle.open(record);
    exchange.onClose(() => scope.leave());
    const dialect = match?.dialect ?? dialectAt(exchange.path);
    const isUnkept = this.#rooms.access.isDoor || (match !== undefined && isPrivate(match));
    const loading = dialect !== 'openai-chat' || this.#rooms.readsChats ? loadCodecs() : undefined;
    const passing = { record, scope, dialect, isUnkept };
    try {
      if (loading !== undefined) await loading;
      const asking = { record, scope, known };
      const answer = await (trace === undefined
        ? this.#answer(exchange, match, asking)
        : trace.run(() => this.#answer(exchange, match, asking)));
      this.#write(exchange, scope.own(answer), passing);
    } catch (thrown) {
      this.#end(exchange, toGatewayError(thrown), passing);
    }
  }

  /** Refuses; where even that goes wrong, the caller is given up, and the host's process goes on. */
  #end(exchange: Exchange, error: GatewayError, passing: Ending): void {
    const { record, scope } = passing;
    try {
      this.#refuse(exchange, error, passing);
    } catch (thrown) {
      record.failed(toGatewayError(thrown));
      exchange.destroy();
      scope.end();
    }
  }

  /** Everything up to the answer. Its frame, and with it the call, is gone by the time that a stream flows. */
  async #answer(
    exchange: Exchange,
    match: RouteMatch | undefined,
    { record, scope, known }: Passing & { readonly known: Known | undefined },
  ): Promise<Answer> {
    const rooms = this.#rooms;
    // Who is known by a cookie must not be made to call by another site.
    const route = checkHead(exchange, match, rooms.access);
    if (route === undefined) return answerOptions(match);
    rooms.lifecycle.refuseWhenClosing();
    const { priority, timeout } = readWishes(exchange.headers);
    if (timeout !== undefined) scope.shorten(timeout);
    // Who reads metrics need not be a caller.
    const scraped = route.operation === 'metrics' && (await rooms.local.scrape?.(exchange.hostRequest));
    if (scraped) return scraped;
    // The address itself says who is let in, where it was handed out.
    const owner = rooms.local.files.ownerBy(route, exchange);
    const isKnown = known?.principal !== undefined || owner !== undefined || rooms.access.isOpen;
    if (scope.cancelled !== undefined) throw scope.cancelled;
    const found = isKnown ? known?.principal : rooms.access.identify(exchange, isForCaller(route));
    const principal = found instanceof Promise ? await scope.outlast(() => found) : found;
    // What the gateway asks by itself on behalf of a caller was let in with the caller.
    const { headers } = exchange;
    const { dialect } = route;
    const caller = { principal, headers, dialect, isCall: !isLocal(route), isInner: known !== undefined };
    const admission = await admitCaller(caller, { record, scope }, rooms.gate);
    const asking = { asker: { principal, headers }, priority, record, scope, admission };
    const goOn = (inner: Exchange, isOwn = false): void =>
      void this.#pass(inner, matchRoute(inner.path), { principal, isOwn });
    const brought = { ...asking, exchange, goOn, isOwn: known?.isOwn === true, isInner: known !== undefined };
    if (isLocal(route)) {
      const send = (call: Call, at: TargetName): Promise<Answer> => sendTo(call, at, asking, rooms);
      const read = (): Promise<Buffer> => receiveBytes(exchange, { scope, body: rooms.body });
      const from = { id: match?.id, owner: owner ?? ownerOf(principal), principal };
      const answer = await answerLocally({ exchange, route, ...from, read, send }, rooms.local);
      return guardKept(answer, route, brought, rooms);
    }
    if (isNative(route)) return serveNative(exchange, route, asking, rooms);
    // It changes one that is there.
    if (route.operation === 'video' && match?.id !== undefined)
      return (await rooms.jobs.open()).remix(decodeId(match.id), brought);
    const body = rulesFor(rooms.body, record);
    const call = await readRequest(exchange, route, { id: match?.id, scope, body });
    return serveGuarded(call, { route, id: match?.id }, brought, rooms);
  }

  /** In the caller's dialect; an upstream's own words where they say more than ours. */
  #refuse(exchange: Exchange, error: GatewayError, passing: Ending): void {
    const { record, scope } = passing;
    record.failed(error);
    if (error.code === 'VE_CLIENT_CLOSED') {
      exchange.abandon();
      return scope.end();
    }
    const answer = error.failure?.answer;
    const isReadable = answer !== undefined && /\bjson\b/.test(answer.headers['content-type'] ?? '');
    this.#write(exchange, isReadable ? answer : renderError(error, passing.dialect), passing);
  }

  /** The request is over when the caller has everything, or has gone. */
  #write(exchange: Exchange, answer: Omit<Answer, 'kind'>, passing: Ending): void {
    const { record, scope, isUnkept } = passing;
    const told = isUnkept ? unkeptHeaders(answer.headers) : answer.headers;
    const headers = record.head(answer.status, told);
    const isFlowing = writeAnswer(exchange, { ...answer, headers }, this.#rooms.patience);
    if (isFlowing) scope.streaming();
    else scope.answered(exchange);
  }
}
