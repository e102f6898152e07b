import type { ContentRecord, LedgerEntry } from '../protocol/ledger.ts';

/**
 * Entries that are written down together: what a batch costs by itself, pages of indexes above all, is shared by them. SQLite
 * takes 4 ms for so many, in which this process does nothing else; they come together where 20,000 calls a second are answered.
 */
const batchSize = 1000;

interface Waiting {
  readonly entry: LedgerEntry;
  readonly content: ContentRecord | undefined;
}

export interface WriteQueueOptions {
  /** Entries, and characters of contents, with which it is full. */
  readonly capacity: number;
  readonly contentCapacity: number;
  /** How many times as much it takes all the same. */
  readonly slack: number;
}

const sizeOf = (content: ContentRecord | undefined): number =>
  content === undefined ? 0 : content.question.reveal().length + content.answer.reveal().length;

/** What is to be written down, in its order, bounded. */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #waiting: Waiting[] = [];
  #characters = 0;
  dropped = 0;
  droppedContents = 0;
  /** Since the start. */
  taken = 0;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.length;
  }

  get hasBatch(): boolean {
    return this.#waiting.length >= batchSize;
  }

  get isFull(): boolean {
    const { capacity, contentCapacity } = this.#options;
    return this.#waiting.length >= capacity || this.#characters >= contentCapacity;
  }

  add(entry: LedgerEntry, content: ContentRecord | undefined): void {
    const { capacity, contentCapacity, slack } = this.#options;
    if (this.#waiting.length >= capacity * slack) {
      this.drop(content);
      return;
    }
    const characters = sizeOf(content);
    const isTooMuch = this.#characters + characters > contentCapacity * slack;
    if (isTooMuch) this.droppedContents++;
    else this.#characters += characters;
    this.#waiting.push({ entry, content: isTooMuch ? undefined : content });
  }

  /** What is not even taken. */
  drop(content: ContentRecord | undefined): void {
    this.dropped++;
    if (content !== undefined) this.droppedContents++;
  }

  /** What is first in line. */
  batch(): { readonly entries: readonly LedgerEntry[]; readonly contents: readonly ContentRecord[] } {
    const entries: LedgerEntry[] = [];
    const contents: ContentRecord[] = [];
    for (const { entry, content } of this.#waiting.slice(0, batchSize)) {
      entries.push(entry);
      if (content !== undefined) contents.push(content);
    }
    return { entries, contents };
  }

  /** So many are written down. */
  take(count: number): void {
    const taken = this.#waiting.splice(0, count);
    this.taken += taken.length;
    for (const { content } of taken) this.#characters -= sizeOf(content);
  }

  dropAll(): void {
    for (const { content } of this.#waiting) this.drop(content);
    this.#waiting = [];
    this.#characters = 0;
  }
}
