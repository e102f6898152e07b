import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { optionsError } from '../errors.ts';

/** Of the tables below. A file that a later version of the package has written is not touched. */
const schemaVersion = 1;

/** The names are such that the file may be one that the operator keeps other things in. */
const schema = `
CREATE TABLE IF NOT EXISTS vector_schema (version INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS vector_tasks (
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
CREATE UNIQUE INDEX IF NOT EXISTS vector_tasks_key ON vector_tasks (owner, idempotency) WHERE idempotency IS NOT NULL;
CREATE INDEX IF NOT EXISTS vector_tasks_owner ON vector_tasks (owner, place);
CREATE INDEX IF NOT EXISTS vector_tasks_same ON vector_tasks (owner, digest);
CREATE INDEX IF NOT EXISTS vector_tasks_job ON vector_tasks (upstream, job) WHERE job IS NOT NULL;
CREATE INDEX IF NOT EXISTS vector_tasks_due ON vector_tasks (due, leased) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS vector_tasks_old ON vector_tasks (updated) WHERE due IS NULL;
CREATE TABLE IF NOT EXISTS vector_blobs (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS vector_blobs_expiry ON vector_blobs (expires);
CREATE TABLE IF NOT EXISTS vector_blob_parts (
  blob INTEGER NOT NULL REFERENCES vector_blobs (place) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (blob, part)
) STRICT;
CREATE TABLE IF NOT EXISTS vector_items (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  value BLOB NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS vector_items_expiry ON vector_items (expires);
`;

/** Milliseconds that a process waits for another to be done writing. */
const patience = 5000;
/** Milliseconds between two tries of what SQLite does not wait for by itself. */
const pause = 20;
/** https://www.sqlite.org/rescode.html#busy */
const busy = 5;

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** One SQLite file, by Node's own engine, which is loaded here first. Several processes may have it open. */
export class SqliteFile {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws GatewayError `VE_OPTIONS_INVALID` for a file that cannot be opened, or that a later version has written */
  constructor(path: string) {
    if (path === '' || path === ':memory:')
      throw optionsError('sqliteStorage: path must name a file; memoryStorage() keeps things in memory');
    this.#database = open(path);
  }

  /** The rows that a statement gives. */
  all(sql: string, ...values: readonly SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values);
  }

  first(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values);
  }

  /** How many rows have changed. */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** Everything that `act` does, or nothing. */
  transact<Result>(act: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = act();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
    this.#statements.clear();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function open(path: string): DatabaseSync {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  let database: DatabaseSync | undefined;
  try {
    // Nobody else on the machine may read what people have asked for; SQLite gives its other files the same mode.
    closeSync(openSync(path, 'a', 0o600));
    database = new DatabaseSync(path);
    prepare(database);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof NewerFile)
      throw optionsError(`sqliteStorage: ${path} was written by a later version`);
    const reason = error instanceof Error ? error.message : String(error);
    throw optionsError(`sqliteStorage: ${path} cannot be opened as a database: ${reason}`);
  }
}

class NewerFile extends Error {}

function prepare(database: DatabaseSync): void {
  database.exec(`PRAGMA busy_timeout = ${patience}`);
  // To this SQLite does not apply its patience: two processes that open a new file at once get in each other's way.
  insist(() => database.exec('PRAGMA journal_mode = WAL'));
  database.exec('PRAGMA synchronous = NORMAL');
  insist(() => {
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(schema);
      const version = database.prepare('SELECT version FROM vector_schema').get()?.['version'];
      if (Number(version ?? 0) > schemaVersion) throw new NewerFile();
      if (version === undefined)
        database.prepare('INSERT INTO vector_schema (version) VALUES (?)').run(schemaVersion);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  });
}

function insist(act: () => void): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = patience / pause; ; tries--) {
    try {
      return act();
    } catch (error) {
      if (tries <= 0 || !isBusy(error)) throw error;
    }
    Atomics.wait(nothing, 0, 0, pause);
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busy;
