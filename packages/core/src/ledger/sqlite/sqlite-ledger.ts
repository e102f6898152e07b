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
import type { SqliteFile } from '../../sqlite/sqlite-file.ts';
import { failAsStore } from '../fail-as-store.ts';
import { lateKeys } from './late-keys.ts';
import type { OpenEntries } from './open-entries.ts';
import { SqliteAccounts } from './sqlite-accounts.ts';

/** A ledger in one SQLite file. */
export class SqliteLedger implements Ledger {
  readonly isShared = true;
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  readonly #file: SqliteFile;
  readonly #open: Promise<OpenEntries>;

  constructor(file: SqliteFile) {
    this.#file = file;
    this.accounts = new SqliteAccounts(file);
    this.#open = import('./open-entries.ts').then(({ openEntries }) => openEntries(file));
    // Told to whoever asks for it.
    this.#open.catch(() => {});
    this.keys = lateKeys(this.#open.then(({ keys }) => keys));
  }

  append(entries: readonly LedgerEntry[], contents: readonly ContentRecord[] = []): Promise<void> {
    return this.#ask(({ entries: store }) => store.append(entries, contents));
  }

  query(query: LedgerQuery): Promise<LedgerPage> {
    return this.#ask(({ entries }) => entries.query(query));
  }

  find(id: string): Promise<LedgerEntry | undefined> {
    return this.#ask(({ entries }) => entries.find(id));
  }

  totals(filter: LedgerFilter, groups: readonly LedgerGroup[]): Promise<readonly LedgerTotal[]> {
    return this.#ask(({ entries }) => entries.totals(filter, groups));
  }

  content(id: string): Promise<ContentRecord | undefined> {
    return this.#ask(({ entries }) => entries.content(id));
  }

  prune(retention: Retention): Promise<number> {
    return this.#ask(({ entries }) => entries.prune(retention));
  }

  async close(): Promise<void> {
    await this.#open.catch(() => {});
    await this.accounts.close();
    this.#file.close();
  }

  #ask<Result>(act: (open: OpenEntries) => Promise<Result>): Promise<Result> {
    return failAsStore(async () => act(await this.#open));
  }
}
