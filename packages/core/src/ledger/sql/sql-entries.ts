import { Confidential } from '../../protocol/confidential.ts';
import type {
  ContentRecord,
  LedgerEntry,
  LedgerFilter,
  LedgerGroup,
  LedgerPage,
  LedgerQuery,
  LedgerTotal,
  Retention,
} from '../../protocol/ledger.ts';
import { failAsStore } from '../fail-as-store.ts';
import { EntryAppender } from './append-entries.ts';
import type { SqlEngine } from './engine.ts';
import { fitText } from './fit-text.ts';
import { findEntry, queryPage } from './page-query.ts';
import { pruneEntries } from './prune-entries.ts';
import { queryTotals } from './totals-query.ts';

/** The entries and contents of a ledger in a SQL database; a part of what a `Ledger` is. */
export class SqlEntries {
  readonly #engine: SqlEngine;
  readonly #appender: EntryAppender;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
    this.#appender = new EntryAppender(engine);
  }

  append(entries: readonly LedgerEntry[], contents: readonly ContentRecord[] = []): Promise<void> {
    return failAsStore(() => this.#appender.append(entries, contents));
  }

  query(query: LedgerQuery): Promise<LedgerPage> {
    return failAsStore(() => queryPage(this.#engine, query));
  }

  find(id: string): Promise<LedgerEntry | undefined> {
    return failAsStore(() => findEntry(this.#engine, id));
  }

  totals(filter: LedgerFilter, groups: readonly LedgerGroup[]): Promise<readonly LedgerTotal[]> {
    return failAsStore(() => queryTotals(this.#engine, filter, groups));
  }

  content(id: string): Promise<ContentRecord | undefined> {
    return failAsStore(async () => {
      const query = this.#engine.db.selectFrom('vector_contents').selectAll().where('id', '=', fitText(id));
      const row = await query.executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        id,
        time: Number(row.time),
        tenant: row.tenant ?? undefined,
        question: new Confidential(Buffer.from(row.question).toString()),
        answer: new Confidential(Buffer.from(row.answer).toString()),
      };
    });
  }

  prune(retention: Retention): Promise<number> {
    return failAsStore(() => pruneEntries(this.#engine, retention));
  }
}
