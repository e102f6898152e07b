import { type Identify, identifyCaller } from './access/identify-caller.ts';
import { loadCodecs } from './dialects/load-codecs.ts';
import { readCall } from './dialects/read-call.ts';
import { renderError } from './dialects/render-error.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import { answerModel, answerModels } from './http/answer-models.ts';
import { checkHead } from './http/check-head.ts';
import { answerOptions, decodeId } from './http/local-answers.ts';
import { readCallHead } from './http/read-call-head.ts';
import { isHiddenRoute, isPlainPath, matchRoute, type RouteMatch } from './http/route-table.ts';
import { writeAnswer } from './http/write-answer.ts';
import type { Observer } from './observe/observer.ts';
import { RequestRecord } from './observe/request-record.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, Dialect } from './protocol/call.ts';
import type { Exchange, ExchangeHandler } from './protocol/exchange.ts';
import type { ModelCard } from './protocol/model-card.ts';
import type { Candidate } from './resilience/candidate.ts';
import { type FailoverPolicy, failover } from './resilience/failover.ts';
import type { Lifecycle } from './resilience/lifecycle.ts';
import type { RequestScope } from './resilience/request-scope.ts';

/** What the pass needs of the rooms; `create-gateway.ts` puts it together. */
export interface Rooms {
  readonly observer: Observer;
  readonly lifecycle: Lifecycle<RequestRecord>;
  readonly policy: FailoverPolicy;
  /** Undefined where the gateway is open. */
  readonly identify: Identify<unknown> | undefined;
  /** Bytes, and the milliseconds that they may take. */
  readonly body: { readonly limit: number; readonly timeout: number };
  /** An upstream speaks another dialect than OpenAI's. */
  readonly translates: boolean;
  /** Milliseconds that a caller may take nothing of an answer. */
  readonly patience: number;
  /** The targets of a call, in the order in which they are tried. @throws GatewayError `VE_MODEL_NOT_FOUND`, `VE_OPERATION_UNSUPPORTED` */
  plan(call: Call): readonly Candidate[];
  listModels(): readonly ModelCard[];
  /** @throws GatewayError `VE_MODEL_NOT_FOUND` */
  getModel(id: string): ModelCard;
}

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

  async #pass(exchange: Exchange, match: RouteMatch | undefined): Promise<void> {
    const { lifecycle, observer } = this.#rooms;
    const record = new RequestRecord(observer, exchange.requestId);
    const scope = lifecycle.open(record);
    exchange.onClose(() => scope.leave());
    const dialect = match?.route.dialect ?? 'openai-chat';
    const loading = dialect !== 'openai-chat' || this.#rooms.translates ? loadCodecs() : undefined;
    if (loading !== undefined) await loading;
    try {
      this.#write(exchange, scope.own(await this.#answer(exchange, match, { record, scope })), {
        record,
        scope,
      });
    } catch (thrown) {
      this.#refuse(exchange, toGatewayError(thrown), {
        record,
        scope,
        dialect,
      });
    }
  }

  /** Everything up to the answer. Its frame, and with it the call, is gone by the time that a stream flows. */
  async #answer(
    exchange: Exchange,
    match: RouteMatch | undefined,
    { record, scope }: Passing,
  ): Promise<Answer> {
    const rooms = this.#rooms;
    // Who is known by a cookie must not be made to call by another site.
    const route = checkHead(exchange, match, rooms.identify !== undefined);
    if (route === undefined) return answerOptions(match);
    rooms.lifecycle.refuseWhenClosing();
    const { identify } = rooms;
    const principal = identify && (await scope.outlast(() => identifyCaller(identify, exchange.hostRequest)));
    const { operation } = route;
    if (operation === 'list-models') return answerModels(exchange, route, rooms.listModels());
    if (operation === 'get-model')
      return answerModel(exchange, route, rooms.getModel(decodeId(match?.id ?? '')));
    const head = readCallHead(exchange, { ...route, operation }, match?.id);
    const call = readCall(await this.#readBody(exchange, scope), head);
    const facts = record.understood(principal, call);
    const answer = await failover(call, rooms.plan(call), { scope, facts, policy: rooms.policy });
    call.release();
    return answer;
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

const bodyTimeout = (): GatewayError => new GatewayError('VE_BODY_TIMEOUT');
