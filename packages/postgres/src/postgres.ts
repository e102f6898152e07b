import type { Ledger } from '@vector-engine/core';
import { SqlEntries, SqlKeys } from '@vector-engine/core/sql';
import { Database } from './database.ts';
import { PostgresAccounts } from './postgres-accounts.ts';
import { PostgresEngine } from './postgres-engine.ts';
import { type PostgresOptions, readOptions } from './postgres-options.ts';

/**
 * The operator's books in Postgres, for any number of processes: `createGateway({ ledger: postgres({ … }) })`. Tables are
 * made, and brought up to date, with the first question.
 *
 * @throws TypeError that says what to give.
 */
export function postgres(options: PostgresOptions): Ledger {
  const database = new Database(readOptions(options));
  const accounts = new PostgresAccounts(database);
  const engine = new PostgresEngine(database);
  const entries = new SqlEntries(engine);
  return {
    isShared: true,
    accounts,
    keys: new SqlKeys(engine),
    append: (written, contents) => entries.append(written, contents),
    query: (query) => entries.query(query),
    totals: (filter, groups) => entries.totals(filter, groups),
    find: (id) => entries.find(id),
    content: (id) => entries.content(id),
    prune: (retention) => entries.prune(retention),
    async close() {
      await accounts.close();
      await database.close();
    },
  };
}
