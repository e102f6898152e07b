import type { Dispatcher } from 'undici';
import type { Egress } from './egress.ts';
import type { Upstream } from './upstream.ts';

/** Bytes: an account's facts are few. */
const longestAnswer = 65_536;

export interface JsonRequest {
  /** Below the origin. */
  readonly path: string;
  /** Undefined where the upstream wants none. */
  readonly key: string | undefined;
  /** Gives up when it is aborted. */
  readonly signal: AbortSignal;
}

/**
 * Asks an upstream for something that costs nothing, and reads the JSON of its answer; undefined where it is refused.
 * Rejects where there is no answer, or no JSON in it.
 */
export function fetchJson(upstream: Upstream, egress: Egress, request: JsonRequest): Promise<unknown> {
  const { path, key, signal } = request;
  const headers = {
    ...upstream.defaultHeaders,
    ...upstream.headers,
    accept: 'application/json',
    'accept-encoding': 'identity',
  };
  const proof = key === undefined ? [] : upstream.authorize(key);
  const receiver = new JsonReceiver(signal);
  egress.dispatch(
    upstream,
    { method: 'GET', path, headers: [...Object.entries(headers).flat(), ...proof], body: new Uint8Array() },
    receiver,
  );
  return receiver.answer;
}

class JsonReceiver implements Dispatcher.DispatchHandler {
  readonly answer: Promise<unknown>;
  readonly #answer = Promise.withResolvers<unknown>();
  readonly #signal: AbortSignal;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #bytes = 0;
  #status = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.answer = this.#answer.promise;
    signal.addEventListener('abort', () => this.#giveUp(new Error('no answer in time')), { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#giveUp(new Error('no answer in time'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes > longestAnswer) this.#giveUp(new Error('the answer is too long'));
  }

  onResponseEnd(): void {
    if (this.#status < 200 || this.#status >= 300) return this.#answer.resolve(undefined);
    try {
      this.#answer.resolve(JSON.parse(Buffer.concat(this.#chunks).toString('utf8')));
    } catch {
      this.#answer.reject(new Error('the answer is not JSON'));
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#answer.reject(error);
  }

  #giveUp(reason: Error): void {
    this.#answer.reject(reason);
    this.#controller?.abort(reason);
  }
}
