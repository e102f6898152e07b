import type { RawBuilder, SqlBool } from 'kysely';
import type { LedgerFilter, LedgerGroup, LedgerTotal } from '../../protocol/ledger.ts';
import { addTotal, emptyTotal, nameOf, orderTotals } from '../total.ts';
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
import { sums } from './sums.ts';

const hour = 3_600_000;
const callerGroups: ReadonlySet<LedgerGroup> = new Set(['tenant', 'path', 'principal', 'key']);
const subjectGroups: ReadonlySet<LedgerGroup> = new Set(['model', 'served', 'upstream', 'operation']);

/** What is to be summed, and by what. */
interface Question {
  readonly filter: LedgerFilter;
  readonly groups: readonly LedgerGroup[];
}

/** The sums of what is meant: from those of whole hours, and from the entries themselves where an hour is not meant as a whole. */
export async function queryTotals(
  engine: SqlEngine,
  filter: LedgerFilter,
  groups: readonly LedgerGroup[],
): Promise<readonly LedgerTotal[]> {
  const question = { filter, groups };
  const totals = new Map<string, LedgerTotal>();
  for (const source of sourcesOf(question)) {
    for (const row of await ask(engine, question, source)) {
      const names = groups.map((group) => nameOf(group, row[group]));
      const key = JSON.stringify(names);
      const total = totals.get(key) ?? emptyTotal(groups, names);
      totals.set(key, addTotal(total, row));
    }
  }
  return orderTotals([...totals.values()]);
}

interface Source {
  readonly table: 'vector_hours' | 'vector_days' | 'vector_entries';
  readonly conditions: readonly RawBuilder<SqlBool>[];
}

/** Sums by the hour where it does not matter who asked, sums by the day where it does. */
function sourcesOf({ filter, groups }: Question): readonly Source[] {
  const { from, to, tag } = filter;
  const isOfCallers = isAboutCallers(filter) || groups.some((group) => callerGroups.has(group));
  const range = { start: roundUp(from, 1), end: roundUp(to, 1) };
  // Sums do not say of which tags they are, and those of days not of which hours.
  if (tag !== undefined || (isOfCallers && groups.includes('hour')))
    return [within('vector_entries', 'time', range)];
  const unit = isOfCallers ? 24 * hour : hour;
  const [first, last] = [roundUp(range.start, unit), range.end && Math.floor(range.end / unit) * unit];
  if (first !== undefined && last !== undefined && first >= last)
    return [within('vector_entries', 'time', range)];
  const whole = { start: first && first / unit, end: last && last / unit };
  const sources = [isOfCallers ? within('vector_days', 'day', whole) : within('vector_hours', 'hour', whole)];
  if (first !== range.start)
    sources.push(within('vector_entries', 'time', { start: range.start, end: first }));
  if (last !== range.end) sources.push(within('vector_entries', 'time', { start: last, end: range.end }));
  return sources;
}

const roundUp = (value: number | undefined, unit: number): number | undefined =>
  value === undefined ? undefined : Math.ceil(value / unit) * unit;

interface Range {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

function within(table: Source['table'], column: string, { start, end }: Range): Source {
  const name = sql.ref(`f.${column}`);
  return {
    table,
    conditions: [
      ...(start === undefined ? [] : [sql<SqlBool>`${name} >= ${start}`]),
      ...(end === undefined ? [] : [sql<SqlBool>`${name} < ${end}`]),
    ],
  };
}

type TotalRow = Readonly<Record<string, number | string>>;

async function ask(
  engine: SqlEngine,
  { filter, groups }: Question,
  source: Source,
): Promise<readonly TotalRow[]> {
  const { table } = source;
  const conditions = [...source.conditions, ...outcomeConditions(filter, 'f')];
  if (isAboutCallers(filter)) conditions.push(sql<SqlBool>`f.caller in ${selectCallers(engine, filter)}`);
  if (isAboutSubjects(filter)) conditions.push(sql<SqlBool>`f.subject in ${selectSubjects(engine, filter)}`);
  if (filter.tag !== undefined)
    conditions.push(
      sql<SqlBool>`f.place in (select place from vector_tags where tag = ${fitText(filter.tag)})`,
    );
  const grouped = groups.map((group) => sql`${groupOf(group, table)} as ${sql.ref(group)}`);
  const summed = sums.map((name) => {
    // Not a whole number: past 2^53 engines give those as text, or not at all.
    const value =
      name === 'calls' && table === 'vector_entries'
        ? sql`count(*)`
        : sql`coalesce(sum(${sql.ref(`f.${name}`)}), 0)`;
    return sql`cast(${value} as double precision) as ${sql.ref(name)}`;
  });
  const joins = [
    ...(groups.some((group) => callerGroups.has(group))
      ? [sql`join vector_callers as c on c.id = f.caller`]
      : []),
    ...(groups.some((group) => subjectGroups.has(group))
      ? [sql`join vector_subjects as s on s.id = f.subject`]
      : []),
  ];
  const statement = sql<TotalRow>`select ${sql.join([...grouped, ...summed])}
    from ${sql.table(table)} as f ${sql.join(joins, sql` `)}
    ${conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`}
    ${groups.length === 0 ? sql`` : sql`group by ${sql.join(groups.map((group) => groupOf(group, table)))}`}`;
  const { rows } = await statement.execute(engine.db);
  return rows.filter(({ calls }) => Number(calls) > 0);
}

/** Hours and days by their number since the epoch. */
function groupOf(group: LedgerGroup, table: Source['table']): RawBuilder<unknown> {
  if (callerGroups.has(group)) return sql.ref(`c.${group}`);
  if (subjectGroups.has(group)) return sql.ref(`s.${group}`);
  if (table === 'vector_entries' && group === 'hour') return sql`f.time / 3600000`;
  if (table === 'vector_entries' && group === 'day') return sql`f.time / 86400000`;
  if (table === 'vector_hours' && group === 'day') return sql`f.hour / 24`;
  return sql.ref(`f.${group}`);
}
