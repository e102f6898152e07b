import type { LedgerEntry } from '../../protocol/ledger.ts';
import type { Insertion, Script, SqlEngine } from './engine.ts';
import { ask } from './engine.ts';
import { digestOf, fitText, isOdd } from './fit-text.ts';
import { KeyTree, ownText } from './key-tree.ts';
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

/** As it is kept; what no two lists of such texts have the same. */
interface Unwritten {
  readonly texts: readonly string[];
  readonly digest: string;
}

/** Who asked, or what for: what an entry has in another table. */
export interface Name {
  /** The texts that are otherwise than they are kept: nearly always none. */
  readonly odd: Partial<Texts> | undefined;
  /** Its number, as soon as a transaction that has found it is done. */
  is: number | Unwritten;
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
    const odd = fields.flatMap((field) => {
      const text = entry[field];
      return text !== undefined && isOdd(text) ? [[field, ownText(text)] as const] : [];
    });
    return (place.value = {
      odd: odd.length === 0 ? undefined : Object.fromEntries(odd),
      is: { texts, digest: digestOf(JSON.stringify(texts)) },
    });
  }

  *number(all: ReadonlySet<Name>): Script<Numbering> {
    const numbering = new Map<Name, number>();
    const unwritten = new Map<Name, Unwritten>();
    for (const name of all)
      if (typeof name.is === 'number') numbering.set(name, name.is);
      else unwritten.set(name, name.is);
    yield* this.#check(new Set(numbering.values()));
    if (unwritten.size === 0) return numbering;
    const found = yield* this.#write(new Map([...unwritten.values()].map((one) => [one.digest, one.texts])));
    for (const [name, { digest }] of unwritten) numbering.set(name, found.get(digest) ?? 0);
    return numbering;
  }

  /** What is remembered has to be so still. Postgres sees to it by itself: it refuses an entry whose caller is gone. */
  *#check(numbers: ReadonlySet<number>): Script<void> {
    if (numbers.size === 0 || this.#engine.flavour === 'postgres') return;
    const [row] = yield CompiledQuery.raw(this.#count, [JSON.stringify([...numbers])]);
    if (Number(row?.['count']) !== numbers.size) throw new Error('somebody has pruned a name');
  }

  /** Numbers by digests, of texts that may be there already. */
  *#write(textsOf: ReadonlyMap<string, readonly string[]>): Script<ReadonlyMap<string, number>> {
    const { db } = this.#engine;
    const digests = [...textsOf.keys()].toSorted();
    const values = digests.flatMap((digest) => [digest, ...(textsOf.get(digest) ?? [])]);
    yield { into: this.#rows, values };
    const query = db.selectFrom(this.#kind.table).select(['id', 'digest']).where('digest', 'in', digests);
    return new Map((yield* ask(query.compile())).map(({ id, digest }) => [digest, Number(id)]));
  }

  /** The transaction is done. */
  keep(numbering: Numbering): void {
    for (const [name, number] of numbering) {
      if (typeof name.is !== 'number') this.#remembered++;
      name.is = number;
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
