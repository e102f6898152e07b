import { GatewayError } from '../errors.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';

export interface LiveStreamParts {
  /** Milliseconds. */
  now(): number;
  /** It has somebody to tell. */
  begin(): void;
  /** Once: nobody is told any more. */
  leave(): void;
}

/** Milliseconds for which a listener may take nothing; then it is cut off. A browser comes back by itself. */
const patience = 10_000;

/** One listener. What it cannot take is not kept for it. */
export class LiveStream implements ByteStream {
  readonly #parts: LiveStreamParts;
  #sink: ByteSink | undefined;
  /** Since when it takes nothing; undefined where it does. */
  #fullSince: number | undefined;

  constructor(parts: LiveStreamParts) {
    this.#parts = parts;
  }

  pipe(sink: ByteSink): void {
    this.#sink = sink;
    this.#parts.begin();
  }

  resume(): void {
    this.#fullSince = undefined;
  }

  /** It was cancelled by the pass: because the listener has gone, or at the end of the gateway's patience. */
  abort(reason: Error): void {
    const sink = this.#take();
    sink?.destroy(reason);
  }

  tell(word: Uint8Array): void {
    if (this.#sink === undefined || this.#fullSince !== undefined) return;
    if (!this.#sink.write(word)) this.#fullSince = this.#parts.now();
  }

  /** Cuts off whoever has taken nothing for too long. */
  check(now: number): void {
    if (this.#fullSince === undefined || now - this.#fullSince < patience) return;
    this.abort(new GatewayError('VE_CLIENT_CLOSED'));
  }

  end(): void {
    this.#take()?.end();
  }

  #take(): ByteSink | undefined {
    const sink = this.#sink;
    this.#sink = undefined;
    this.#parts.leave();
    return sink;
  }
}
