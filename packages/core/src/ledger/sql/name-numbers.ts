import type { LedgerEntry } from '../../protocol/ledger.ts';
import type { Insertion, Script, SqlEngine } from './engine.ts';
import { ask } from './engine.ts';
import { digestOf, fitText, isOdd } from './fit-text.ts';
import { KeyTree } from './key-tree.ts';
import { CompiledQuery } from './kysely.ts';

export type NameField =
  | 'tenant'
  | 'path'
  | 'principal'
  | 'key'
  | 'model'
  | 'served'
  | 'upstream'
  | 'operation';
type Texts = Pick<LedgerEntry, NameField>;

const mostRemembered = 20_000;

/** Who asked, or what for: what an entry has in another table. */
export interface Name {
  /** As they are kept, and what no two lists of such texts have the same. */
  readonly texts: readonly string[];
  readonly digest: string;
  /** Those that are otherwise than they are kept: nearly always none. */
  readonly odd: Partial<Texts> | undefined;
  /** Undefined until a transaction that has found it is done. */
  number: number | undefined;
}

export interface NameKind {
  readonly table: 'vector_callers' | 'vector_subjects';
  readonly fields: readonly NameField[];
  /** By all the fields, one below the other. */
  readonly find: (tree: KeyTree<Name>, texts: Texts) => KeyTree<Name>;
}

export const callers: NameKind = {
  table: 'vector_callers',
  fields: ['tenant', 'path', 'principal', 'key'],
  find: (tree, { tenant, path, principal, key }) => tree.at(tenant).at(path).at(principal).at(key),
};

export const subjects: NameKind = {
  table: 'vector_subjects',
  fields: ['model', 'served', 'upstream', 'operation'],
  find: (tree, { model, served, upstream, operation }) =>
    tree.at(model).at(served).at(upstream).at(operation),
};

/** What numbers a transaction has worked with. */
export type Numbering = ReadonlyMap<Name, number>;

/** Numbers for what comes up again and again. What a transaction has found is remembered when it is done. */
export class NameNumbers {
  readonly #engine: SqlEngine;
  readonly #kind: NameKind;
  readonly #rows: Insertion;
  readonly #count: string;
  #names = new KeyTree<Name>();
  #remembered = 0;

  constructor(engine: SqlEngine, kind: NameKind) {
    this.#engine = engine;
    this.#kind = kind;
    const columns = ['digest', ...kind.fields].map((name) => ({ name, type: 'text' }) as const);
    this.#rows = { table: kind.table, columns, conflict: 'ON CONFLICT (digest) DO NOTHING' };
    this.#count = `SELECT count(*) AS count FROM json_each(?) AS j CROSS JOIN ${kind.table} AS n ON n.id = j.value`;
  }

  nameOf(entry: Texts): Name {
    const place = this.#kind.find(this.#names, entry);
    return place.value ?? this.#learn(place, entry);
  }

  #learn(place: KeyTree<Name>, entry: Texts): Name {
    const { fields } = this.#kind;
    const texts = fields.map((field) => fitText(entry[field] ?? ''));
    const odd = fields.filter((field) => isOdd(entry[field]));
    return (place.value = {
      texts,
      digest: digestOf(JSON.stringify(texts)),
      odd: odd.length === 0 ? undefined : Object.fromEntries(odd.map((field) => [field, entry[field]])),
      number: undefined,
    });
  }

  *number(all: readonly Name[]): Script<Numbering> {
    const { db } = this.#engine;
    const names = [...new Set(all)];
    const known = yield* this.#recall(names);
    const unknown = new Map<string, Name>();
    for (const name of names) if (!known.has(name.digest)) unknown.set(name.digest, name);
    if (unknown.size > 0) {
      const digests = [...unknown.keys()].toSorted();
      const values = digests.flatMap((digest) => [digest, ...(unknown.get(digest)?.texts ?? [])]);
      yield { into: this.#rows, values };
      const query = db.selectFrom(this.#kind.table).select(['id', 'digest']).where('digest', 'in', digests);
      for (const { id, digest } of yield* ask(query.compile())) known.set(digest, Number(id));
    }
    return new Map(names.map((name) => [name, known.get(name.digest) ?? 0]));
  }

  /** What is remembered, by digest, where it is still so. */
  *#recall(names: readonly Name[]): Script<Map<string, number>> {
    const known = new Map<string, number>();
    for (const { digest, number } of names) if (number !== undefined) known.set(digest, number);
    // Postgres refuses an entry whose caller or subject is gone.
    if (known.size === 0 || this.#engine.flavour === 'postgres') return known;
    const count = CompiledQuery.raw(this.#count, [JSON.stringify([...known.values()])]);
    const [row] = yield count;
    return Number(row?.['count']) === known.size ? known : new Map<string, number>();
  }

  /** The transaction is done. */
  keep(numbering: Numbering): void {
    for (const [name, number] of numbering) {
      if (name.number === undefined) this.#remembered++;
      name.number = number;
    }
    if (this.#remembered > mostRemembered) this.forget();
  }

  /** Somebody may have taken away what is remembered. True: there was something. */
  forget(): boolean {
    const hadSome = this.#remembered > 0;
    this.#names = new KeyTree();
    this.#remembered = 0;
    return hadSome;
  }
}
