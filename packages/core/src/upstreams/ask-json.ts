import type { Dispatcher } from 'undici';
import type { Egress } from './egress.ts';

/** Bytes. */
const longestAnswer = 16_777_216;

export interface JsonQuestion {
  /** JSON. */
  readonly body: unknown;
  /** Gives up when it is aborted. */
  readonly signal: AbortSignal;
}

/** Asks at an address that the operator wrote, and gives the JSON of the answer. Rejects where there is none. */
export function askJson(url: URL, { body, signal }: JsonQuestion, egress: Egress): Promise<unknown> {
  const receiver = new Receiver(signal);
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    'accept-encoding': 'identity',
  };
  const outgoing = {
    method: 'POST',
    path: url.pathname + url.search,
    headers: Object.entries(headers).flat(),
    body: Buffer.from(JSON.stringify(body)),
  };
  try {
    egress.dispatchTo(url, { fileOrigins: [url.origin] }, outgoing, receiver);
  } catch (error) {
    receiver.giveUp(error);
  }
  return receiver.answer;
}

class Receiver implements Dispatcher.DispatchHandler {
  readonly answer: Promise<unknown>;
  readonly #answer = Promise.withResolvers<unknown>();
  readonly #signal: AbortSignal;
  readonly #chunks: Buffer[] = [];
  readonly #abort = (): void => this.giveUp(new Error('it is not wanted any more'));
  #controller: Dispatcher.DispatchController | undefined;
  #bytes = 0;
  #status = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.answer = this.#answer.promise.finally(() => signal.removeEventListener('abort', this.#abort));
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#abort();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes > longestAnswer) this.giveUp(new Error('the answer is too long'));
  }

  onResponseEnd(): void {
    // What is said beside an error may repeat what was asked.
    if (this.#status < 200 || this.#status >= 300)
      return this.#answer.reject(new Error(`the answer is a ${this.#status}`));
    try {
      this.#answer.resolve(JSON.parse(Buffer.concat(this.#chunks).toString('utf8')));
    } catch {
      this.#answer.reject(new Error('the answer is not JSON'));
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#answer.reject(error);
  }

  giveUp(reason: unknown): void {
    this.#answer.reject(reason);
    this.#controller?.abort(new Error('given up'));
  }
}
