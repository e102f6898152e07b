import type { ByteSink, ByteStream } from './byte-stream.ts';

/** Sees a stream on its way to the sink. What it returns is waited for; it must not reject. */
export interface StreamWatcher {
  /** The sink has the chunk afterwards. */
  see(chunk: Uint8Array): Promise<void> | undefined;
  /** All was seen; the sink is told of the end afterwards. */
  end(): Promise<void> | undefined;
}

/** The same stream, seen by somebody. */
export function watchStream(stream: ByteStream, watcher: StreamWatcher): ByteStream {
  return {
    pipe: (sink) => stream.pipe(new WatchedSink(stream, sink, watcher)),
    resume: () => stream.resume(),
    abort: (reason) => stream.abort(reason),
  };
}

class WatchedSink implements ByteSink {
  readonly #stream: ByteStream;
  readonly #sink: ByteSink;
  readonly #watcher: StreamWatcher;
  /** What is waited for, and what is to be written then. */
  #pending: Promise<void> | undefined;
  #isDestroyed = false;

  constructor(stream: ByteStream, sink: ByteSink, watcher: StreamWatcher) {
    this.#stream = stream;
    this.#sink = sink;
    this.#watcher = watcher;
  }

  write(chunk: Uint8Array): boolean {
    const seen = this.#watcher.see(chunk);
    if (seen === undefined && this.#pending === undefined) return this.#sink.write(chunk);
    this.#after(seen, () => {
      if (this.#sink.write(chunk)) this.#stream.resume();
    });
    return false;
  }

  end(taken?: () => void): void {
    const seen = this.#watcher.end();
    if (seen === undefined && this.#pending === undefined) return this.#sink.end(taken);
    this.#after(seen, () => this.#sink.end(taken));
  }

  destroy(error: Error): void {
    this.#isDestroyed = true;
    this.#sink.destroy(error);
  }

  #after(seen: Promise<void> | undefined, act: () => void): void {
    const acted = this.#act(Promise.all([this.#pending, seen]), act);
    this.#pending = acted;
    void this.#forget(acted);
  }

  async #forget(acted: Promise<void>): Promise<void> {
    await acted;
    if (this.#pending === acted) this.#pending = undefined;
  }

  async #act(after: Promise<unknown>, act: () => void): Promise<void> {
    await after;
    if (this.#isDestroyed) return;
    try {
      act();
    } catch (error) {
      // The sink throws, as a host's wrapper around its response may: it is given up.
      this.#stream.abort(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
