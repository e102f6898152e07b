import { optionsError } from '../errors.ts';
import { SqliteFile } from '../sqlite/sqlite-file.ts';

/** The names are such that the file may be one that the operator keeps other things in. */
const first = `
CREATE TABLE vector_tasks (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  operation TEXT NOT NULL,
  idempotency TEXT,
  digest TEXT NOT NULL,
  upstream TEXT,
  job TEXT,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  version INTEGER NOT NULL,
  due INTEGER,
  holder TEXT,
  leased INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX vector_tasks_key ON vector_tasks (owner, idempotency) WHERE idempotency IS NOT NULL;
CREATE INDEX vector_tasks_owner ON vector_tasks (owner, place);
CREATE INDEX vector_tasks_same ON vector_tasks (owner, digest);
CREATE INDEX vector_tasks_job ON vector_tasks (upstream, job) WHERE job IS NOT NULL;
CREATE INDEX vector_tasks_due ON vector_tasks (due, leased) WHERE due IS NOT NULL;
CREATE INDEX vector_tasks_old ON vector_tasks (updated) WHERE due IS NULL;
CREATE TABLE vector_blobs (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT;
CREATE INDEX vector_blobs_expiry ON vector_blobs (expires);
CREATE TABLE vector_blob_parts (
  blob INTEGER NOT NULL REFERENCES vector_blobs (place) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (blob, part)
) STRICT;
CREATE TABLE vector_items (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  value BLOB NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX vector_items_expiry ON vector_items (expires);
`;

/**
 * For operators, who look through all of them. What is in a record is not kept a second time, so that whoever writes one need
 * not know of it.
 */
const second = `
ALTER TABLE vector_tasks ADD COLUMN state TEXT GENERATED ALWAYS AS (json_extract(record, '$.state')) VIRTUAL;
ALTER TABLE vector_tasks ADD COLUMN model TEXT GENERATED ALWAYS AS (json_extract(record, '$.model')) VIRTUAL;
CREATE INDEX vector_tasks_by_model ON vector_tasks (model, place, state, operation, deleted);
CREATE INDEX vector_tasks_by_state ON vector_tasks (state, place, operation, deleted);
CREATE INDEX vector_tasks_by_operation ON vector_tasks (operation, place, deleted);
`;

/** @throws GatewayError `VE_OPTIONS_INVALID` for a file that cannot be opened, or that a later version has written */
export function openTaskFile(path: string): SqliteFile {
  if (path === '' || path === ':memory:')
    throw optionsError('sqliteStorage: path must name a file; memoryStorage() keeps things in memory');
  return new SqliteFile({
    path,
    name: 'sqliteStorage',
    versionTable: 'vector_schema',
    migrations: [first, second],
  });
}
