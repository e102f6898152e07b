import type { LedgerEntry } from '../../protocol/ledger.ts';

export interface Kept {
  readonly entry: LedgerEntry;
  /** The how-manieth it was to be written down. */
  readonly place: number;
}

/** Places that are left empty at the start before the list is made shorter. */
const mostEmpty = 1024;

export interface Position {
  readonly time: number;
  readonly place: number;
}

const positionOf = ({ entry, place }: Kept): Position => ({ time: entry.time, place });

/**
 * Entries in the order of their time. They come about in it, and leave from its start: both are cheap. An entry and its place
 * are in two arrays: an object of the two would be one more to outlive each call.
 */
export class EntryList {
  #entries: LedgerEntry[] = [];
  #places: number[] = [];
  #start = 0;

  get size(): number {
    return this.#entries.length - this.#start;
  }

  add(entry: LedgerEntry, place: number): void {
    const end = this.#entries.length;
    if (this.size === 0 || this.#isBefore(end - 1, { time: entry.time, place })) {
      this.#entries.push(entry);
      this.#places.push(place);
      return;
    }
    const index = this.#find({ time: entry.time, place });
    this.#entries.splice(index, 0, entry);
    this.#places.splice(index, 0, place);
  }

  has(kept: Kept): boolean {
    return this.#entries[this.#find(positionOf(kept))] === kept.entry;
  }

  /** Whether it was there. */
  remove(kept: Kept): boolean {
    const index = this.#find(positionOf(kept));
    if (this.#entries[index] !== kept.entry) return false;
    this.#entries.splice(index, 1);
    this.#places.splice(index, 1);
    return true;
  }

  get oldest(): LedgerEntry | undefined {
    return this.#entries[this.#start];
  }

  removeOldest(): void {
    if (this.size === 0) return;
    this.#start++;
    if (this.#start < Math.max(mostEmpty, this.size)) return;
    this.#entries = this.#entries.slice(this.#start);
    this.#places = this.#places.slice(this.#start);
    this.#start = 0;
  }

  /** The newest first, those before a position. */
  *backwards(before: Position | undefined): Generator<Kept> {
    const end = before === undefined ? this.#entries.length : this.#find(before);
    for (let index = end - 1; index >= this.#start; index--) {
      const [entry, place] = [this.#entries[index], this.#places[index]];
      if (entry !== undefined && place !== undefined) yield { entry, place };
    }
  }

  /** The first that is not before a position. */
  #find(position: Position): number {
    let [low, high] = [this.#start, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(middle, position)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBefore(index: number, { time, place }: Position): boolean {
    const own = this.#entries[index]?.time ?? -Infinity;
    return own === time ? (this.#places[index] ?? 0) < place : own < time;
  }
}
