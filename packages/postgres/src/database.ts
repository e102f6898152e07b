import { GatewayError } from '@vector-engine/core/sql';
import { migrate } from './migrate.ts';
import { fromPlainRow, toPlainValue } from './plain-text.ts';
import type { Settings } from './postgres-options.ts';
import type { PostgresClient, PostgresPool, PostgresResult } from './postgres-pool.ts';
import { isMissing, isRefusal } from './sql-state.ts';

const ignore = (): void => {};

/**
 * A database, as far as it may be leaned on: whatever is asked of it is answered, or has failed, within a time. Its tables
 * are made before the first question; where that fails, the next question tries again.
 */
export class Database {
  readonly schema: string;
  readonly #pool: PostgresPool;
  readonly #isOwnPool: boolean;
  readonly #patience: number;
  #ready: Promise<void> | undefined;
  #isClosed = false;
  /** Its tables are not found by their names alone. */
  #isHidden = false;

  constructor({ pool, isOwnPool, schema, patience }: Settings) {
    this.#pool = pool;
    this.#isOwnPool = isOwnPool;
    this.#patience = patience;
    this.schema = schema;
  }

  /**
   * One statement, in a transaction of its own.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async query(sql: string, values: readonly unknown[]): Promise<readonly object[]> {
    const connection = await this.connect();
    try {
      return (await connection.query(sql, values)).rows;
    } finally {
      connection.release();
    }
  }

  /**
   * Several statements in one transaction. Names of tables without a schema are those of ours.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async transact<Result>(act: (connection: Connection) => Promise<Result>): Promise<Result> {
    const connection = await this.connect();
    try {
      return await this.#within(connection, () => act(connection));
    } finally {
      connection.release();
    }
  }

  /**
   * The same for one statement, on a connection that is there.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  run(connection: Connection, sql: string, values: readonly unknown[]): Promise<PostgresResult> {
    const ask = (): Promise<PostgresResult> => connection.query(sql, values);
    return this.#isHidden ? this.#within(connection, ask) : ask();
  }

  /** @throws GatewayError `VE_STORE_FAILED` */
  async connect(): Promise<Connection> {
    if (this.#isClosed) throw storeError(new Error('it is closed'));
    this.#ready ??= this.#prepare();
    await this.#inTime(this.#ready);
    return this.#open();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#ready !== undefined) await this.#inTime(this.#ready).catch(ignore);
    if (this.#isOwnPool) await this.#inTime(this.#pool.end()).catch(ignore);
  }

  async #within<Result>(connection: Connection, act: () => Promise<Result>): Promise<Result> {
    await connection.begin(this.#isHidden ? this.schema : undefined);
    try {
      const result = await act();
      await connection.query('COMMIT');
      return result;
    } catch (error) {
      await connection.query('ROLLBACK').catch(ignore);
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    try {
      const connection = await this.#open();
      try {
        // Nobody waits for longer than the patience; a large table may take its time all the same.
        await migrate((sql, values) => connection.query(sql, values, 600_000), this.schema);
        this.#isHidden = await isHidden(connection, this.schema);
      } finally {
        connection.release();
      }
    } catch (error) {
      this.#ready = undefined;
      throw error;
    }
  }

  async #open(): Promise<Connection> {
    const opening = this.#pool.connect();
    try {
      const client = await this.#inTime(opening);
      return new Connection(client, this.#patience, () => {
        this.#ready = undefined;
      });
    } catch (error) {
      // One that comes late is of use to others.
      opening.then((client) => client.release(), ignore);
      throw error;
    }
  }

  #inTime<Value>(promise: Promise<Value>): Promise<Value> {
    return inTime(promise, this.#patience);
  }
}

/** A connection of the pool, until it is released. */
export class Connection {
  readonly #client: PostgresClient;
  readonly #patience: number;
  readonly #forget: () => void;
  #isBroken = false;

  constructor(client: PostgresClient, patience: number, forget: () => void) {
    this.#client = client;
    this.#patience = patience;
    this.#forget = forget;
    client.on('error', this.#break);
  }

  /** @throws GatewayError `VE_STORE_FAILED` */
  async query(
    sql: string,
    values: readonly unknown[] = [],
    patience: number = this.#patience,
  ): Promise<PostgresResult> {
    const result = await this.#send(sql, values.map(toPlainValue), patience);
    for (const row of result.rows) fromPlainRow(row);
    return result;
  }

  /** A transaction, in which names without a schema are looked up in that one, where one is given. */
  async begin(schema: string | undefined): Promise<void> {
    await this.#send(schema === undefined ? 'BEGIN' : `BEGIN; SET LOCAL search_path TO "${schema}"`, []);
  }

  release(): void {
    this.#client.off('error', this.#break);
    // Nobody knows in which state it is, and whether what was asked last is still under way.
    this.#client.release(this.#isBroken);
  }

  async #send(sql: string, values: unknown[], patience: number = this.#patience): Promise<PostgresResult> {
    if (this.#isBroken) throw storeError(new Error('the connection is lost'));
    try {
      return await inTime(this.#client.query(sql, values), patience);
    } catch (error) {
      if (isMissing(error)) this.#forget();
      if (!isRefusal(error)) this.#isBroken = true;
      throw error;
    }
  }

  readonly #break = (): void => {
    this.#isBroken = true;
  };
}

async function isHidden(connection: Connection, schema: string): Promise<boolean> {
  const { rows } = await connection.query(
    "SELECT to_regclass('vector_entries') IS DISTINCT FROM to_regclass($1) AS hidden",
    [`"${schema}".vector_entries`],
  );
  return rows.some((row) => 'hidden' in row && row.hidden === true);
}

async function inTime<Value>(promise: Promise<Value>, patience: number): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`Postgres took longer than ${patience} milliseconds`));
  }, patience);
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    throw storeError(error);
  } finally {
    clearTimeout(timer);
  }
}

function storeError(cause: unknown): GatewayError {
  return GatewayError.isInstance(cause) ? cause : new GatewayError('VE_STORE_FAILED', {}, { cause });
}
