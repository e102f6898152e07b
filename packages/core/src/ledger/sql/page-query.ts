import type { RawBuilder, SqlBool } from 'kysely';
import type { LedgerEntry, LedgerFilter, LedgerPage, LedgerQuery } from '../../protocol/ledger.ts';
import { pageSize, readCursor, writeCursor } from '../page.ts';
import {
  isAboutCallers,
  isAboutFailures,
  isAboutSubjects,
  isAmong,
  numberTable,
  outcomeConditions,
  selectCallers,
  selectSubjects,
} from './conditions.ts';
import type { SqlEngine } from './engine.ts';
import { entryOf } from './entry-row.ts';
import { fitText } from './fit-text.ts';
import { sql } from './kysely.ts';

/** Of so many callers, or things that were asked for, the newest of each are looked up; where there are more, all entries are gone through until the page is full. */
const mostApart = 400;

/** One page of entries, newest first. */
export async function queryPage(engine: SqlEngine, query: LedgerQuery): Promise<LedgerPage> {
  const limit = pageSize(query.limit);
  const from = await findSource(engine, query);
  if (from === 'nothing') return { entries: [], cursor: undefined };
  const places = selectPlaces(engine, { from, query, limit: limit + 1 });
  const rows = await selectEntries(engine)
    .where(sql<SqlBool>`vector_entries.place in ${places}`)
    .orderBy('vector_entries.time', 'desc')
    .orderBy('vector_entries.place', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    entries: shown.map(entryOf),
    cursor:
      last === undefined || rows.length <= limit
        ? undefined
        : writeCursor({ time: Number(last.time), place: Number(last.place) }),
  };
}

/** The entry of a request; undefined where there is none. */
export async function findEntry(engine: SqlEngine, id: string): Promise<LedgerEntry | undefined> {
  const row = await selectEntries(engine).where('vector_entries.id', '=', fitText(id)).executeTakeFirst();
  return row && entryOf(row);
}

/** With the names that are kept apart. */
const selectEntries = ({ db }: SqlEngine) =>
  db
    .selectFrom('vector_entries')
    .innerJoin('vector_callers', 'vector_callers.id', 'vector_entries.caller')
    .innerJoin('vector_subjects', 'vector_subjects.id', 'vector_entries.subject')
    .selectAll('vector_entries')
    .select(['tenant', 'path', 'principal', 'key', 'model', 'served', 'upstream', 'operation']);

/** Where to look: at some callers or subjects, each by itself; or at all entries. */
type Source =
  | 'nothing'
  | 'all'
  | {
      readonly column: 'caller' | 'subject';
      readonly numbers: readonly number[];
      /** Of callers: what was asked for, where that is few things. */
      readonly subjects?: readonly number[] | undefined;
    };

async function findSource(engine: SqlEngine, filter: LedgerFilter): Promise<Source> {
  let source: Source = 'all';
  let subjects: readonly number[] | undefined;
  if (!(await isThere(engine, filter))) return 'nothing';
  if (isAboutSubjects(filter)) {
    const found = await selectSubjects(engine, filter)
      .limit(mostApart + 1)
      .execute();
    if (found.length === 0) return 'nothing';
    if (found.length <= mostApart) {
      subjects = found.map(({ id }) => Number(id));
      source = { column: 'subject', numbers: subjects };
    }
  }
  if (isAboutCallers(filter)) {
    const found = await selectCallers(engine, filter)
      .limit(mostApart + 1)
      .execute();
    if (found.length === 0) return 'nothing';
    if (found.length <= mostApart)
      source = { column: 'caller', numbers: found.map(({ id }) => Number(id)), subjects };
  }
  return source;
}

/** All entries would be gone through for a status that no call has had: but failures have an index, and 200 is common. */
async function isThere({ db }: SqlEngine, filter: LedgerFilter): Promise<boolean> {
  const { status = 200 } = filter;
  if (status === 200 || status === 2 || isAboutFailures(filter)) return true;
  const conditions = sql.join([...outcomeConditions({ status }, 'h')], sql` and `);
  const { rows } = await sql`select 1 from vector_hours as h where ${conditions} limit 1`.execute(db);
  return rows.length > 0;
}

interface Selection {
  readonly from: Exclude<Source, 'nothing'>;
  readonly query: LedgerQuery;
  readonly limit: number;
}

/** A subselect with the places of the entries that may be on the page. */
function selectPlaces(engine: SqlEngine, { from, query, limit }: Selection): RawBuilder<unknown> {
  const isBy = (column: 'caller' | 'subject'): boolean => from !== 'all' && from.column === column;
  const conditions = [...outcomeConditions(query, 'e')];
  if (isAboutFailures(query)) conditions.push(sql<SqlBool>`e.failed = 1`);
  if (isAboutCallers(query) && !isBy('caller'))
    conditions.push(isAmong('e.caller', selectCallers(engine, query)));
  if (isAboutSubjects(query) && !isBy('subject')) {
    const known = from === 'all' ? undefined : from.subjects;
    // Postgres goes through an index only where it knows the numbers.
    conditions.push(
      known === undefined || engine.flavour === 'sqlite'
        ? isAmong('e.subject', selectSubjects(engine, query))
        : sql<SqlBool>`e.subject = any(${`{${known.join()}}`}::bigint[])`,
    );
  }
  const { tag } = query;
  if (from === 'all' && tag !== undefined) {
    const all = [sql<SqlBool>`t.tag = ${fitText(tag)}`, ...timeConditions(query, 't'), ...conditions];
    return sql`(select t.place from vector_tags as t join vector_entries as e on e.place = t.place
      where ${sql.join(all, sql` and `)} order by t.time desc, t.place desc limit ${limit})`;
  }
  if (tag !== undefined)
    conditions.push(sql<SqlBool>`exists (select 1 from vector_tags as t
      where t.tag = ${fitText(tag)} and t.time = e.time and t.place = e.place)`);
  conditions.push(...timeConditions(query, 'e'));
  if (from === 'all') return sql`(${newest(conditions, limit)})`;
  const each = newest([sql<SqlBool>`${sql.ref(`e.${from.column}`)} = d.value`, ...conditions], limit);
  const numbers = numberTable(engine, from.numbers);
  return engine.flavour === 'sqlite'
    ? sql`(select o.place from ${numbers} as d cross join vector_entries as o where o.place in (${each}))`
    : sql`(select o.place from ${numbers} as d cross join lateral (${each}) as o)`;
}

function newest(conditions: readonly RawBuilder<SqlBool>[], limit: number): RawBuilder<unknown> {
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  return sql`select e.place from vector_entries as e ${where} order by e.time desc, e.place desc limit ${limit}`;
}

/** On the columns that entries and tags have both. */
function timeConditions(query: LedgerQuery, table: string): readonly RawBuilder<SqlBool>[] {
  const conditions: RawBuilder<SqlBool>[] = [];
  const [time, place] = [sql.ref(`${table}.time`), sql.ref(`${table}.place`)];
  if (query.from !== undefined) conditions.push(sql<SqlBool>`${time} >= ${Math.ceil(query.from)}`);
  if (query.to !== undefined) conditions.push(sql<SqlBool>`${time} < ${Math.ceil(query.to)}`);
  if (query.cursor !== undefined) {
    const last = readCursor(query.cursor);
    conditions.push(sql<SqlBool>`(${time}, ${place}) < (${last.time}, ${last.place})`);
  }
  return conditions;
}
