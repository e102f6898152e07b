import type { ContentRecord, LedgerEntry } from '../../protocol/ledger.ts';
import { ask, type BulkColumn, type BulkRow, type Script, type SqlEngine } from './engine.ts';
import { type Caller, callerOf, columnsOf, type EntryColumns, type Subject, subjectOf } from './entry-row.ts';
import { fitText } from './fit-text.ts';
import { NameNumbers, type Numbering } from './name-numbers.ts';
import { dayOf, type Placed, rollUp } from './roll-up.ts';
import { sealDays } from './seal-days.ts';
import { whole } from './whole.ts';

const wholes = ['input', 'cached', 'output', 'reasoning', 'cost', 'saved', 'milliseconds'];
const columns: readonly BulkColumn[] = [
  { name: 'id', type: 'text' },
  ...['time', 'caller', 'subject', 'status'].map((name) => ({ name, type: 'whole' }) as const),
  { name: 'error', type: 'text' },
  ...['failed', 'hit', ...wholes].map((name) => ({ name, type: 'whole' }) as const),
  ...['rest', 'firsts'].map((name) => ({ name, type: 'text' }) as const),
];

const tagColumns: readonly BulkColumn[] = [
  { name: 'tag', type: 'text' },
  { name: 'time', type: 'whole' },
  { name: 'place', type: 'whole' },
];

interface Incoming {
  readonly entry: LedgerEntry;
  readonly columns: EntryColumns;
  readonly caller: Caller;
  readonly subject: Subject;
}

interface Written {
  readonly callers: Numbering;
  readonly subjects: Numbering;
  /** The day of the newest entry, and the first that is not sealed: in days since the epoch. */
  readonly newest: number;
  readonly firstOpen: number;
}

/** Entries are written down: all of them, or none, with the sums of their hours. */
export class EntryAppender {
  readonly #engine: SqlEngine;
  readonly #callers: NameNumbers<Caller>;
  readonly #subjects: NameNumbers<Subject>;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
    this.#callers = new NameNumbers(engine, 'vector_callers', ['tenant', 'path', 'principal', 'key']);
    this.#subjects = new NameNumbers(engine, 'vector_subjects', ['model', 'served', 'upstream', 'operation']);
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
    // Of several with one id the last counts.
    const byId = new Map<string, Incoming>();
    for (const entry of entries) {
      const written = columnsOf(entry);
      byId.set(written.id, { entry, columns: written, caller: callerOf(entry), subject: subjectOf(entry) });
    }
    const incoming = [...byId.values()];
    const callers = yield* this.#callers.number(incoming.map(({ caller }) => caller));
    const subjects = yield* this.#subjects.number(incoming.map(({ subject }) => subject));
    const come = incoming.map(
      (one): Placed => ({
        caller: callers.of(one.caller),
        subject: subjects.of(one.subject),
        columns: one.columns,
      }),
    );
    const places = yield* this.#insert(come);
    const known = come.filter((placed) => !places.has(placed.columns.id));
    const gone = known.length === 0 ? [] : yield* this.#replace(known, places);
    const firstOpen = yield* rollUp(this.#engine, come, gone);
    yield* writeTags(incoming, places);
    for (const content of contents) yield this.#content(content);
    const newest = dayOf(Math.max(0, ...come.map(({ columns: { time } }) => Number(time))));
    return { callers, subjects, newest, firstOpen };
  }

  /** Places of those whose ids were not there. */
  *#insert(placed: readonly Placed[]): Script<Map<string, number>> {
    const inserted = yield {
      table: 'vector_entries',
      columns,
      conflict: 'ON CONFLICT (id) DO NOTHING',
      returning: ['id', 'place'],
      rows: placed.map(rowOf),
    };
    return new Map(inserted.map(({ id, place }) => [String(id), Number(place)]));
  }

  /** Adds the places of those that were there, and gives what they were before. */
  *#replace(placed: readonly Placed[], places: Map<string, number>): Script<readonly Placed[]> {
    const { db, flavour } = this.#engine;
    const ids = placed.map((one) => one.columns.id);
    const query = db.selectFrom('vector_entries').selectAll().where('id', 'in', ids).orderBy('id');
    const before = yield* ask((flavour === 'postgres' ? query.forUpdate() : query).compile());
    for (const { id, place } of before) places.set(id, Number(place));
    const known = before.map(({ place }) => Number(place));
    yield db.deleteFrom('vector_tags').where('place', 'in', known).compile();
    for (const one of placed)
      yield db.updateTable('vector_entries').set(changesOf(one)).where('id', '=', one.columns.id).compile();
    return before.map((row) => ({ caller: Number(row.caller), subject: Number(row.subject), columns: row }));
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

const rowOf = ({ caller, subject, columns: values }: Placed): BulkRow => ({ ...values, caller, subject });

const numberOf = (value: number | string | null): number | null => (value === null ? null : Number(value));

function changesOf({ caller, subject, columns: values }: Placed) {
  return {
    caller,
    subject,
    time: Number(values.time),
    status: Number(values.status),
    error: values.error,
    failed: Number(values.failed),
    hit: Number(values.hit),
    input: numberOf(values.input),
    cached: numberOf(values.cached),
    output: numberOf(values.output),
    reasoning: numberOf(values.reasoning),
    cost: numberOf(values.cost),
    saved: numberOf(values.saved),
    milliseconds: Number(values.milliseconds),
    rest: values.rest,
    firsts: values.firsts,
  };
}

function* writeTags(incoming: readonly Incoming[], places: ReadonlyMap<string, number>): Script<void> {
  const rows = incoming.flatMap(({ entry, columns: { id, time } }) => {
    const place = places.get(id);
    if (place === undefined) return [];
    return [...new Set(entry.tags.map(fitText))].map((tag) => ({ tag, time, place }));
  });
  if (rows.length === 0) return;
  yield { table: 'vector_tags', columns: tagColumns, conflict: 'ON CONFLICT DO NOTHING', rows };
}
