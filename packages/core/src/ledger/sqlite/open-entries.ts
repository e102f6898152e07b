import type { SqliteFile } from '../../sqlite/sqlite-file.ts';
import { SqlEntries } from '../sql/sql-entries.ts';
import { SqlKeys } from '../sql/sql-keys.ts';
import { SqliteEngine } from './sqlite-engine.ts';

/* With this module comes the query builder: it is loaded when a ledger is opened. */

export interface OpenEntries {
  readonly entries: SqlEntries;
  readonly keys: SqlKeys;
}

export function openEntries(file: SqliteFile): OpenEntries {
  const engine = new SqliteEngine(file);
  return { entries: new SqlEntries(engine), keys: new SqlKeys(engine) };
}
