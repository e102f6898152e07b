import type { Dispatcher } from 'undici';
import { GatewayError } from '../errors.ts';
import type { Clock } from '../protocol/clock.ts';
import { classifyConnectionError } from './classify-failure.ts';
import type { Egress, Outgoing } from './egress.ts';
import { KeyRing } from './key-ring.ts';
import { sign } from './send-to-upstream.ts';
import { takeProof } from './take-proof.ts';
import type { Upstream } from './upstream.ts';

/** Bytes of an answer that are read to keep its connection; a list of models may be long. */
const mostRead = 65_536;

/** One look at an upstream. */
export interface Look {
  /**
   * The status of its answer. Rejects with a `GatewayError`: `VE_UPSTREAM_KEY` where nothing could be sent because there is
   * no key or signature, something else where the upstream does not answer.
   */
  readonly status: Promise<number>;
  /** Nothing of it is under way any more. */
  readonly over: Promise<void>;
  giveUp(reason: GatewayError): void;
}

export interface LookParts {
  /** The upstream's name, for errors. */
  readonly name: string;
  readonly upstream: Upstream;
  readonly egress: Egress;
  readonly clock: Clock;
}

/** Asks for what the upstream's probe says, with one key after the other; for nothing that is paid for. */
export function lookAtUpstream(parts: LookParts): () => Look {
  // Apart from the targets' own: who looks takes no turn from who asks.
  const keys = new KeyRing(parts.upstream.apiKey, parts.clock);
  return () => {
    const receiver = new LookReceiver(parts.name);
    void send(receiver, keys, parts);
    return receiver;
  };
}

async function send(
  receiver: LookReceiver,
  keys: KeyRing,
  { name, upstream, egress, clock }: LookParts,
): Promise<void> {
  try {
    const outgoing = await prepare(upstream, keys, clock);
    if (receiver.isGivenUp) return;
    try {
      egress.dispatch(upstream, outgoing, receiver);
    } catch (error) {
      receiver.fail(classifyConnectionError(error, name, false));
    }
  } catch (cause) {
    receiver.fail(new GatewayError('VE_UPSTREAM_KEY', { upstream: name }, { cause }));
  }
}

/** Rejects where the operator's own function does. */
async function prepare(upstream: Upstream, keys: KeyRing, clock: Clock): Promise<Outgoing> {
  const { probe, authorize, headers, defaultHeaders } = upstream;
  const { key, signer } = await takeProof(upstream, keys);
  const plain = { accept: 'application/json', 'accept-encoding': 'identity' };
  const common = Object.entries({ ...defaultHeaders, ...headers, ...plain }).flat();
  const unsigned = {
    method: 'GET' as const,
    path: probe?.path ?? '/',
    headers: key.value === undefined ? common : [...common, ...authorize(key.value)],
    body: new Uint8Array(),
  };
  return signer === undefined ? unsigned : sign(unsigned, upstream, { signer, clock });
}

/** Takes the head of an answer, and lets the rest go by. */
class LookReceiver implements Dispatcher.DispatchHandler, Look {
  readonly status: Promise<number>;
  readonly over: Promise<void>;
  readonly #name: string;
  readonly #status = Promise.withResolvers<number>();
  readonly #over = Promise.withResolvers<void>();
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: GatewayError | undefined;
  #bytes = 0;

  constructor(name: string) {
    this.#name = name;
    this.status = this.#status.promise;
    this.over = this.#over.promise;
  }

  get isGivenUp(): boolean {
    return this.#givenUp !== undefined;
  }

  giveUp(reason: GatewayError): void {
    this.#givenUp = reason;
    this.fail(reason);
    this.#controller?.abort(reason);
  }

  fail(error: GatewayError): void {
    this.#status.reject(error);
    this.#over.resolve();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp !== undefined) controller.abort(this.#givenUp);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    // 103 and the like come before the answer.
    if (status >= 200) this.#status.resolve(status);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > mostRead) controller.abort(new Error('enough'));
  }

  onResponseEnd(): void {
    this.#over.resolve();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(classifyConnectionError(error, this.#name, this.#controller !== undefined));
  }
}
