import { atTurnEnd, type TurnTask } from './at-turn-end.ts';
import type { ByteSink, ByteStream } from './byte-stream.ts';

/** What is done to the bytes between the upstream and the caller. */
export interface RelayFormat {
  /** The bytes to write now, of those received. */
  take(chunk: Buffer): Buffer;
  /** Set once the upstream has told, in what was taken, that no more will come. */
  readonly failure?: Error | undefined;
  /** Whether the answer had come to its proper end with what was taken so far. */
  isComplete(): boolean;
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
  /** Everything is said; the sink has still to take the rest of it. */
  ending(): void;
  /** The sink has everything, or nobody wants it any more. */
  over(error: Error | undefined): void;
}

/** Bytes that may wait for a sink before the upstream is paused. */
const waitingLimit = 65_536;
const nothing = Buffer.alloc(0);

/**
 * Carries bytes from an upstream to a sink. All that one turn of the event loop brought is handed on in one write:
 * a write per event would cost more than everything else.
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
  /** The sink was told of the end. */
  #isTold = false;
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
    if (this.#ended) return;
    this.#failure = error;
    this.finish();
  }

  /** Whether somebody takes the bytes, and is still to be told of an end. */
  get isOpen(): boolean {
    return this.#sink !== undefined && !this.#isTold;
  }

  pipe(sink: ByteSink): void {
    if (this.#over) return sink.destroy(this.#failure ?? new Error('the answer was given up'));
    this.#sink = sink;
    this.#isHeldUp = this.#waitingBytes > waitingLimit;
    this.#schedule();
  }

  resume(): void {
    if (!this.#over && !this.#ended) this.#source.resume();
  }

  abort(reason: Error): void {
    if (this.#over) return;
    this.#source.abort(reason);
    this.#giveUp(reason);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    atTurnEnd(this);
  }

  /** Only for the scheduled turn. */
  turnEnded(): void {
    this.#scheduled = false;
    const sink = this.#sink;
    if (sink === undefined || this.#over || this.#isTold) return;
    try {
      this.#flush(sink);
    } catch (error) {
      // The sink itself failed: a function of the host's around its response.
      const failure = toError(error);
      this.#source.abort(failure);
      this.#giveUp(failure);
    }
  }

  #flush(sink: ByteSink): void {
    const bytes = this.#takeWaiting();
    if (this.#ended) return this.#end(sink, bytes);
    const isRoomy = bytes.length === 0 || sink.write(bytes);
    if (this.#over) return;
    if (!isRoomy) this.#source.pause();
    else if (this.#isHeldUp) this.#source.resume();
    this.#isHeldUp = false;
  }

  #takeWaiting(): Buffer {
    const waiting = this.#waiting;
    if (waiting.length === 0) return nothing;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const [first = nothing] = waiting;
    const joined = waiting.length === 1 ? first : Buffer.concat(waiting);
    try {
      const bytes = this.#format.take(joined);
      if (this.#format.failure !== undefined) this.#breakOff(this.#format.failure);
      return bytes;
    } catch (error) {
      // The upstream sends what cannot be passed on: close it, then tell the caller.
      this.#breakOff(toError(error));
      return nothing;
    }
  }

  #breakOff(failure: Error): void {
    this.#failure = failure;
    this.#ended = true;
    this.#source.abort(failure);
  }

  #end(sink: ByteSink, bytes: Buffer): void {
    const last = this.#lastBytes();
    const failure = this.#failure;
    this.#isTold = true;
    const all = last === undefined || last.length === 0 ? bytes : Buffer.concat([bytes, last]);
    if (all.length > 0) sink.write(all);
    if (this.#over) return;
    if (last === undefined) {
      this.#finishOver(failure);
      return sink.destroy(failure ?? new Error('the answer broke off'));
    }
    this.#source.ending();
    sink.end(() => this.#finishOver(failure));
  }

  /** Undefined where the end cannot be told but by closing. An upstream that breaks off when all is said did no harm. */
  #lastBytes(): Buffer | undefined {
    if (this.#failure !== undefined) {
      if (!this.#format.isComplete()) return this.#format.breakOff(this.#failure);
      this.#failure = undefined;
    }
    try {
      return this.#format.end();
    } catch (error) {
      this.#failure = toError(error);
      return this.#format.breakOff(this.#failure);
    }
  }

  /** Nobody takes any more. A caller that does not read would hold the connection for ever. */
  #giveUp(reason: Error): void {
    const failure = this.#isTold ? this.#failure : reason;
    this.#failure = reason;
    this.#finishOver(this.#format.isComplete() ? undefined : failure);
    this.#sink?.destroy(reason);
  }

  #finishOver(error: Error | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#waiting = [];
    this.#source.over(error);
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
