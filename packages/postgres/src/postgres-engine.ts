import {
  type Bulk,
  type BulkColumn,
  type BulkValue,
  insertion,
  type LedgerTables,
  type Row,
  type Script,
  type SqlEngine,
} from '@vector-engine/core/sql';
import { type CompiledQuery, Kysely } from 'kysely';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { postgresDialect } from './postgres-dialect.ts';
import { isConflict } from './sql-state.ts';

/** How often a script is run, where others are in the way. */
const tries = 4;

/** The database, as the queries of the ledger see it. */
export class PostgresEngine implements SqlEngine {
  readonly flavour = 'postgres' as const;
  readonly db: Kysely<LedgerTables>;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.db = new Kysely<LedgerTables>({ dialect: postgresDialect(database) });
  }

  /** The database has processes of its own. */
  inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    return act();
  }

  async transact<Result>(script: () => Script<Result>): Promise<Result> {
    for (let left = tries; ; left--) {
      try {
        return await this.#database.transact((connection) => run(connection, script()));
      } catch (error) {
        if (left <= 1 || !isConflict(error)) throw error;
      }
    }
  }
}

async function run<Result>(connection: Connection, script: Script<Result>): Promise<Result> {
  let step = script.next([]);
  while (!step.done) step = script.next(await answer(connection, step.value));
  return step.value;
}

async function answer(connection: Connection, step: CompiledQuery | Bulk): Promise<readonly Row[]> {
  if (!('into' in step)) return rowsOf(await connection.query(step.sql, step.parameters));
  const { into, values } = step;
  const { columns, conflict, known } = into;
  if (values.length === 0) return [];
  // One list for each column: a statement of the same words, however many rows there are.
  const lists = columns.map((): BulkValue[] => []);
  values.forEach((value, index) => lists[index % columns.length]?.push(value));
  const types = columns.map((column, index) => `$${index + 1}::${typeOf(column)}[]`);
  const sql = `${insertion(into)} SELECT * FROM unnest(${types.join(', ')}) ${conflict}`;
  if (known === undefined) return rowsOf(await connection.query(sql, lists));
  const { rows } = await connection.query(`${sql} RETURNING ${known} AS key`, lists);
  const added = new Set(rowsOf({ rows }).map(({ key }) => key));
  const all = lists[columns.findIndex(({ name }) => name === known)] ?? [];
  return all.flatMap((key) => (added.has(key) ? [] : [{ [known]: key }]));
}

const typeOf = ({ type }: BulkColumn): string => (type === 'text' ? 'text' : 'bigint');

const rowsOf = ({ rows }: { readonly rows: readonly object[] }): readonly Row[] =>
  rows.map((row) => ({ ...row }));
