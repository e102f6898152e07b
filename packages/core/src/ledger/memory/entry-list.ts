import type { LedgerEntry } from '../../protocol/ledger.ts';

export interface Kept {
  readonly entry: LedgerEntry;
  /** The how-manieth it was to be written down. */
  readonly place: number;
}

/** Places that are left empty at the start before the list is made shorter. */
const mostEmpty = 1024;

const isBefore = (one: Position, other: Position): boolean =>
  one.time === other.time ? one.place < other.place : one.time < other.time;

export interface Position {
  readonly time: number;
  readonly place: number;
}

const positionOf = ({ entry, place }: Kept): Position => ({ time: entry.time, place });

/** Entries in the order of their time. They come about in it, and leave from its start: both are cheap. */
export class EntryList {
  #list: Kept[] = [];
  #start = 0;

  get size(): number {
    return this.#list.length - this.#start;
  }

  add(kept: Kept): void {
    const position = positionOf(kept);
    const last = this.#list.at(-1);
    if (last === undefined || this.size === 0 || isBefore(positionOf(last), position)) this.#list.push(kept);
    else this.#list.splice(this.#find(position), 0, kept);
  }

  remove(kept: Kept): void {
    this.#list.splice(this.#find(positionOf(kept)), 1);
  }

  get oldest(): Kept | undefined {
    return this.#list[this.#start];
  }

  removeOldest(): void {
    if (this.size === 0) return;
    this.#start++;
    if (this.#start < Math.max(mostEmpty, this.size)) return;
    this.#list = this.#list.slice(this.#start);
    this.#start = 0;
  }

  /** The newest first, those before a position. */
  *backwards(before: Position | undefined): Generator<Kept> {
    const end = before === undefined ? this.#list.length : this.#find(before);
    for (let index = end - 1; index >= this.#start; index--) {
      const kept = this.#list[index];
      if (kept !== undefined) yield kept;
    }
  }

  /** The first that is not before a position. */
  #find(position: Position): number {
    let [low, high] = [this.#start, this.#list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const kept = this.#list[middle];
      if (kept !== undefined && isBefore(positionOf(kept), position)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
