import type { Bulk, BulkRow, Script, SqlEngine } from './engine.ts';
import { ask } from './engine.ts';
import { digestOf } from './fit-text.ts';

type NameTable = 'vector_callers' | 'vector_subjects';

const mostRemembered = 20_000;

/** The numbers that a transaction has worked with, and those that it has looked up for it. */
export interface Numbering {
  readonly of: (names: { readonly name: string }) => number;
  readonly found: ReadonlyMap<string, number>;
}

/** Numbers for what comes up again and again. What a transaction has found is remembered when it is done. */
export class NameNumbers<Names extends BulkRow & { readonly name: string }> {
  readonly #engine: SqlEngine;
  readonly #table: NameTable;
  readonly #bulk: Omit<Bulk, 'rows'>;
  #known = new Map<string, number>();

  constructor(engine: SqlEngine, table: NameTable, names: readonly string[]) {
    this.#engine = engine;
    this.#table = table;
    const columns = ['digest', ...names].map((name) => ({ name, type: 'text' }) as const);
    this.#bulk = { table, columns, conflict: 'ON CONFLICT (digest) DO NOTHING' };
  }

  *number(all: readonly Names[]): Script<Numbering> {
    const { db } = this.#engine;
    const known = this.#known;
    const found = new Map<string, number>();
    const unknown = new Map<string, Names>();
    for (const names of all) if (!known.has(names.name)) unknown.set(names.name, names);
    if (unknown.size > 0) {
      const byDigest = new Map([...unknown.values()].map((names) => [digestOf(names.name), names]));
      const digests = [...byDigest.keys()].toSorted();
      yield { ...this.#bulk, rows: digests.map((digest) => ({ ...byDigest.get(digest), digest })) };
      const query = db.selectFrom(this.#table).select(['id', 'digest']).where('digest', 'in', digests);
      for (const { id, digest } of yield* ask(query.compile()))
        found.set(byDigest.get(digest)?.name ?? '', Number(id));
    }
    return { of: ({ name }) => known.get(name) ?? found.get(name) ?? 0, found };
  }

  /** The transaction is done. */
  keep({ found }: Numbering): void {
    if (this.#known.size > mostRemembered) this.#known = new Map();
    for (const [name, number] of found) this.#known.set(name, number);
  }

  /** Somebody may have taken away what is remembered. True: there was something. */
  forget(): boolean {
    const hadSome = this.#known.size > 0;
    this.#known = new Map();
    return hadSome;
  }
}
