import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { checkPermission } from './access/check-permission.ts';
import { admitCaller } from './admit-caller.ts';
import { loadCodecs } from './dialects/load-codecs.ts';
import { renderError } from './dialects/openai-chat/word-error.ts';
import { ByteCall } from './dialects/shared/byte-call.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import { checkOrigin } from './http/check-origin.ts';
import { forwardedHeaders } from './http/forwarded-headers.ts';
import { readWishes } from './http/read-wishes.ts';
import { isPlainPath } from './http/route-table.ts';
import { RequestRecord } from './observe/request-record.ts';
import type { HeaderMap } from './protocol/answer.ts';
import type { Call } from './protocol/call.ts';
import type { RequestHeaders } from './protocol/exchange.ts';
import { CallerSocket } from './realtime/caller-socket.ts';
import {
  acceptOf,
  checkHandshake,
  chooseProtocol,
  type Offer,
  readOffer,
  showKey,
} from './realtime/handshake.ts';
import { readModel, readTarget, type UpgradeTarget } from './realtime/read-target.ts';
import { Tunnel } from './realtime/tunnel.ts';
import type { RequestScope } from './resilience/request-scope.ts';
import type { Rooms } from './rooms.ts';
import { sendCall } from './send-call.ts';
import { takeTokens } from './take-tokens.ts';

/** Sockets that a gateway answers: of several on one server, the first does. */
const answered = new WeakSet<Duplex>();
const nothing = Buffer.alloc(0);

/** What belongs to the request while it is under way. */
interface Passing {
  readonly caller: CallerSocket;
  readonly record: RequestRecord;
  readonly scope: RequestScope;
}

/** An upgrade's answer: the head that callers see, and what they talk to. */
interface Opened {
  readonly headers: HeaderMap;
  readonly tunnel: Tunnel;
}

/** The pass for a WebSocket: the same stages as for a request, up to a connection that lasts. */
export class UpgradePass {
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** See `Gateway.upgrade`. */
  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    const target = readTarget(request.url ?? '');
    if (answered.has(socket) || (target === undefined && !this.#isAlone(socket))) return false;
    answered.add(socket);
    const caller = new CallerSocket(request, socket, head);
    if (target === undefined) {
      const { status, headers, body } = renderError(new GatewayError('VE_ROUTE_NOT_FOUND'));
      caller.refuse(status, headers, body);
    } else void this.#pass(caller, target);
    return target !== undefined;
  };

  /** Node leaves a socket open for ever where somebody listens and nobody answers. */
  #isAlone(socket: Duplex): boolean {
    const server: unknown = 'server' in socket ? socket.server : undefined;
    return (
      server instanceof EventEmitter && server.listeners('upgrade').every((other) => other === this.upgrade)
    );
  }

  async #pass(caller: CallerSocket, target: UpgradeTarget): Promise<void> {
    const { lifecycle, observer, tracing } = this.#rooms;
    const trace = tracing?.begin('realtime', caller.request.headers);
    const record = new RequestRecord(observer, undefined, trace);
    const scope = lifecycle.open(record);
    caller.onGone(() => scope.leave());
    const passing = { caller, record, scope };
    try {
      const { headers, tunnel } = await this.#open(target, passing);
      // Nobody would hear of what has happened in between.
      if (scope.cancelled !== undefined) throw scope.cancelled;
      // From here on the upstream's time, and the caller's, are their own.
      scope.allow(Number.POSITIVE_INFINITY);
      caller.join(tunnel, record.head(101, headers));
      scope.streaming();
    } catch (thrown) {
      this.#refuse(toGatewayError(thrown), passing);
    }
  }

  async #open({ path, query }: UpgradeTarget, { caller, record, scope }: Passing): Promise<Opened> {
    const { access, gate, lifecycle, planner, policy, readsChats, spending } = this.#rooms;
    const { request } = caller;
    const { headers } = request;
    if (!isPlainPath(path)) throw new GatewayError('VE_PATH_INVALID');
    const key = checkHandshake(request.method, headers);
    checkOrigin(headers);
    lifecycle.refuseWhenClosing();
    const { priority } = readWishes(headers);
    const offer = readOffer(headers);
    const { remoteAddress } = request.socket;
    const asking = { headers, query: String(query), offered: offer.key, remoteAddress };
    const principal = access.isOpen
      ? undefined
      : await scope.outlast(async () => access.identify({ ...asking, hostRequest: showKey(request, offer) }));
    const asks = { principal, headers, dialect: 'openai-chat', isCall: true } as const;
    const admission = await admitCaller(asks, { record, scope }, gate);
    const call = readCall(readModel(query), headers, offer);
    checkPermission(principal, call);
    const watched = { asker: { principal, headers }, record, scope };
    const exchange = { headers, method: 'GET', path };
    await this.#rooms.guards?.admit(call, { asking: watched, exchange });
    await takeTokens(call, { admission, scope });
    if (readsChats) await loadCodecs();
    const asker = { principal, headers };
    const planned = planner.plan(call, asker);
    const plan = planned instanceof Promise ? await scope.outlast(() => planned) : planned;
    if (plan.total !== undefined) scope.allow(plan.total);
    const facts = record.understood(principal, call, priority);
    const { body, headers: told } = await sendCall(call, plan, {
      scope,
      facts,
      policy,
      asker,
      planner,
      spending,
    });
    if (!(body instanceof Tunnel))
      throw new TypeError(
        'a layer answered a realtime call by itself; it may refuse it, or pass on what next() gave',
      );
    const protocol = chooseProtocol(offer, told['sec-websocket-protocol']);
    return { headers: { 'sec-websocket-accept': acceptOf(key), ...protocol }, tunnel: body };
  }

  /** An answer as HTTP has them: there is no WebSocket yet. */
  #refuse(error: GatewayError, { caller, record, scope }: Passing): void {
    record.failed(error);
    if (error.code === 'VE_CLIENT_CLOSED') {
      caller.destroy();
      return scope.end();
    }
    const answer = error.failure?.answer;
    const isReadable = answer !== undefined && /\bjson\b/.test(answer.headers['content-type'] ?? '');
    const { status, headers, body } = isReadable ? answer : renderError(error);
    caller.refuse(status, record.head(status, headers), body);
    scope.answered(caller);
  }
}

/** The upgrade as a call: its body is yet to come, and nobody's to read. */
function readCall(model: string, headers: RequestHeaders, { protocols }: Offer): Call {
  const safety = headers['openai-safety-identifier'];
  return new ByteCall(nothing, {
    operation: 'realtime',
    dialect: 'openai-chat',
    model,
    stream: true,
    wantsUsage: true,
    choices: 1,
    splice: {},
    headers: {
      ...forwardedHeaders(headers, 'openai-chat'),
      ...(typeof safety === 'string' ? { 'openai-safety-identifier': safety } : {}),
      ...(protocols.length === 0 ? {} : { 'sec-websocket-protocol': protocols.join(', ') }),
    },
  });
}
