import type { ContentRecord, LedgerEntry } from '../../protocol/ledger.ts';
import { ask, type BulkValue, type Insertion, type Script, type SqlEngine } from './engine.ts';
import { entryColumns, type Incoming, type Numberings, RowWriter, valuesOf } from './entry-row.ts';
import { fitText } from './fit-text.ts';
import { callers, type Name, NameNumbers, subjects } from './name-numbers.ts';
import { type Days, rollUp } from './roll-up.ts';
import { sealDays } from './seal-days.ts';
import { whole } from './whole.ts';

const rows: Insertion = {
  table: 'vector_entries',
  columns: entryColumns,
  conflict: 'ON CONFLICT (id) DO NOTHING',
  known: 'id',
};

const updates = entryColumns.slice(1).map(({ name }) => `${name} = excluded.${name}`);
const rowsAgain: Insertion = {
  table: 'vector_entries',
  columns: entryColumns,
  conflict: `ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')}`,
};

const tagRows: Insertion = {
  table: 'vector_tags',
  columns: [
    { name: 'tag', type: 'text' },
    { name: 'time', type: 'whole' },
    { name: 'place', type: 'whole' },
  ],
  conflict: 'ON CONFLICT DO NOTHING',
};

interface Written extends Days, Numberings {}

/** Entries are written down: all of them, or none, with the sums of their hours. */
export class EntryAppender {
  readonly #engine: SqlEngine;
  readonly #callers: NameNumbers;
  readonly #subjects: NameNumbers;
  readonly #rows = new RowWriter();

  constructor(engine: SqlEngine) {
    this.#engine = engine;
    this.#callers = new NameNumbers(engine, callers);
    this.#subjects = new NameNumbers(engine, subjects);
  }

  async append(entries: readonly LedgerEntry[], contents: readonly ContentRecord[]): Promise<void> {
    try {
      await this.#append(entries, contents);
    } catch (error) {
      // Another process may have pruned a name whose number is remembered here.
      const hadCallers = this.#callers.forget();
      if (!this.#subjects.forget() && !hadCallers) throw error;
      await this.#append(entries, contents);
    }
  }

  async #append(entries: readonly LedgerEntry[], contents: readonly ContentRecord[]): Promise<void> {
    const written = await this.#engine.transact(() => this.#write(entries, contents));
    this.#callers.keep(written.callers);
    this.#subjects.keep(written.subjects);
    if (written.newest > written.firstOpen) await this.#seal(written.newest);
  }

  /** The days before this one. They are what they are, summed up or not: where that fails, the next entry tries again. */
  async #seal(day: number): Promise<void> {
    await this.#engine.transact(() => sealDays(this.#engine, day)).catch(() => {});
  }

  *#write(entries: readonly LedgerEntry[], contents: readonly ContentRecord[]): Script<Written> {
    const incoming = this.#read(entries);
    const numberings = {
      callers: yield* this.#callers.number(namesIn(incoming, 'caller')),
      subjects: yield* this.#subjects.number(namesIn(incoming, 'subject')),
    };
    const values: BulkValue[] = [];
    for (const one of incoming) this.#rows.write(values, one, numberings);
    const known = yield { into: rows, values };
    const gone = known.length === 0 ? [] : yield* this.#replace(values, new Set(known.map(({ id }) => id)));
    const days = yield* rollUp(values, gone);
    yield* this.#tag(incoming.filter(({ entry }) => entry.tags.length > 0).map(({ entry }) => entry));
    for (const content of contents) yield this.#content(content);
    return { ...numberings, ...days };
  }

  /** Each id once: of several entries with one, the last counts. */
  #read(entries: readonly LedgerEntry[]): readonly Incoming[] {
    const ids = new Set<string>();
    const incoming: Incoming[] = [];
    for (const entry of entries) {
      const id = fitText(entry.id);
      ids.add(id);
      const [caller, subject] = [this.#callers.nameOf(entry), this.#subjects.nameOf(entry)];
      incoming.push({ id, entry, caller, subject });
    }
    return ids.size === incoming.length ? incoming : lastOfEach(incoming);
  }

  /** Writes over those rows that were there, and gives the values that they had. */
  *#replace(values: readonly BulkValue[], known: ReadonlySet<unknown>): Script<readonly BulkValue[]> {
    const { db, flavour } = this.#engine;
    const width = entryColumns.length;
    const replacing: BulkValue[] = [];
    for (let first = 0; first < values.length; first += width)
      if (known.has(values[first])) replacing.push(...values.slice(first, first + width));
    const ids = [...known].map(String);
    const query = db.selectFrom('vector_entries').selectAll().where('id', 'in', ids).orderBy('id');
    const before = yield* ask((flavour === 'postgres' ? query.forUpdate() : query).compile());
    const places = before.map(({ place }) => Number(place));
    yield db.deleteFrom('vector_tags').where('place', 'in', places).compile();
    yield { into: rowsAgain, values: replacing };
    return before.flatMap(valuesOf);
  }

  *#tag(tagged: readonly LedgerEntry[]): Script<void> {
    if (tagged.length === 0) return;
    const tagsOf = new Map(tagged.map(({ id, tags }) => [fitText(id), new Set(tags.map(fitText))]));
    const query = this.#engine.db.selectFrom('vector_entries').select(['id', 'time', 'place']);
    const found = yield* ask(
      query
        .where('id', 'in', [...tagsOf.keys()])
        .orderBy('place')
        .compile(),
    );
    const values = found.flatMap(({ id, time, place }) =>
      [...(tagsOf.get(id) ?? [])].flatMap((tag) => [tag, time, place]),
    );
    yield { into: tagRows, values };
  }

  #content({ id, time, tenant, question, answer }: ContentRecord) {
    const values = {
      time: whole(time) ?? 0,
      tenant: tenant === undefined ? null : fitText(tenant),
      // As bytes: no engine takes each text as it is.
      question: Buffer.from(question.reveal()),
      answer: Buffer.from(answer.reveal()),
    };
    return this.#engine.db
      .insertInto('vector_contents')
      .values({ id: fitText(id), ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .compile();
  }
}

function lastOfEach(incoming: readonly Incoming[]): readonly Incoming[] {
  return [...new Map(incoming.map((one) => [one.id, one])).values()];
}

/** Each once. */
function namesIn(incoming: readonly Incoming[], field: 'caller' | 'subject'): ReadonlySet<Name> {
  const names = new Set<Name>();
  for (const one of incoming) names.add(one[field]);
  return names;
}
