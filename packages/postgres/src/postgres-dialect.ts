import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';

/** The query builder on our connections, for single statements: a script of several is run by the engine itself. */
export function postgresDialect(database: Database): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new SingleStatements(database),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

const done = (): Promise<void> => Promise.resolve();
const never = (): Promise<never> => Promise.reject(new Error('transactions are run by the engine'));

class SingleStatements implements Driver {
  readonly init = done;
  readonly destroy = done;
  readonly beginTransaction = never;
  readonly commitTransaction = never;
  readonly rollbackTransaction = never;
  readonly #database: Database;
  readonly #taken = new WeakMap<DatabaseConnection, Connection>();

  constructor(database: Database) {
    this.#database = database;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await this.#database.connect();
    const taken = new Statements(this.#database, connection);
    this.#taken.set(taken, connection);
    return taken;
  }

  releaseConnection(taken: DatabaseConnection): Promise<void> {
    this.#taken.get(taken)?.release();
    return Promise.resolve();
  }
}

class Statements implements DatabaseConnection {
  readonly #database: Database;
  readonly #connection: Connection;

  constructor(database: Database, connection: Connection) {
    this.#database = database;
    this.#connection = connection;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount } = await this.#database.run(this.#connection, sql, parameters);
    // What the database gives is what the query's own type says.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('nothing is streamed');
  }
}
