import type { ContentRecord } from '../../protocol/ledger.ts';

const sizeOf = ({ question, answer }: ContentRecord): number =>
  question.reveal().length + answer.reveal().length;

/** Contents in this process's memory, bounded: the oldest go. */
export class MemoryContents {
  readonly #most: number;
  readonly #records = new Map<string, ContentRecord>();
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(record: ContentRecord): void {
    this.#delete(record.id);
    this.#records.set(record.id, record);
    this.#size += sizeOf(record);
    for (const id of this.#records.keys()) {
      if (this.#size <= this.#most) return;
      this.#delete(id);
    }
  }

  get(id: string): ContentRecord | undefined {
    return this.#records.get(id);
  }

  prune(before: number): void {
    for (const [id, { time }] of this.#records) if (time < before) this.#delete(id);
  }

  #delete(id: string): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    this.#size -= sizeOf(record);
    this.#records.delete(id);
  }
}
