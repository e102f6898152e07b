import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';

/** Pieces that are made when the caller can take them. */
export class PullStream implements ByteStream {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #sink: ByteSink | undefined;
  #isPulling = false;
  #isOver = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  pipe(sink: ByteSink): void {
    this.#sink = sink;
    this.resume();
  }

  resume(): void {
    if (this.#sink !== undefined && !this.#isPulling && !this.#isOver) void this.#pull(this.#sink);
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // A piece that is being made is thrown away.
    void this.#pieces.return?.().catch(() => {});
  }

  async #pull(sink: ByteSink): Promise<void> {
    this.#isPulling = true;
    try {
      for (;;) {
        const { done, value } = await this.#pieces.next();
        if (this.#isOver) return;
        if (done === true) return this.#end(sink);
        if (!sink.write(value)) return;
      }
    } catch (error) {
      if (this.#isOver) return;
      this.#isOver = true;
      sink.destroy(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#isPulling = false;
    }
  }

  #end(sink: ByteSink): void {
    this.#isOver = true;
    sink.end();
  }
}
