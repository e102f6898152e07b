import { identifyCaller } from './access/identify-caller.ts';
import { answerLocally } from './answer-locally.ts';
import { loadCodecs } from './dialects/load-codecs.ts';
import { readCall } from './dialects/read-call.ts';
import { renderError } from './dialects/render-error.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import { checkHead } from './http/check-head.ts';
import { answerOptions } from './http/local-answers.ts';
import { readCallHead } from './http/read-call-head.ts';
import { readWishes } from './http/read-wishes.ts';
import {
  dialectAt,
  isHiddenRoute,
  isLocal,
  isPlainPath,
  matchRoute,
  type RouteMatch,
} from './http/route-table.ts';
import { writeAnswer } from './http/write-answer.ts';
import { RequestRecord } from './observe/request-record.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, Dialect, TargetName } from './protocol/call.ts';
import type { Exchange, ExchangeHandler } from './protocol/exchange.ts';
import { ownerOf, type Principal } from './protocol/principal.ts';
import type { RequestScope } from './resilience/request-scope.ts';
import type { Rooms } from './rooms.ts';
import { sendTo, serveCall } from './serve-call.ts';

/** The pass: one request, from its first line to its last. Each stage returns a value or throws a `GatewayError`. */
export class Pass implements ExchangeHandler {
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  handle(exchange: Exchange): boolean {
    const match = matchRoute(exchange.path);
    // What stands for a model's name can hold anything; a route without one is plain.
    const isPlain = (match !== undefined && match.id === undefined) || isPlainPath(exchange.path);
    const isOurs = isPlain ? match !== undefined : exchange.isOwnGround || isHiddenRoute(exchange.path);
    if (!isOurs) return false;
    void this.#pass(exchange, isPlain ? match : undefined);
    return true;
  }

  /** `known`: who calls, where that was found out before. */
  async #pass(exchange: Exchange, match: RouteMatch | undefined, known?: Principal): Promise<void> {
    const { lifecycle, observer } = this.#rooms;
    const record = new RequestRecord(observer, exchange.requestId);
    const scope = lifecycle.open(record);
    exchange.onClose(() => scope.leave());
    const dialect = match?.dialect ?? dialectAt(exchange.path);
    const loading = dialect !== 'openai-chat' || this.#rooms.readsChats ? loadCodecs() : undefined;
    try {
      if (loading !== undefined) await loading;
      const answer = await this.#answer(exchange, match, { record, scope, principal: known });
      this.#write(exchange, scope.own(answer), { record, scope });
    } catch (thrown) {
      this.#end(exchange, toGatewayError(thrown), { record, scope, dialect });
    }
  }

  /** Refuses; where even that goes wrong, the caller is given up, and the host's process goes on. */
  #end(exchange: Exchange, error: GatewayError, passing: Passing & { dialect: Dialect }): void {
    const { record, scope } = passing;
    try {
      this.#refuse(exchange, error, passing);
    } catch (thrown) {
      this.#rooms.observer.internalError(record.id, toGatewayError(thrown));
      exchange.destroy();
      scope.end();
    }
  }

  /** Everything up to the answer. Its frame, and with it the call, is gone by the time that a stream flows. */
  async #answer(
    exchange: Exchange,
    match: RouteMatch | undefined,
    { record, scope, principal: known }: Asking,
  ): Promise<Answer> {
    const rooms = this.#rooms;
    // Who is known by a cookie must not be made to call by another site.
    const route = checkHead(exchange, match, rooms.identify !== undefined);
    if (route === undefined) return answerOptions(match);
    rooms.lifecycle.refuseWhenClosing();
    const { priority, timeout } = readWishes(exchange.headers);
    if (timeout !== undefined) scope.shorten(timeout);
    const { identify } = rooms;
    const principal =
      known ?? (identify && (await scope.outlast(() => identifyCaller(identify, exchange.hostRequest))));
    const asking = { asker: { principal, headers: exchange.headers }, priority, record, scope };
    if (isLocal(route)) {
      const send = (call: Call, at: TargetName): Promise<Answer> => sendTo(call, at, asking, rooms);
      return answerLocally({ exchange, route, id: match?.id, owner: ownerOf(principal), send }, rooms.local);
    }
    const call = readCall(await this.#readBody(exchange, scope), readCallHead(exchange, route, match?.id));
    const goOn = (inner: Exchange): void => void this.#pass(inner, match, principal);
    return serveCall(call, { ...asking, exchange, goOn }, rooms);
  }

  #readBody(exchange: Exchange, scope: RequestScope): Promise<Buffer> {
    const { limit, timeout } = this.#rooms.body;
    return scope.during(timeout, bodyTimeout, (onCancel) => exchange.readBody(limit, onCancel));
  }

  /** In the caller's dialect; an upstream's own words where they say more than ours. */
  #refuse(exchange: Exchange, error: GatewayError, passing: Passing & { dialect: Dialect }): void {
    const { record, scope } = passing;
    record.failed(error);
    if (error.code === 'VE_CLIENT_CLOSED') {
      exchange.abandon();
      return scope.end();
    }
    if (error.code === 'VE_INTERNAL' || error.code === 'VE_IDENTIFY_FAILED')
      this.#rooms.observer.internalError(record.id, error);
    const answer = error.failure?.answer;
    const isReadable = answer !== undefined && /\bjson\b/.test(answer.headers['content-type'] ?? '');
    this.#write(exchange, isReadable ? answer : renderError(error, passing.dialect), passing);
  }

  /** The request is over when the caller has everything, or has gone. */
  #write(exchange: Exchange, answer: Omit<Answer, 'kind'>, { record, scope }: Passing): void {
    const headers = record.head(answer.status, answer.headers);
    const isFlowing = writeAnswer(exchange, { ...answer, headers }, this.#rooms.patience);
    if (isFlowing) scope.streaming();
    else scope.answered(exchange);
  }
}

/** What belongs to the request while it is under way. */
interface Passing {
  readonly record: RequestRecord;
  readonly scope: RequestScope;
}

interface Asking extends Passing {
  /** Where it is known before. */
  readonly principal: Principal | undefined;
}

const bodyTimeout = (): GatewayError => new GatewayError('VE_BODY_TIMEOUT');
