import { optionsError } from '../../errors.ts';
import type { AccountStore } from '../../protocol/account.ts';
import type {
  ContentRecord,
  Ledger,
  LedgerEntry,
  LedgerFilter,
  LedgerGroup,
  LedgerPage,
  LedgerQuery,
  LedgerTotal,
  Retention,
} from '../../protocol/ledger.ts';
import type { KeyStore } from '../../protocol/virtual-key.ts';
import { isMeant } from '../match-entry.ts';
import { pageSize, readCursor, writeCursor } from '../page.ts';
import { addTotal, emptyTotal, groupValueOf, nameOf, orderTotals, sumsOf, type Tally } from '../total.ts';
import { EntryIndex } from './entry-index.ts';
import { EntryList, type Kept } from './entry-list.ts';
import { EntryRows } from './entry-rows.ts';
import { MemoryAccounts } from './memory-accounts.ts';
import { MemoryContents } from './memory-contents.ts';
import { MemoryKeys } from './memory-keys.ts';

export interface MemoryLedgerOptions {
  /** The newest so many calls are remembered. Default 100,000. */
  readonly entries?: number;
  /** Characters of questions and answers, where they are kept; the oldest go. Default 33,554,432. */
  readonly contentCharacters?: number;
}

/**
 * Keeps the ledger in this process's memory, bounded: what is spent, and the keys, are gone with it.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function memoryLedger({
  entries = 100_000,
  contentCharacters = 33_554_432,
}: MemoryLedgerOptions = {}): Ledger {
  for (const [name, value] of Object.entries({ entries, contentCharacters }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw optionsError(`memoryLedger: ${name} must be a whole number above 0`);
  return new MemoryLedger(entries, new MemoryContents(contentCharacters));
}

class MemoryLedger implements Ledger {
  readonly isShared = false;
  readonly accounts: AccountStore = new MemoryAccounts();
  readonly keys: KeyStore = new MemoryKeys();
  readonly #most: number;
  readonly #contents: MemoryContents;
  readonly #rows = new EntryRows();
  readonly #list = new EntryList(this.#rows);
  readonly #index = new EntryIndex(this.#list, this.#rows);
  #places = 0;

  constructor(most: number, contents: MemoryContents) {
    this.#most = most;
    this.#contents = contents;
  }

  append(entries: readonly LedgerEntry[], contents: readonly ContentRecord[] = []): Promise<void> {
    for (const entry of entries) this.appendNow(entry);
    for (const content of contents) this.#contents.add(content);
    return Promise.resolve();
  }

  appendNow(entry: LedgerEntry, content?: ContentRecord): void {
    const row = this.#makeRoom(entry.time);
    if (row !== undefined) {
      const place = ++this.#places;
      this.#rows.write(row, entry);
      this.#list.add(row, place);
      this.#index.added(row, place);
    }
    if (content !== undefined) this.#contents.add(content);
  }

  /** Where an entry of this time can be written; undefined where all that are remembered are newer. */
  #makeRoom(time: number): number | undefined {
    const oldest = this.#list.size < this.#most ? undefined : this.#list.oldest;
    if (oldest === undefined) return this.#rows.take();
    if (this.#rows.timeOf(oldest.row) > time) return undefined;
    this.#forget(oldest);
    return oldest.row;
  }

  async query({ limit, cursor, ...filter }: LedgerQuery): Promise<LedgerPage> {
    this.#index.update();
    const most = pageSize(limit);
    const found: { readonly entry: LedgerEntry; readonly place: number }[] = [];
    for (const { row, place } of this.#list.backwards(
      cursor === undefined ? undefined : readCursor(cursor),
    )) {
      if (filter.from !== undefined && this.#rows.timeOf(row) < filter.from) break;
      const entry = this.#rows.read(row);
      if (isMeant(entry, filter)) found.push({ entry, place });
      if (found.length > most) break;
    }
    const shown = found.slice(0, most);
    const last = found.length > most ? shown.at(-1) : undefined;
    return {
      entries: shown.map(({ entry }) => entry),
      cursor: last && writeCursor({ time: last.entry.time, place: last.place }),
    };
  }

  find(id: string): Promise<LedgerEntry | undefined> {
    const kept = this.#index.find(id);
    return Promise.resolve(kept && this.#rows.read(kept.row));
  }

  totals(filter: LedgerFilter, groups: readonly LedgerGroup[]): Promise<readonly LedgerTotal[]> {
    this.#index.update();
    const totals = new Map<string, Tally>();
    for (const { row } of this.#list.backwards(undefined)) {
      const entry = this.#rows.read(row);
      if (!isMeant(entry, filter)) continue;
      const names = groups.map((group) => nameOf(group, groupValueOf(group, entry)));
      const key = JSON.stringify(names);
      totals.set(key, addTotal(totals.get(key) ?? emptyTotal(groups, names), sumsOf(entry)));
    }
    return Promise.resolve(orderTotals([...totals.values()]));
  }

  content(id: string): Promise<ContentRecord | undefined> {
    return Promise.resolve(this.#contents.get(id));
  }

  prune({ before = -Infinity, entries = Infinity, contentBefore }: Retention): Promise<number> {
    this.#index.update();
    let gone = 0;
    for (; this.#list.size > 0; gone++) {
      const { oldest } = this.#list;
      const isKept = oldest === undefined || this.#rows.timeOf(oldest.row) >= before;
      if (this.#list.size <= entries && isKept) break;
      this.#removeOldest();
    }
    if (contentBefore !== undefined) this.#contents.prune(contentBefore);
    return Promise.resolve(gone);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #removeOldest(): void {
    const { oldest } = this.#list;
    if (oldest === undefined) return;
    this.#forget(oldest);
    this.#rows.free(oldest.row);
  }

  #forget(oldest: Kept): void {
    this.#index.removed(oldest);
    this.#list.removeOldest();
  }
}
