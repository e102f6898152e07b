import type { EntryRows } from './entry-rows.ts';

/** Where an entry is, by the number of its row. */
export interface Kept {
  readonly row: number;
  /** The how-manieth it was to be written down. No two have the same. */
  readonly place: number;
}

/** Places that are left empty at the start before the list is made shorter. */
const mostEmpty = 1024;

export interface Position {
  readonly time: number;
  readonly place: number;
}

/** Entries in the order of their time. They come about in it, and leave from its start: both are cheap. */
export class EntryList {
  readonly #rows: EntryRows;
  #list: number[] = [];
  #places: number[] = [];
  #start = 0;

  constructor(rows: EntryRows) {
    this.#rows = rows;
  }

  get size(): number {
    return this.#list.length - this.#start;
  }

  add(row: number, place: number): void {
    const position = { time: this.#rows.timeOf(row), place };
    if (this.size === 0 || this.#isBefore(this.#list.length - 1, position)) {
      this.#list.push(row);
      this.#places.push(place);
      return;
    }
    const index = this.#find(position);
    this.#list.splice(index, 0, row);
    this.#places.splice(index, 0, place);
  }

  has({ row, place }: Kept): boolean {
    return this.#places[this.#indexOf(row, place)] === place;
  }

  /** Whether it was there. */
  remove(kept: Kept): boolean {
    if (!this.has(kept)) return false;
    const index = this.#indexOf(kept.row, kept.place);
    this.#list.splice(index, 1);
    this.#places.splice(index, 1);
    return true;
  }

  get oldest(): Kept | undefined {
    const [row, place] = [this.#list[this.#start], this.#places[this.#start]];
    return row === undefined || place === undefined ? undefined : { row, place };
  }

  removeOldest(): void {
    if (this.size === 0) return;
    this.#start++;
    if (this.#start < Math.max(mostEmpty, this.size)) return;
    this.#list = this.#list.slice(this.#start);
    this.#places = this.#places.slice(this.#start);
    this.#start = 0;
  }

  /** The newest first, those before a position. */
  *backwards(before: Position | undefined): Generator<Kept> {
    const end = before === undefined ? this.#list.length : this.#find(before);
    for (let index = end - 1; index >= this.#start; index--) {
      const [row, place] = [this.#list[index], this.#places[index]];
      if (row !== undefined && place !== undefined) yield { row, place };
    }
  }

  #indexOf(row: number, place: number): number {
    return this.#find({ time: this.#rows.timeOf(row), place });
  }

  /** The first that is not before a position. */
  #find(position: Position): number {
    let [low, high] = [this.#start, this.#list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(middle, position)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBefore(index: number, { time, place }: Position): boolean {
    const row = this.#list[index];
    const own = row === undefined ? -Infinity : this.#rows.timeOf(row);
    return own === time ? (this.#places[index] ?? 0) < place : own < time;
  }
}
