import type { Clock } from '../protocol/clock.ts';
import type { CacheEntry } from './entry.ts';
import type { Pages } from './reader.ts';

/** The events of a stream that is kept, one by one as they came. */
export class Replay implements Pages {
  readonly isOver = true;
  readonly failure = undefined;
  readonly #entry: CacheEntry;

  constructor(entry: CacheEntry) {
    this.#entry = entry;
  }

  page(number: number): Uint8Array | undefined {
    const { bytes, ends } = this.#entry;
    const end = ends[number];
    return end === undefined ? undefined : bytes.subarray(ends[number - 1] ?? 0, end);
  }
}

/** The same, with the pauses that were between them. */
export class PacedReplay extends Replay {
  readonly #offsets: readonly number[];
  readonly #clock: Clock;
  #startedAt: number | undefined;
  #timer: unknown;

  constructor(entry: CacheEntry, clock: Clock) {
    super(entry);
    this.#offsets = entry.offsets;
    this.#clock = clock;
  }

  holdBack(number: number, go: () => void): boolean {
    const now = this.#clock.now();
    this.#startedAt ??= now;
    const wait = this.#startedAt + (this.#offsets[number] ?? 0) - now;
    if (wait <= 0) return false;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(go, Math.ceil(wait));
    return true;
  }

  /** Nobody reads on. */
  stop(): void {
    this.#clock.clearTimeout(this.#timer);
  }
}
