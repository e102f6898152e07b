import { atTurnEnd, type TurnTask } from './at-turn-end.ts';
import type { ByteSink, ByteStream } from './byte-stream.ts';

/** What is done to the bytes between the upstream and the caller. */
export interface RelayFormat {
  /** The bytes to write now, of those received. */
  take(chunk: Buffer): Buffer;
  /** The upstream ended properly: the last bytes to write. Throws when the answer is not complete all the same. */
  end(): Buffer;
  /** The upstream broke off: the bytes that tell the caller so, or undefined where the format has no way to. */
  breakOff(error: Error): Buffer | undefined;
}

/** The upstream's side: how to slow it down, and who wants to know how it went. */
export interface RelaySource {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
  /** Everything was handed to the sink, or nobody wants it any more. */
  over(error: Error | undefined): void;
}

/** Bytes that may wait for a sink before the upstream is paused. */
const waitingLimit = 65_536;
const nothing = Buffer.alloc(0);

/**
 * Carries bytes from an upstream to a sink. All that one read of the socket brought is handed on in one write,
 * once the current turn of the event loop is over: a write per event would cost more than everything else.
 */
export class Relay implements ByteStream, TurnTask {
  readonly #format: RelayFormat;
  readonly #source: RelaySource;
  #sink: ByteSink | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #scheduled = false;
  /** The upstream was paused because nobody had taken the bytes yet. */
  #isHeldUp = false;
  #ended = false;
  #failure: Error | undefined;
  #over = false;

  constructor(format: RelayFormat, source: RelaySource) {
    this.#format = format;
    this.#source = source;
  }

  /** From the upstream. */
  push(chunk: Buffer): void {
    if (this.#over || this.#ended) return;
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#sink !== undefined) this.#schedule();
    else if (this.#waitingBytes > waitingLimit) this.#source.pause();
  }

  /** The upstream has said everything. */
  finish(): void {
    this.#ended = true;
    if (this.#sink !== undefined) this.#schedule();
  }

  /** The upstream broke off. */
  fail(error: Error): void {
    this.#failure = error;
    this.finish();
  }

  /** Whether somebody takes the bytes. */
  get isPiped(): boolean {
    return this.#sink !== undefined;
  }

  pipe(sink: ByteSink): void {
    if (this.#over) return sink.destroy(this.#failure ?? new Error('the answer was given up'));
    this.#sink = sink;
    this.#isHeldUp = this.#waitingBytes > waitingLimit;
    this.#schedule();
  }

  resume(): void {
    if (!this.#over) this.#source.resume();
  }

  abort(reason: Error): void {
    if (this.#over) return;
    this.#failure = reason;
    this.#source.abort(reason);
    this.#finishOver(reason);
    // A caller that does not read would hold the connection for ever.
    this.#sink?.destroy(reason);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    atTurnEnd(this);
  }

  /** Only for the scheduled turn. */
  turnEnded(): void {
    this.#scheduled = false;
    const isRoomy = this.#flush();
    if (this.#isHeldUp && isRoomy && !this.#over) this.#source.resume();
    this.#isHeldUp = false;
  }

  /** Returns whether the sink can take more. */
  #flush(): boolean {
    const sink = this.#sink;
    if (sink === undefined || this.#over) return false;
    const bytes = this.#takeWaiting();
    if (this.#over) return false;
    if (this.#ended) {
      this.#end(sink, bytes);
      return false;
    }
    const isRoomy = bytes.length === 0 || sink.write(bytes);
    if (!isRoomy) this.#source.pause();
    return isRoomy;
  }

  #takeWaiting(): Buffer {
    const waiting = this.#waiting;
    if (waiting.length === 0) return nothing;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const [first = nothing] = waiting;
    const joined = waiting.length === 1 ? first : Buffer.concat(waiting);
    try {
      return this.#format.take(joined);
    } catch (error) {
      // The upstream sends what cannot be passed on: close it, then tell the caller.
      const failure = error instanceof Error ? error : new Error(String(error));
      this.#failure = failure;
      this.#ended = true;
      this.#source.abort(failure);
      return nothing;
    }
  }

  #end(sink: ByteSink, bytes: Buffer): void {
    let last: Buffer | undefined;
    try {
      last = this.#failure === undefined ? this.#format.end() : this.#format.breakOff(this.#failure);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      last = this.#format.breakOff(this.#failure);
    }
    const failure = this.#failure;
    if (last === undefined) {
      if (bytes.length > 0) sink.write(bytes);
      sink.destroy(failure ?? new Error('the answer broke off'));
    } else {
      const all = last.length === 0 ? bytes : Buffer.concat([bytes, last]);
      if (all.length > 0) sink.write(all);
      sink.end();
    }
    this.#finishOver(failure);
  }

  #finishOver(error: Error | undefined): void {
    this.#over = true;
    this.#waiting = [];
    this.#source.over(error);
  }
}

/** Bytes pass as they are; a late death can only be told by closing the connection. */
export const rawFormat: RelayFormat = {
  take: (chunk) => chunk,
  end: () => nothing,
  breakOff: () => undefined,
};
