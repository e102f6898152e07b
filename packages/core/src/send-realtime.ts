import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { toWireError } from './dialects/openai-chat/word-error.ts';
import type { GatewayError } from './errors.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call } from './protocol/call.ts';
import type { Clock } from './protocol/clock.ts';
import type { CallContext, Send } from './protocol/layer.ts';
import { dial, type Refused } from './realtime/dial.ts';
import { loadProxy } from './realtime/http-proxy.ts';
import { Tunnel } from './realtime/tunnel.ts';
import { classifyConnectionError, classifyStatus, protocolError } from './upstreams/classify-failure.ts';
import type { Egress, Outgoing } from './upstreams/egress.ts';
import type { Secrets } from './upstreams/hide-secrets.ts';
import type { Key, KeyRing } from './upstreams/key-ring.ts';
import { type PreparedHeaders, prepareHeaders } from './upstreams/prepare-headers.ts';
import { joinHeaders, pickResponseHeaders } from './upstreams/response-headers.ts';
import { failKey, restKey, sign, unsupported } from './upstreams/send-to-upstream.ts';
import { type Proof, takeProof } from './upstreams/take-proof.ts';
import type { Upstream } from './upstreams/upstream.ts';

export interface RealtimeParts {
  readonly upstream: Upstream;
  readonly keys: KeyRing;
  readonly egress: Egress;
  readonly clock: Clock;
}

const nothing = Buffer.alloc(0);
/** An upgrade has no body, and its answer is none. */
const content = { type: undefined, accept: '*/*' } as const;

/**
 * The innermost send of realtime calls: opens a WebSocket to the upstream. The answer's body is a `Tunnel`, and the attempt
 * is settled when that is over.
 */
export function sendRealtime(parts: RealtimeParts): Send {
  const { upstream, keys, egress } = parts;
  const prepared = prepareHeaders(upstream);

  return async (call, context) => {
    const taken = takeProof(upstream, keys, call);
    const proof = taken instanceof Promise ? await taken.catch(failKey(context)) : taken;
    const { secrets, headersOf } = prepared(proof);
    const { path, headers } = await prepare(call, context, { ...parts, proof, headersOf });
    const proxy = await loadProxy();
    const { key } = proof;
    keys.began(key);
    context.showKey(key.index);
    context.onSettled(({ error }) => {
      keys.ended(key);
      restKey(keys, key, error);
    });
    const line = new Line(context);
    const name = context.target.upstream;
    try {
      context.enter('connect');
      const connection = await line.connect((connected) => egress.connect(upstream, connected));
      context.enter('firstByte');
      const broken = (reason: string): GatewayError => protocolError(name, reason);
      const dialed = await dial(proxy, { connection, path, headers: byName(headers), broken });
      if ('status' in dialed) throw readRefusal(dialed, name, { ...parts, secrets, key });
      line.handOver();
      const body = new Tunnel({ context, connection, leg: dialed.leg, word: wordError });
      const told = dialed.protocol === undefined ? {} : { 'sec-websocket-protocol': dialed.protocol };
      return { kind: 'verbatim', status: 101, headers: told, body } satisfies Answer;
    } catch (thrown) {
      const error = context.aborted ?? classifyConnectionError(thrown, name, line.isConnected);
      line.close(error);
      context.settle({ health: error.failure?.health ?? 'neutral', error });
      throw error;
    }
  };
}

interface Preparing extends RealtimeParts {
  readonly proof: Proof;
  readonly headersOf: PreparedHeaders['headersOf'];
}

/** What goes out, but for the handshake. */
async function prepare(
  call: Call,
  context: CallContext,
  { upstream, clock, proof: { signer }, headersOf }: Preparing,
): Promise<Outgoing> {
  const path = upstream.path('realtime', context.target.model);
  if (path === undefined) throw unsupported(call.model);
  const own = [...headersOf(call, call.dialect, content), 'host', new URL(upstream.origin).host];
  const headers = context.trace?.passOn(own) ?? own;
  const unsigned = { method: 'GET', path, headers, body: nothing };
  return signer === undefined
    ? unsigned
    : sign(unsigned, upstream, { signer, clock }).catch(failKey(context));
}

/** As OpenAI's server tells of an error: `RealtimeErrorEvent` in openai/resources/realtime/realtime.d.ts. */
function wordError(thrown: GatewayError): string {
  const { error } = toWireError(thrown);
  const event = { type: 'error', event_id: `event_${randomUUID()}`, error: { ...error, event_id: null } };
  return JSON.stringify(event);
}

/** Of names and values in turn. */
function byName(headers: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (let index = 0; index < headers.length; index += 2)
    named[headers[index] ?? ''] = headers[index + 1] ?? '';
  return named;
}

type Connected = Parameters<Egress['connect']>[1];

/** The connection of one attempt, which is closed with it, until somebody else sees to that. */
class Line {
  /** What is done when the attempt is given up. */
  #giveUp: ((reason: Error) => void) | undefined;
  #connection: Duplex | undefined;

  constructor(context: CallContext) {
    context.onAbort((reason) => this.close(reason));
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  connect(begin: (connected: Connected) => () => void): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      let isWanted = true;
      const leave = begin((error, connection) => {
        if (error !== null) return reject(error);
        if (!isWanted) return void connection.destroy();
        if ('alpnProtocol' in connection && connection.alpnProtocol === 'h2') {
          connection.destroy();
          return reject(new Error('the connector of the upstream has agreed on HTTP/2; leave that out'));
        }
        this.#connection = connection;
        this.#giveUp = (reason) => connection.destroy(reason);
        resolve(connection);
      });
      if (this.#connection !== undefined) return;
      this.#giveUp = (reason) => {
        isWanted = false;
        leave();
        reject(reason);
      };
    });
  }

  handOver(): void {
    this.#giveUp = undefined;
  }

  close(reason: Error): void {
    this.#giveUp?.(reason);
    this.#giveUp = undefined;
  }
}

interface Asked extends Pick<RealtimeParts, 'keys' | 'clock'> {
  readonly secrets: Secrets;
  readonly key: Key;
}

/** An upstream's answer that is no WebSocket. */
function readRefusal(
  { status, headers, body }: Refused,
  upstream: string,
  { secrets, clock, keys, key }: Asked,
): GatewayError {
  if (status < 300) return protocolError(upstream, `status ${status} in place of a WebSocket`);
  const all = joinHeaders(headers);
  if (status === 429) keys.heard(key, all);
  const answer = {
    status,
    headers: pickResponseHeaders(all, secrets),
    body: secrets.hideInError(body),
  };
  return classifyStatus(upstream, answer, clock.now());
}
