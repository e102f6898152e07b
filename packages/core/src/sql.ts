/**
 * What a ledger in a SQL database is made of: for `@vector-engine/postgres`, and for whoever keeps one elsewhere.
 */
export { GatewayError } from './errors.ts';
export { failAsStore, storeFailure } from './ledger/fail-as-store.ts';
export {
  type Bulk,
  type BulkColumn,
  type BulkValue,
  type Insertion,
  insertion,
  type Row,
  type Script,
  type SqlEngine,
} from './ledger/sql/engine.ts';
export { type Flavour, ledgerMigrations } from './ledger/sql/migrations.ts';
export { SqlEntries } from './ledger/sql/sql-entries.ts';
export { SqlKeys } from './ledger/sql/sql-keys.ts';
export type { LedgerTables } from './ledger/sql/tables.ts';
