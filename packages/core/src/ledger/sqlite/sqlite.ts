import { optionsError } from '../../errors.ts';
import type { Ledger } from '../../protocol/ledger.ts';
import { SqliteFile } from '../../sqlite/sqlite-file.ts';
import { ledgerMigrations } from '../sql/migrations.ts';
import { accountTables, plainHolds } from './account-tables.ts';
import { SqliteLedger } from './sqlite-ledger.ts';

/** Each is done once, in this order; none of them ever changes. */
const [entryTables, ...later] = ledgerMigrations('sqlite').map((statements) => statements.join(';\n'));
const migrations = [entryTables ?? '', accountTables, plainHolds, ...later];

/**
 * Keeps the ledger in one SQLite file, by Node's own engine: every call, what may be spent and was, and who has a key. A restart
 * loses nothing, `kill -9` neither, and several processes of one machine may share it. The file is made if it is not there, for its owner's eyes
 * only; its folder must be there. Node 22 warns once that its engine is experimental.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` for a file that cannot be opened, or that a later version has written
 */
export function sqlite(path: string): Ledger {
  if (path === '' || path === ':memory:')
    throw optionsError('sqlite: path must name a file; memoryLedger() keeps things in memory');
  const file = new SqliteFile({ path, name: 'sqlite', versionTable: 'vector_ledger_schema', migrations });
  // Every entry is in several places of the file: 16 MiB of it at hand, and written back when as much has changed.
  file.database.exec('PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096');
  // Else each statement of many rows keeps a copy of every page it changes. Whoever writes entries looks for their callers and
  // subjects, once for all, and nobody else writes meanwhile.
  file.database.exec('PRAGMA foreign_keys = OFF');
  return new SqliteLedger(file);
}
