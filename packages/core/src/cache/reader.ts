import { AsyncResource } from 'node:async_hooks';
import { GatewayError } from '../errors.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';

/** What is read: pieces by number, which may still be coming. */
export interface Pages {
  /** Undefined while it is not there, or when there is none any more. */
  page(number: number): Uint8Array | undefined;
  /** Nothing more comes. */
  readonly isOver: boolean;
  /** What it was broken off by, where the pieces themselves do not say so. */
  readonly failure: Error | undefined;
  /** When the reader may have it: runs `go` then. False where it may have it now. */
  holdBack?(number: number, go: () => void): boolean;
}

/** Who waits for what is read. */
export interface ReaderHooks {
  /** Nothing is taken at the moment; from now on until `flowing` the caller's patience counts. */
  full(): void;
  flowing(): void;
  /** How the caller's format says that no more will come; undefined where it has no way to. */
  wordError(error: Error): Uint8Array | undefined;
  /** It is told the end that comes of itself. */
  ended(): void;
  /** It is given up. */
  gone(reason: Error): void;
  /** A piece was taken. */
  taken(): void;
  /** It has read everything, or never will, for this reason. */
  left(reason?: Error): void;
}

/** One caller's way through what is kept, or on its way to others as well. Each has its own pace, and its own end. */
export class Reader extends AsyncResource implements ByteStream {
  readonly #pages: Pages;
  readonly #hooks: ReaderHooks;
  #sink: ByteSink | undefined;
  #isFull = false;
  #isFlowing = false;
  /** The sink was told of the end, and has still to take it. */
  #isTold = false;
  #isOver = false;
  /** It was given up before there was anybody to tell. */
  #reason: Error | undefined;
  /** The number of the piece that comes next. */
  next = 0;

  constructor(pages: Pages, hooks: ReaderHooks) {
    super('VectorEngineCacheReader');
    this.#pages = pages;
    this.#hooks = hooks;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  pipe(sink: ByteSink): void {
    if (this.#isOver) return this.#tell(sink, this.#reason ?? new GatewayError('VE_CLIENT_CLOSED'));
    this.#sink = sink;
    this.#hooks.flowing();
    this.#flow();
  }

  resume(): void {
    if (this.#isOver || this.#isTold) return;
    if (this.#isFull) {
      this.#isFull = false;
      this.#hooks.flowing();
    }
    this.#flow();
  }

  /** The caller has gone, or is told why there will be no more. Nobody else is disturbed. */
  abort(reason: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reason = reason;
    const sink = this.#sink;
    // One that was told the end has had all that there was to say.
    if (!this.#isTold) this.#hooks.gone(reason);
    this.#hooks.left(reason);
    if (sink === undefined) return;
    if (this.#isTold) sink.destroy(reason);
    else this.#tell(sink, reason);
  }

  /** More has come, or the end: on behalf of this reader's own request. */
  wake(): void {
    if (this.#sink !== undefined && !this.#isFull) this.runInAsyncScope(this.#flow);
  }

  readonly #flow = (): void => {
    const sink = this.#sink;
    // A sink may ask for more while it is being written to.
    if (sink === undefined || this.#isFlowing) return;
    this.#isFlowing = true;
    try {
      this.#write(sink);
    } catch (error) {
      // The sink itself failed: a function of the host's around its response.
      this.abort(new GatewayError('VE_CLIENT_CLOSED', {}, { cause: error }));
    } finally {
      this.#isFlowing = false;
    }
  };

  #write(sink: ByteSink): void {
    while (!this.#isOver && !this.#isTold && !this.#isFull) {
      const page = this.#pages.page(this.next);
      if (page === undefined) {
        if (this.#pages.isOver) this.#end(sink);
        return;
      }
      if (this.#pages.holdBack?.(this.next, () => this.wake()) === true) return;
      this.next++;
      const hasRoom = sink.write(page);
      if (this.#isOver) return;
      if (!hasRoom) {
        this.#isFull = true;
        this.#hooks.full();
      }
      this.#hooks.taken();
    }
  }

  #end(sink: ByteSink): void {
    const { failure } = this.#pages;
    this.#hooks.ended();
    if (failure !== undefined) {
      this.#isOver = true;
      this.#hooks.left();
      sink.destroy(failure);
      return;
    }
    this.#isTold = true;
    this.#hooks.full();
    sink.end(() => {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#hooks.left();
    });
  }

  #tell(sink: ByteSink, reason: Error): void {
    const isGone = GatewayError.isInstance(reason) && reason.code === 'VE_CLIENT_CLOSED';
    const words = isGone ? undefined : this.#hooks.wordError(reason);
    if (words === undefined) return sink.destroy(reason);
    sink.write(words);
    sink.end();
  }
}
