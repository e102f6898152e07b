import type { RawBuilder, SqlBool } from 'kysely';
import type { LedgerFilter, LedgerGroup, LedgerTotal } from '../../protocol/ledger.ts';
import { addTotal, emptyTotal, isMoment, nameOf, orderTotals, spanOf, type Tally } from '../total.ts';
import {
  isAboutCallers,
  isAboutSubjects,
  outcomeConditions,
  selectCallers,
  selectSubjects,
} from './conditions.ts';
import type { SqlEngine } from './engine.ts';
import { fitText } from './fit-text.ts';
import { sql } from './kysely.ts';
import {
  callerGroups,
  inPieces,
  isOfSomeSubjects,
  type Question,
  type Source,
  sourcesOf,
  subjectGroups,
} from './sources.ts';
import { sums } from './sums.ts';

/** The sums of what is meant: from those of whole days and hours, and from the entries themselves where an hour is not meant as a whole. */
export async function queryTotals(
  engine: SqlEngine,
  filter: LedgerFilter,
  groups: readonly LedgerGroup[],
): Promise<readonly LedgerTotal[]> {
  const question = { filter, groups };
  const totals = new Map<string, Tally>();
  const sealed = await engine.db.selectFrom('vector_sealed').select('day').executeTakeFirst();
  const isMost = isOfSomeSubjects(question) && (await isMostOf(engine, filter));
  const sources = sourcesOf(question, { firstOpen: Number(sealed?.day ?? 0), isMost }).flatMap((source) =>
    engine.flavour === 'sqlite' ? inPieces(source) : [source],
  );
  const answers = await Promise.all(
    sources.map((source) => engine.inTurn(() => ask(engine, question, source))),
  );
  for (const [index, rows] of answers.entries()) {
    const sign = sources[index]?.about === 'other subjects' ? -1 : 1;
    for (const row of rows) {
      const names = groups.map((group) => nameOf(group, row[group]));
      const key = JSON.stringify(names);
      const total = totals.get(key) ?? emptyTotal(groups, names);
      totals.set(key, addTotal(total, row, sign));
    }
  }
  return orderTotals([...totals.values()].filter(({ calls }) => calls > 0));
}

/** Whether it is shorter to say what is not meant. */
async function isMostOf(engine: SqlEngine, filter: LedgerFilter): Promise<boolean> {
  const { rows } = await sql<TotalRow>`select sum(case when d.subject in ${selectSubjects(engine, filter)}
    then d.calls else 0 end) as meant, sum(d.calls) as calls from vector_subject_days as d`.execute(
    engine.db,
  );
  return rows.some(({ meant, calls }) => Number(meant) * 2 > Number(calls));
}

type TotalRow = Readonly<Record<string, number | string>>;

async function ask(
  engine: SqlEngine,
  { filter, groups }: Question,
  source: Source,
): Promise<readonly TotalRow[]> {
  const { table } = source;
  const conditions = [...rangeConditions(source), ...outcomeConditions(filter, 'f')];
  if (isAboutCallers(filter)) conditions.push(sql<SqlBool>`f.caller in ${selectCallers(engine, filter)}`);
  if (isAboutSubjects(filter) && source.about !== 'any subject') {
    const meant = selectSubjects(engine, filter);
    // Said so that an index on the subject serves.
    const others = sql`(select o.id from vector_subjects as o where o.id not in ${meant})`;
    conditions.push(sql<SqlBool>`f.subject in ${source.about === 'other subjects' ? others : meant}`);
  }
  if (filter.tag !== undefined)
    conditions.push(
      sql<SqlBool>`f.place in (select place from vector_tags where tag = ${fitText(filter.tag)})`,
    );
  const { rows } = await sumOf(engine, { groups, table, conditions }).execute(engine.db);
  return rows.filter(({ calls }) => Number(calls) > 0);
}

interface Summing {
  readonly groups: readonly LedgerGroup[];
  readonly table: Source['table'];
  readonly conditions: readonly RawBuilder<SqlBool>[];
}

/** First by numbers, which are quick to sort; what is left of it then by their names. */
function sumOf({ flavour }: SqlEngine, { groups, table, conditions }: Summing): RawBuilder<TotalRow> {
  const numbers: RawBuilder<unknown>[] = [];
  const joins: RawBuilder<unknown>[] = [];
  if (groups.some((group) => callerGroups.has(group))) {
    numbers.push(sql`f.caller`);
    joins.push(sql`join vector_callers as c on c.id = f.caller`);
  }
  if (groups.some((group) => subjectGroups.has(group))) {
    numbers.push(sql`f.subject`);
    joins.push(sql`join vector_subjects as s on s.id = f.subject`);
  }
  const others = groups.filter((group) => !callerGroups.has(group) && !subjectGroups.has(group));
  const firsts =
    flavour === 'sqlite'
      ? sql`group_concat(f.firsts, '') as firsts`
      : sql`string_agg(f.firsts, '') as firsts`;
  const keys = [...numbers, ...others.map((group) => groupOf(group, table))];
  const selected = [
    ...numbers,
    ...others.map((group) => sql`${groupOf(group, table)} as ${sql.ref(group)}`),
    ...sums.map(
      (name) =>
        sql`${name === 'calls' && table === 'vector_entries' ? sql`count(*)` : sumBy(name)} as ${sql.ref(name)}`,
    ),
    firsts,
  ];
  const inner = sql`select ${sql.join(selected)} from ${sql.table(table)} as f
    ${conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`}
    ${keys.length === 0 ? sql`` : sql`group by ${sql.join(keys)}`}`;
  const names = groups.map(nameColumn);
  const outer = [
    ...groups.map((group) => sql`${nameColumn(group)} as ${sql.ref(group)}`),
    // Not a whole number: past 2^53 engines give those as text, or not at all.
    ...sums.map((name) => sql`cast(coalesce(${sumBy(name)}, 0) as double precision) as ${sql.ref(name)}`),
    firsts,
  ];
  return sql<TotalRow>`select ${sql.join(outer)} from (${inner}) as f ${sql.join(joins, sql` `)}
    ${names.length === 0 ? sql`` : sql`group by ${sql.join(names)}`}`;
}

const sumBy = (name: string): RawBuilder<unknown> => sql`sum(${sql.ref(`f.${name}`)})`;

function nameColumn(group: LedgerGroup): RawBuilder<unknown> {
  if (callerGroups.has(group)) return sql.ref(`c.${group}`);
  return sql.ref(subjectGroups.has(group) ? `s.${group}` : `f.${group}`);
}

function rangeConditions({ column, start, end }: Source): RawBuilder<SqlBool>[] {
  const name = sql.ref(`f.${column}`);
  return [
    ...(start === undefined ? [] : [sql<SqlBool>`${name} >= ${start}`]),
    ...(end === undefined ? [] : [sql<SqlBool>`${name} < ${end}`]),
  ];
}

/** Minutes, hours and days by their number since the epoch. */
function groupOf(group: LedgerGroup, table: Source['table']): RawBuilder<unknown> {
  if (table === 'vector_entries' && isMoment(group)) return sql`f.time / ${sql.lit(spanOf(group))}`;
  if (table === 'vector_hours' && group === 'day') return sql`f.hour / 24`;
  return sql.ref(`f.${group}`);
}
