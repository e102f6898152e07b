import { Buffer } from 'node:buffer';
import { bufferOf } from '../protocol/buffer-of.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';

/** What is done to the bytes of a stream, in its own time. */
export interface SlowTransform {
  /** Hands out what comes of a chunk. Rejects where nothing more may be given. */
  take(chunk: Buffer, give: (text: string) => void): Promise<void>;
  /** The same of what is left. */
  end(give: (text: string) => void): Promise<void>;
  /** The last words of a stream that ends with an error; undefined where its format has none. */
  word(error: Error): Uint8Array | undefined;
}

/**
 * A stream whose bytes are changed one chunk after the other, however long that takes; meanwhile no more comes. It begins
 * before anybody takes it, so that an error with its first chunk can be answered as one.
 */
export class GuardedStream implements ByteStream, ByteSink {
  readonly #source: ByteStream;
  readonly #transform: SlowTransform;
  readonly #failed: (thrown: unknown) => Error;
  readonly #first: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #waiting: Buffer[] = [];
  #given: Uint8Array[] = [];
  #sink: ByteSink | undefined;
  #isFirst = true;
  #isWorking = false;
  #isRoomy = false;
  /** The source has said everything. */
  #isEnded = false;
  /** Nothing is taken from the source any more. */
  #isOver = false;
  #isComplete = false;
  #failure: Error | undefined;
  #taken: (() => void) | undefined;

  /** `failed` is told what the stream is broken off with here, and says what its caller is told. */
  constructor(source: ByteStream, transform: SlowTransform, failed: (thrown: unknown) => Error) {
    this.#source = source;
    this.#transform = transform;
    this.#failed = failed;
  }

  /** Resolves when the head can go out. Rejects with what its first chunk fails with. */
  begin(): Promise<void> {
    this.#source.pipe(this);
    return this.#first.promise;
  }

  pipe(sink: ByteSink): void {
    this.#sink = sink;
    this.#isRoomy = true;
    for (const bytes of this.#given) this.#isRoomy = sink.write(bytes) && this.#isRoomy;
    this.#given = [];
    if (this.#isComplete) return sink.end(this.#taken);
    if (this.#failure !== undefined) return sink.destroy(this.#failure);
    this.#go();
  }

  resume(): void {
    this.#isRoomy = true;
    this.#go();
  }

  abort(reason: Error): void {
    this.#source.abort(reason);
    this.destroy(reason);
  }

  write(chunk: Uint8Array): boolean {
    if (this.#isOver) return false;
    this.#waiting.push(bufferOf(chunk));
    void this.#work();
    return false;
  }

  end(taken?: () => void): void {
    if (this.#isOver) return;
    this.#isEnded = true;
    this.#taken = taken;
    void this.#work();
  }

  destroy(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = error;
    this.#first.reject(error);
    this.#sink?.destroy(error);
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      for (let chunk = this.#waiting.shift(); chunk !== undefined; chunk = this.#waiting.shift()) {
        await this.#transform.take(chunk, this.#give);
        if (this.#isOver) return;
      }
      if (this.#isEnded) {
        await this.#transform.end(this.#give);
        this.#complete();
      }
    } catch (thrown) {
      this.#break(thrown);
    } finally {
      this.#isWorking = false;
    }
    this.#isFirst = false;
    this.#first.resolve();
    this.#go();
  }

  readonly #give = (text: string): void => {
    if (text !== '' && !this.#isOver) this.#write(Buffer.from(text));
  };

  #write(bytes: Uint8Array): void {
    if (this.#sink === undefined) this.#given.push(bytes);
    else this.#isRoomy = this.#sink.write(bytes);
  }

  #go(): void {
    if (this.#isOver || this.#isWorking || !this.#isRoomy || this.#isEnded) return;
    this.#source.resume();
  }

  #complete(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isComplete = true;
    this.#sink?.end(this.#taken);
  }

  /** Nothing more may be given: the caller is told so, and the source is closed at once. */
  #break(thrown: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const error = this.#failed(thrown);
    const words = this.#isFirst ? undefined : this.#transform.word(error);
    if (words === undefined) {
      this.#failure = error;
      this.#first.reject(error);
      this.#sink?.destroy(error);
    } else {
      this.#write(words);
      this.#isComplete = true;
      this.#taken = undefined;
      this.#sink?.end();
    }
    this.#source.abort(error);
  }
}
