import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { optionsError } from '../errors.ts';

export interface SqliteFileOptions {
  readonly path: string;
  /** What the file is opened by, for errors: `sqliteStorage`. */
  readonly name: string;
  /**
   * The table that says how many of the migrations have been done to the file. A file that a later version of the package
   * has written has more of them, and is not touched.
   */
  readonly versionTable: string;
  /** SQL, each done once and as a whole. The names in it are such that the file may be one that the operator keeps other things in. */
  readonly migrations: readonly string[];
}

/** Milliseconds that a process waits for another to be done writing. */
const patience = 5000;
/** Milliseconds between two tries of what SQLite does not wait for by itself. */
const pause = 20;
/** https://www.sqlite.org/rescode.html#busy */
const busy = 5;

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** One SQLite file, by Node's own engine, which is loaded here first. Several processes may have it open. */
export class SqliteFile {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws GatewayError `VE_OPTIONS_INVALID` for a file that cannot be opened, or that a later version has written */
  constructor(options: SqliteFileOptions) {
    this.database = open(options);
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
    // Prepared: to read the words anew takes longer than to do what they say.
    this.run('BEGIN IMMEDIATE');
    try {
      const result = act();
      this.run('COMMIT');
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
    this.#statements.clear();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function open(options: SqliteFileOptions): DatabaseSync {
  const { path, name } = options;
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  let database: DatabaseSync | undefined;
  try {
    // Nobody else on the machine may read what people have asked for; SQLite gives its other files the same mode.
    closeSync(openSync(path, 'a', 0o600));
    database = new DatabaseSync(path);
    prepare(database, options);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof NewerFile) throw optionsError(`${name}: ${path} was written by a later version`);
    const reason = error instanceof Error ? error.message : String(error);
    throw optionsError(`${name}: ${path} cannot be opened as a database: ${reason}`);
  }
}

class NewerFile extends Error {}

function prepare(database: DatabaseSync, { versionTable, migrations }: SqliteFileOptions): void {
  database.exec(`PRAGMA busy_timeout = ${patience}`);
  // To this SQLite does not apply its patience: two processes that open a new file at once get in each other's way.
  insist(() => database.exec('PRAGMA journal_mode = WAL'));
  database.exec('PRAGMA synchronous = NORMAL');
  insist(() => {
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(`CREATE TABLE IF NOT EXISTS ${versionTable} (version INTEGER NOT NULL) STRICT`);
      const found = database.prepare(`SELECT version FROM ${versionTable}`).get()?.['version'];
      const version = Number(found ?? 0);
      if (version > migrations.length) throw new NewerFile();
      for (const migration of migrations.slice(version)) database.exec(migration);
      if (found === undefined) database.exec(`INSERT INTO ${versionTable} (version) VALUES (0)`);
      if (version < migrations.length)
        database.prepare(`UPDATE ${versionTable} SET version = ?`).run(migrations.length);
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
