import type { SqliteFile } from '../../sqlite/sqlite-file.ts';
import { sumFirstBytes } from '../first-bytes.ts';
import { type Bulk, insertion, type Row, type Script, type SqlEngine } from '../sql/engine.ts';
import { type CompiledQuery, Kysely, SqliteDialect } from '../sql/kysely.ts';
import type { LedgerTables } from '../sql/tables.ts';

/** Not the host's `setImmediate`, which its tests may replace. */
const { setImmediate } = globalThis;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

type Value = null | number | bigint | string | Uint8Array;

/** A SQLite file, as the queries of the ledger see it. A script runs in one go: nothing of this process comes in between. */
export class SqliteEngine implements SqlEngine {
  readonly flavour = 'sqlite' as const;
  readonly db: Kysely<LedgerTables>;
  readonly #file: SqliteFile;
  /** Of the questions that wait, the last. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: SqliteFile) {
    this.#file = file;
    file.database.function('vector_sum_firsts', { deterministic: true }, (histogram) =>
      sumFirstBytes(String(histogram)),
    );
    this.db = new Kysely<LedgerTables>({ dialect: new SqliteDialect({ database: shim(file) }) });
  }

  /** One after the other, each in a turn of its own: what came in meanwhile is served in between. */
  inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(turn).then(act);
    this.#last = result.catch(() => {});
    return result;
  }

  async transact<Result>(script: () => Script<Result>): Promise<Result> {
    return this.#file.transact(() => {
      const running = script();
      let step = running.next([]);
      while (!step.done) step = running.next(this.#answer(step.value));
      return step.value;
    });
  }

  #answer(step: CompiledQuery | Bulk): readonly Row[] {
    if (!('table' in step)) {
      // What is always the same is prepared once.
      if (step.parameters.length === 0) return this.#file.all(step.sql);
      const statement = this.#file.database.prepare(step.sql);
      const values = step.parameters.map(toValue);
      if (statement.columns().length > 0) return statement.all(...values);
      statement.run(...values);
      return [];
    }
    const names = step.columns.map(({ name }) => name);
    // Without RETURNING, which takes as long again.
    const sql = `${insertion(step)} VALUES (${names.map(() => '?').join(', ')}) ${step.conflict}`;
    const given: Row[] = [];
    for (const row of step.rows) {
      const place = this.#file.insert(sql, ...names.map((name) => row[name] ?? null));
      if (place === undefined || step.returning === undefined) continue;
      const [known, number] = step.returning;
      given.push({ [known]: row[known], [number]: place });
    }
    return given;
  }
}

/** The engine of Node in the form in which the query builder takes one. */
function shim({ database }: SqliteFile) {
  return {
    prepare(text: string) {
      const statement = database.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (values: readonly unknown[]) => statement.all(...values.map(toValue)),
        run: (values: readonly unknown[]) => statement.run(...values.map(toValue)),
        iterate: (values: readonly unknown[]) => statement.iterate(...values.map(toValue)),
      };
    },
    // The file is closed by whoever has opened it.
    close: () => {},
  };
}

function toValue(value: unknown): Value {
  if (value === null || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string')
    return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`a ${typeof value} is nothing that SQLite takes`);
}
