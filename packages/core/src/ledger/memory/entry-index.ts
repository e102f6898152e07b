import type { LedgerEntry } from '../../protocol/ledger.ts';
import type { EntryList, Kept } from './entry-list.ts';

/**
 * Where entries are, by their ids. It is made when somebody asks, and brought up to date then: a gateway whose ledger nobody
 * reads has no use for it, and each call would pay for it. Of two entries with one id the later takes the place of the other.
 */
export class EntryIndex {
  readonly #list: EntryList;
  /** Undefined until somebody asks. */
  #byId: Map<string, Kept> | undefined;
  /** Written down since. */
  #fresh: Kept[] = [];

  constructor(list: EntryList) {
    this.#list = list;
  }

  /** An entry is in the list. */
  added(entry: LedgerEntry, place: number): void {
    if (this.#byId === undefined) return;
    this.#fresh.push({ entry, place });
    // Nobody has asked for so long that there is nothing left of what is known.
    if (this.#fresh.length <= this.#list.size) return;
    this.#byId = undefined;
    this.#fresh = [];
  }

  /** An entry is in the list no more. */
  removed(entry: LedgerEntry): void {
    if (this.#byId?.get(entry.id)?.entry === entry) this.#byId.delete(entry.id);
  }

  /** Of each id there is one entry in the list. */
  update(): void {
    const fresh =
      this.#byId === undefined
        ? [...this.#list.backwards(undefined)].toSorted((one, other) => one.place - other.place)
        : this.#fresh;
    this.#byId ??= new Map();
    this.#fresh = [];
    for (const kept of fresh) this.#know(kept, this.#byId);
  }

  find(id: string): LedgerEntry | undefined {
    this.update();
    return this.#byId?.get(id)?.entry;
  }

  #know(kept: Kept, byId: Map<string, Kept>): void {
    const before = byId.get(kept.entry.id);
    if (before === undefined) {
      if (this.#list.has(kept)) byId.set(kept.entry.id, kept);
      return;
    }
    if (!this.#list.remove(kept)) return;
    this.#list.remove(before);
    const moved = { entry: kept.entry, place: before.place };
    this.#list.add(moved.entry, moved.place);
    byId.set(kept.entry.id, moved);
  }
}
