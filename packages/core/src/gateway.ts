import { type Identify, identifyCaller } from './access/identify-caller.ts';
import { renderError } from './dialects/openai-chat/convert-error.ts';
import { parseRequest } from './dialects/openai-chat/parse-request.ts';
import { type ModelCard, renderModel, renderModels } from './dialects/openai-chat/render-models.ts';
import { GatewayError, toGatewayError, type UpstreamAnswer } from './errors.ts';
import { allowedMethods, checkHead } from './http/check-head.ts';
import { forwardedHeaders } from './http/forwarded-headers.ts';
import { isPlainPath, matchRoute, type RouteMatch } from './http/route-table.ts';
import type { Observer } from './observe/observer.ts';
import { RequestRecord } from './observe/request-record.ts';
import type { Answer, HeaderMap } from './protocol/answer.ts';
import type { Call } from './protocol/call.ts';
import type { Exchange, ExchangeHandler } from './protocol/exchange.ts';
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
  /** The targets of a call, in the order in which they are tried. @throws GatewayError `VE_MODEL_NOT_FOUND` */
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

  handle(exchange: Exchange): Promise<void> | undefined {
    const match = matchRoute(exchange.path);
    // What stands for a model's name can hold anything; a route without one is plain.
    if (match !== undefined && (match.id === undefined || isPlainPath(exchange.path)))
      return this.#pass(exchange, match);
    const isSuspect =
      !isPlainPath(exchange.path) && (exchange.isOwnGround || exchange.path.startsWith('/v1/'));
    return isSuspect ? this.#pass(exchange, undefined) : undefined;
  }

  async #pass(exchange: Exchange, match: RouteMatch | undefined): Promise<void> {
    const { lifecycle, observer, policy } = this.#rooms;
    const record = new RequestRecord(observer);
    const scope = lifecycle.open(record);
    exchange.onClose(() => scope.cancel(new GatewayError('VE_CLIENT_CLOSED')));
    try {
      const route = checkHead(exchange, match);
      if (route === undefined) return answerOptions(exchange, record, match);
      lifecycle.refuseWhenClosing();
      const { identify } = this.#rooms;
      const principal =
        identify && (await scope.outlast(() => identifyCaller(identify, exchange.hostRequest)));
      if (route.operation === 'list-models' || route.operation === 'get-model') {
        return this.#answerModels(exchange, record, match?.id);
      }
      const call = parseRequest(
        route.operation,
        await this.#readBody(exchange, scope),
        forwardedHeaders(exchange.headers),
      );
      const facts = record.understood(principal, call);
      const candidates = this.#rooms.plan(call);
      const answer = await failover(call, candidates, { scope, facts, policy });
      call.release();
      if (answer.body instanceof Uint8Array) respond(exchange, record, { ...answer, body: answer.body });
      else await respondStream(exchange, scope, record.head(answer.status, answer.headers), answer);
    } catch (thrown) {
      this.#refuse(exchange, record, toGatewayError(thrown));
    } finally {
      lifecycle.close(scope);
      record.end();
    }
  }

  #readBody(exchange: Exchange, scope: RequestScope): Promise<Buffer> {
    const { limit, timeout } = this.#rooms.body;
    return scope.during(timeout, bodyTimeout, (onCancel) => exchange.readBody(limit, onCancel));
  }

  #answerModels(exchange: Exchange, record: RequestRecord, id: string | undefined): void {
    const rooms = this.#rooms;
    const body =
      id === undefined ? renderModels(rooms.listModels()) : renderModel(rooms.getModel(decodeId(id)));
    const headers = { 'content-type': 'application/json' };
    respond(exchange, record, { status: 200, headers, body: Buffer.from(JSON.stringify(body)) });
  }

  /** In the caller's dialect; an upstream's own words where they say more than ours. */
  #refuse(exchange: Exchange, record: RequestRecord, error: GatewayError): void {
    record.failed(error);
    if (error.code === 'VE_CLIENT_CLOSED') return;
    if (error.code === 'VE_INTERNAL' || error.code === 'VE_IDENTIFY_FAILED')
      this.#rooms.observer.internalError(record.id, error);
    const answer = error.failure?.answer;
    const isReadable = answer !== undefined && /\bjson\b/.test(answer.headers['content-type'] ?? '');
    respond(exchange, record, isReadable ? answer : renderError(error));
  }
}

const bodyTimeout = (): GatewayError => new GatewayError('VE_BODY_TIMEOUT');

function respond(exchange: Exchange, record: RequestRecord, { status, headers, body }: UpstreamAnswer): void {
  const head = record.head(status, headers);
  head['content-length'] = String(body.byteLength);
  exchange.respond(status, head, body);
}

/** Resolves when the caller has everything, or has gone. */
function respondStream(
  exchange: Exchange,
  scope: RequestScope,
  head: HeaderMap,
  { status, body }: Answer,
): Promise<void> {
  // Nothing between us and the caller may hold events back, or compress them.
  head['cache-control'] = 'no-cache, no-transform';
  head['x-accel-buffering'] = 'no';
  return new Promise((resolve) => {
    scope.onAnswered(() => resolve());
    if (!(body instanceof Uint8Array)) exchange.respondStream(status, head, body);
  });
}

function answerOptions(exchange: Exchange, record: RequestRecord, match: RouteMatch | undefined): void {
  const methods = match === undefined ? [] : allowedMethods(match.route);
  exchange.respond(204, record.head(204, { allow: [...methods, 'OPTIONS'].join(', ') }), new Uint8Array(0));
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new GatewayError('VE_PATH_INVALID');
  }
}
