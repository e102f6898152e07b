import { storeFailure } from '@vector-engine/core/sql';
import { Connection } from './connection.ts';
import { inTime } from './in-time.ts';
import { migrate } from './migrate.ts';
import type { Settings } from './postgres-options.ts';
import type { PostgresPool, PostgresResult } from './postgres-pool.ts';
import { isLate, Reach } from './reach.ts';

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
  readonly #reach: Reach;
  #ready: Promise<void> | undefined;
  #isClosed = false;
  /** Its tables are not found by their names alone. */
  #isHidden = false;

  constructor({ pool, isOwnPool, schema, patience }: Settings) {
    this.#pool = pool;
    this.#isOwnPool = isOwnPool;
    this.#patience = patience;
    this.schema = schema;
    this.#reach = new Reach(async () => {
      const connection = await this.#open();
      await connection.query('SELECT 1').finally(() => connection.release());
    });
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
    if (this.#isClosed) throw storeFailure(new Error('it is closed'));
    if (this.#reach.isLost) throw storeFailure(new Error('Postgres is out of reach'));
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
        await migrate(connection, this.schema);
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
      return new Connection(client, this.#patience, {
        onMissing: () => {
          this.#ready = undefined;
        },
        onLate: () => this.#reach.doubt(),
      });
    } catch (error) {
      // One that comes late is of use to others.
      opening.then((client) => client.release()).catch(ignore);
      if (isLate(error)) this.#reach.doubt();
      throw error;
    }
  }

  #inTime<Value>(promise: Promise<Value>): Promise<Value> {
    return inTime(promise, this.#patience);
  }
}

async function isHidden(connection: Connection, schema: string): Promise<boolean> {
  const { rows } = await connection.query(
    "SELECT to_regclass('vector_entries') IS DISTINCT FROM to_regclass($1) AS hidden",
    [`"${schema}".vector_entries`],
  );
  return rows.some((row) => 'hidden' in row && row.hidden === true);
}
