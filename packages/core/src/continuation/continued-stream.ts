import { GatewayError } from '../errors.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';

/** Where a stream goes on. */
export interface Continuation {
  readonly stream: ByteStream;
  /** What is written between the two, for those who look at the bytes. */
  readonly mark: Uint8Array;
}

/** What a stream that may be gone on with needs of those around it. */
export interface ContinuedParts {
  /** Another attempt that goes on where this broke off; undefined where there is none to be made. */
  goOn(error: Error): Promise<Continuation> | undefined;
  /** The end as the caller is told of it; undefined where that cannot be told but by closing. */
  renderFailure(error: Error): Buffer | undefined;
  /** The caller is told of the end, and has still to take it. */
  ending(): void;
  /** Nobody wants the rest: an attempt that is being made ends. */
  cancel(reason: GatewayError): void;
  /** The caller has everything, or has gone. */
  over(): void;
}

/** One stream made of several, each of which goes on where the one before broke off. */
export class ContinuedStream implements ByteStream {
  readonly #parts: ContinuedParts;
  /** Undefined while another attempt is being made. */
  #current: ByteStream | undefined;
  #sink: ByteSink | undefined;
  #reason: Error | undefined;
  #isOver = false;

  constructor(first: ByteStream, parts: ContinuedParts) {
    this.#current = first;
    this.#parts = parts;
  }

  pipe(sink: ByteSink): void {
    this.#sink = sink;
    if (this.#isOver) return sink.destroy(this.#reason ?? new Error('the answer was given up'));
    this.#current?.pipe(this.#take(sink));
  }

  resume(): void {
    this.#current?.resume();
  }

  abort(reason: Error): void {
    if (this.#isOver) return;
    this.#reason ??= reason;
    // It tells the sink by itself.
    if (this.#current !== undefined && this.#sink !== undefined) return this.#current.abort(reason);
    this.#current?.abort(reason);
    this.#parts.cancel(new GatewayError('VE_CLIENT_CLOSED', {}, { cause: reason }));
    this.#destroy(reason);
  }

  #take(sink: ByteSink): ByteSink {
    return {
      write: (chunk) => sink.write(chunk),
      end: (taken) =>
        sink.end(() => {
          taken?.();
          this.#finish();
        }),
      destroy: (error) => this.#brokeOff(error, sink),
    };
  }

  #brokeOff(error: Error, sink: ByteSink): void {
    this.#current = undefined;
    if (this.#isOver) return;
    if (this.#reason !== undefined) return this.#destroy(error);
    const next = this.#parts.goOn(error);
    if (next === undefined) return this.#tellEnd(error, sink);
    void this.#await(next, error, sink);
  }

  async #await(next: Promise<Continuation>, error: Error, sink: ByteSink): Promise<void> {
    let continuation: Continuation;
    try {
      continuation = await next;
    } catch {
      // What the caller is told is what broke off, not why nobody goes on.
      return this.#tellEnd(error, sink);
    }
    this.#goOnWith(continuation, sink);
  }

  #goOnWith({ stream, mark }: Continuation, sink: ByteSink): void {
    if (this.#isOver) return stream.abort(this.#reason ?? new Error('the answer was given up'));
    this.#current = stream;
    try {
      if (mark.length > 0) sink.write(mark);
      stream.pipe(this.#take(sink));
    } catch (thrown) {
      const error = toError(thrown);
      stream.abort(error);
      this.#destroy(error);
    }
  }

  #tellEnd(error: Error, sink: ByteSink): void {
    if (this.#isOver) return;
    const last = this.#parts.renderFailure(error);
    if (last === undefined) return this.#destroy(error);
    try {
      sink.write(last);
      this.#parts.ending();
      sink.end(() => this.#finish());
    } catch (thrown) {
      this.#destroy(toError(thrown));
    }
  }

  #destroy(error: Error): void {
    if (this.#isOver) return;
    this.#reason ??= error;
    this.#finish();
    this.#sink?.destroy(error);
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.over();
  }
}

/** What a sink has thrown: a function of the host's around its response. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
