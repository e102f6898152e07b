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
import { everybody, sums } from './roll-up.ts';

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
  readonly table: 'vector_hours' | 'vector_entries';
  readonly conditions: readonly RawBuilder<SqlBool>[];
}

function sourcesOf({ filter, groups }: Question): readonly Source[] {
  const { from, to, tag } = filter;
  const [start, end] = [
    from === undefined ? undefined : Math.ceil(from),
    to === undefined ? undefined : Math.ceil(to),
  ];
  const entries = (first: number | undefined, last: number | undefined): Source => ({
    table: 'vector_entries',
    conditions: [
      ...(first === undefined ? [] : [sql<SqlBool>`f.time >= ${first}`]),
      ...(last === undefined ? [] : [sql<SqlBool>`f.time < ${last}`]),
    ],
  });
  const [firstHour, lastHour] = [
    start === undefined ? undefined : Math.ceil(start / hour),
    end === undefined ? undefined : Math.floor(end / hour),
  ];
  // Sums do not say of which tags they are.
  if (tag !== undefined) return [entries(start, end)];
  if (firstHour !== undefined && lastHour !== undefined && firstHour >= lastHour)
    return [entries(start, end)];
  const isOfCallers = isAboutCallers(filter) || groups.some((group) => callerGroups.has(group));
  const hours: Source = {
    table: 'vector_hours',
    conditions: [
      isOfCallers ? sql<SqlBool>`f.caller > ${everybody}` : sql<SqlBool>`f.caller = ${everybody}`,
      ...(firstHour === undefined ? [] : [sql<SqlBool>`f.hour >= ${firstHour}`]),
      ...(lastHour === undefined ? [] : [sql<SqlBool>`f.hour < ${lastHour}`]),
    ],
  };
  const sources = [hours];
  if (start !== undefined && firstHour !== undefined && start < firstHour * hour)
    sources.push(entries(start, firstHour * hour));
  if (end !== undefined && lastHour !== undefined && lastHour * hour < end)
    sources.push(entries(lastHour * hour, end));
  return sources;
}

type TotalRow = Readonly<Record<string, number | string>>;

async function ask(
  engine: SqlEngine,
  { filter, groups }: Question,
  source: Source,
): Promise<readonly TotalRow[]> {
  const isEntries = source.table === 'vector_entries';
  const conditions = [...source.conditions, ...outcomeConditions(filter, 'f')];
  if (isAboutCallers(filter)) conditions.push(sql<SqlBool>`f.caller in ${selectCallers(engine, filter)}`);
  if (isAboutSubjects(filter)) conditions.push(sql<SqlBool>`f.subject in ${selectSubjects(engine, filter)}`);
  if (filter.tag !== undefined)
    conditions.push(
      sql<SqlBool>`f.place in (select place from vector_tags where tag = ${fitText(filter.tag)})`,
    );
  const grouped = groups.map((group) => sql`${groupOf(group, isEntries)} as ${sql.ref(group)}`);
  const summed = sums.map((name) => {
    // Not a whole number: past 2^53 engines give those as text, or not at all.
    const value =
      name === 'calls' && isEntries ? sql`count(*)` : sql`coalesce(sum(${sql.ref(`f.${name}`)}), 0)`;
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
    from ${sql.table(source.table)} as f ${sql.join(joins, sql` `)}
    ${conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`}
    ${groups.length === 0 ? sql`` : sql`group by ${sql.join(groups.map((group) => groupOf(group, isEntries)))}`}`;
  const { rows } = await statement.execute(engine.db);
  return rows.filter(({ calls }) => Number(calls) > 0);
}

/** Hours and days by their number since the epoch. */
function groupOf(group: LedgerGroup, isEntries: boolean): RawBuilder<unknown> {
  if (callerGroups.has(group)) return sql.ref(`c.${group}`);
  if (subjectGroups.has(group)) return sql.ref(`s.${group}`);
  if (group === 'hour') return isEntries ? sql`f.time / 3600000` : sql`f.hour`;
  if (group === 'day') return isEntries ? sql`f.time / 86400000` : sql`f.hour / 24`;
  return sql.ref(`f.${group}`);
}
