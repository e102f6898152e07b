import type { EntryList, Kept } from './entry-list.ts';
import type { EntryRows } from './entry-rows.ts';

/**
 * Where entries are, by their ids. It is made when somebody asks, and brought up to date then: a gateway whose ledger nobody
 * reads has no use for it, and each call would pay for it. Of two entries with one id the later takes the place of the other.
 */
export class EntryIndex {
  readonly #list: EntryList;
  readonly #rows: EntryRows;
  /** Undefined until somebody asks. */
  #byId: Map<string, Kept> | undefined;
  /** Written down since. */
  #fresh: Kept[] = [];

  constructor(list: EntryList, rows: EntryRows) {
    this.#list = list;
    this.#rows = rows;
  }

  /** An entry is in the list. */
  added(row: number, place: number): void {
    if (this.#byId === undefined) return;
    this.#fresh.push({ row, place });
    // Nobody has asked for so long that there is nothing left of what is known.
    if (this.#fresh.length <= this.#list.size) return;
    this.#byId = undefined;
    this.#fresh = [];
  }

  /** An entry is in the list no more; its row is still there. */
  removed({ row, place }: Kept): void {
    if (this.#byId === undefined) return;
    const id = this.#rows.idOf(row);
    if (this.#byId.get(id)?.place === place) this.#byId.delete(id);
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

  find(id: string): Kept | undefined {
    this.update();
    return this.#byId?.get(id);
  }

  #know(kept: Kept, byId: Map<string, Kept>): void {
    // Gone before anybody has asked.
    if (!this.#list.has(kept)) return;
    const id = this.#rows.idOf(kept.row);
    const before = byId.get(id);
    if (before === undefined) {
      byId.set(id, kept);
      return;
    }
    if (this.#list.remove(before)) this.#rows.free(before.row);
    this.#list.remove(kept);
    const moved = { row: kept.row, place: before.place };
    this.#list.add(moved.row, moved.place);
    byId.set(id, moved);
  }
}
