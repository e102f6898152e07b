import type { EntryRows } from './entry-rows.ts';

/** Where an entry is, by the number of its row. */
export interface Kept {
  readonly row: number;
  /** The how-manieth it was to be written down. No two have the same. */
  readonly place: number;
}

/** How many there is room for at first; a power of two, as whatever there is room for later. */
const fewest = 1024;

/** From so many on they are moved together. */
const many = 16;

export interface Position {
  readonly time: number;
  readonly place: number;
}

/**
 * Entries in the order of their time, in a ring: they come about in that order, and leave from its start, and neither leaves
 * anything behind that has to be collected.
 */
export class EntryList {
  readonly #rows: Pick<EntryRows, 'timeOf'>;
  #rowsAt = new Uint32Array(fewest);
  #placesAt = new Float64Array(fewest);
  /** Where the oldest is in the ring. */
  #start = 0;
  #size = 0;

  constructor(rows: Pick<EntryRows, 'timeOf'>) {
    this.#rows = rows;
  }

  get size(): number {
    return this.#size;
  }

  add(row: number, place: number): void {
    if (this.#size === this.#rowsAt.length) this.#grow();
    const position = { time: this.#rows.timeOf(row), place };
    const isNewest = this.#size === 0 || this.#isBefore(this.#size - 1, position);
    const index = isNewest ? this.#size : this.#find(position);
    if (this.#size - index > many) this.#moveUp(index);
    else
      for (let at = this.#size; at > index; at--) this.#put(at, this.#rowAt(at - 1), this.#placeAt(at - 1));
    this.#put(index, row, place);
    this.#size++;
  }

  /** Makes room at an index. Those that have taken long come far from the end. */
  #moveUp(index: number): void {
    const [from, end] = [this.#slotOf(index), this.#slotOf(this.#size)];
    moveUp(this.#rowsAt, from, end);
    moveUp(this.#placesAt, from, end);
  }

  has({ row, place }: Kept): boolean {
    const index = this.#indexOf(row, place);
    return index < this.#size && this.#placeAt(index) === place;
  }

  /** Whether it was there. */
  remove(kept: Kept): boolean {
    if (!this.has(kept)) return false;
    this.#size--;
    for (let at = this.#indexOf(kept.row, kept.place); at < this.#size; at++)
      this.#put(at, this.#rowAt(at + 1), this.#placeAt(at + 1));
    return true;
  }

  get oldest(): Kept | undefined {
    return this.#size === 0 ? undefined : { row: this.#rowAt(0), place: this.#placeAt(0) };
  }

  removeOldest(): void {
    if (this.#size === 0) return;
    this.#start = this.#slotOf(1);
    this.#size--;
  }

  /** The newest first, those before a position. */
  *backwards(before: Position | undefined): Generator<Kept> {
    const end = before === undefined ? this.#size : this.#find(before);
    for (let index = end - 1; index >= 0; index--)
      yield { row: this.#rowAt(index), place: this.#placeAt(index) };
  }

  #slotOf(index: number): number {
    return (this.#start + index) & (this.#rowsAt.length - 1);
  }

  #rowAt(index: number): number {
    return this.#rowsAt[this.#slotOf(index)] ?? 0;
  }

  #placeAt(index: number): number {
    return this.#placesAt[this.#slotOf(index)] ?? 0;
  }

  #put(index: number, row: number, place: number): void {
    const slot = this.#slotOf(index);
    this.#rowsAt[slot] = row;
    this.#placesAt[slot] = place;
  }

  #grow(): void {
    const rows = new Uint32Array(2 * this.#size);
    const places = new Float64Array(2 * this.#size);
    for (let index = 0; index < this.#size; index++) {
      rows[index] = this.#rowAt(index);
      places[index] = this.#placeAt(index);
    }
    this.#rowsAt = rows;
    this.#placesAt = places;
    this.#start = 0;
  }

  #indexOf(row: number, place: number): number {
    return this.#find({ time: this.#rows.timeOf(row), place });
  }

  /** The first that is not before a position. */
  #find(position: Position): number {
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(middle, position)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBefore(index: number, { time, place }: Position): boolean {
    const own = this.#rows.timeOf(this.#rowAt(index));
    return own === time ? this.#placeAt(index) < place : own < time;
  }
}

/** What is from one slot of a ring to before another, by one slot. */
function moveUp(ring: Uint32Array | Float64Array, from: number, end: number): void {
  if (from <= end) {
    ring.copyWithin(from + 1, from, end);
    return;
  }
  const last = ring.length - 1;
  ring.copyWithin(1, 0, end);
  ring[0] = ring[last] ?? 0;
  ring.copyWithin(from + 1, from, last);
}
