import type { SqliteFile } from '../../sqlite/sqlite-file.ts';
import { sumFirstBytes } from '../first-bytes.ts';
import {
  type Bulk,
  type BulkValue,
  type Insertion,
  insertion,
  type Row,
  type Script,
  type SqlEngine,
} from '../sql/engine.ts';
import { type CompiledQuery, Kysely, SqliteDialect } from '../sql/kysely.ts';
import type { LedgerTables } from '../sql/tables.ts';

/** Not the host's `setImmediate`, which its tests may replace. */
const { setImmediate } = globalThis;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Rows of one statement. */
const atOnce = 32;

type Value = null | number | bigint | string | Uint8Array;

/** A SQLite file, as the queries of the ledger see it. A script runs in one go: nothing of this process comes in between. */
export class SqliteEngine implements SqlEngine {
  readonly flavour = 'sqlite' as const;
  readonly db: Kysely<LedgerTables>;
  readonly #file: SqliteFile;
  /** By how many rows they are for. */
  readonly #texts = new Map<Insertion, string[]>();
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
    if ('into' in step) return this.#insert(step);
    const values = step.parameters.map(toValue);
    // Texts with one value at most are few, and prepared once.
    if (values.length < 2) return this.#file.all(step.sql, ...values);
    const statement = this.#file.database.prepare(step.sql);
    if (statement.columns().length > 0) return statement.all(...values);
    statement.run(...values);
    return [];
  }

  #insert({ into, values }: Bulk): readonly Row[] {
    const many = atOnce * into.columns.length;
    const known: Row[] = [];
    for (let first = 0; first < values.length; first += many) {
      const some = values.slice(first, first + many);
      const rows = some.length / into.columns.length;
      const added = this.#file.run(this.#textOf(into, rows), ...some);
      if (into.known !== undefined && added < rows) known.push(...this.#findKnown(into, some, added));
    }
    return known;
  }

  #textOf(into: Insertion, rows: number): string {
    let texts = this.#texts.get(into);
    if (texts === undefined) this.#texts.set(into, (texts = []));
    return (texts[rows] ??= writeText(into, rows));
  }

  /** Not by RETURNING, which takes as long again. All these rows are there now, and those that were added have come last. */
  #findKnown({ table, columns, known = '' }: Insertion, values: readonly BulkValue[], added: number): Row[] {
    const place = columns.findIndex(({ name }) => name === known);
    const keys = values.filter((_, index) => index % columns.length === place);
    const sql = `SELECT ${known} FROM ${table} WHERE ${known} IN (SELECT value FROM json_each(?))
      ORDER BY rowid DESC LIMIT -1 OFFSET ${added}`;
    return this.#file.database.prepare(sql).all(JSON.stringify(keys));
  }
}

function writeText(into: Insertion, rows: number): string {
  const row = `(${into.columns.map(() => '?').join(', ')})`;
  // Where a statement fails, the whole transaction is given up: to be able to take back the statement alone, SQLite would copy
  // every page that it changes.
  const insert = insertion(into).replace('INSERT', 'INSERT OR FAIL');
  return `${insert} VALUES ${Array.from({ length: rows }, () => row).join(', ')} ${into.conflict}`;
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
