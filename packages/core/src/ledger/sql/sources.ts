import type { LedgerFilter, LedgerGroup } from '../../protocol/ledger.ts';
import { isAboutCallers, isAboutSubjects } from './conditions.ts';
import type { SumTable } from './roll-up.ts';

const hour = 3_600_000;
const day = 24 * hour;
export const callerGroups: ReadonlySet<LedgerGroup> = new Set(['tenant', 'path', 'principal', 'key']);
export const subjectGroups: ReadonlySet<LedgerGroup> = new Set(['model', 'served', 'upstream', 'operation']);

/** A part of what is to be summed, and where: from `start` on and before `end`, in the unit of the column. */
export interface Source {
  readonly table: SumTable['table'] | 'vector_entries';
  readonly column: 'time' | 'hour' | 'day';
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** What is asked for does not matter to it; or all but that is meant, and to be taken away. */
  readonly about?: 'any subject' | 'other subjects';
}

/** Milliseconds since the epoch; undefined: without end. */
interface Range {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** A table of sums, what is a row of it, and until when it has any: in milliseconds. */
interface Level {
  readonly table: SumTable['table'];
  readonly column: 'hour' | 'day';
  readonly unit: number;
  readonly end?: number;
  /** Without what is said of what was asked for; then what else was asked for is taken away. */
  readonly isLess?: boolean;
}

/** What is to be summed, and by what. */
export interface Question {
  readonly filter: LedgerFilter;
  readonly groups: readonly LedgerGroup[];
}

/** How things stand with the sums. */
export interface Standing {
  /** The first day that is not sealed, in days since the epoch. */
  readonly firstOpen: number;
  /** Most of the calls are of what the filter means. */
  readonly isMost: boolean;
}

/** Whether it matters to the sums of whole days who asked, and by the filter what for, but not which callers. */
export const isOfSomeSubjects = ({ filter, groups }: Question): boolean =>
  isAboutSubjects(filter) && !isAboutCallers(filter) && groups.some((group) => callerGroups.has(group));

/**
 * The fewest rows that say it: the sums of whole days, at both ends of those of whole hours, at both ends of them the
 * entries.  */
export function sourcesOf({ filter, groups }: Question, { firstOpen, isMost }: Standing): readonly Source[] {
  const range = { start: roundUp(filter.from, 1), end: roundUp(filter.to, 1) };
  return split(range, levelsOf({ filter, groups }, firstOpen * day, isMost));
}

/** The sums that say enough, the widest in time first. */
function levelsOf({ filter, groups }: Question, end: number, isMost: boolean): readonly Level[] {
  // Sums do not say of which tags they are.
  if (filter.tag !== undefined || groups.includes('minute')) return [];
  const isOfSubjects = isAboutSubjects(filter) || groups.some((group) => subjectGroups.has(group));
  const isByHour = groups.includes('hour');
  if (isAboutCallers(filter) || groups.some((group) => callerGroups.has(group))) {
    if (isByHour) return [];
    const days: Level = { table: 'vector_days', column: 'day', unit: day };
    if (isOfSomeSubjects({ filter, groups })) {
      const isLess = isMost && !groups.some((group) => subjectGroups.has(group));
      const table = isLess ? 'vector_caller_days' : 'vector_asked_days';
      return [{ table, column: 'day', unit: day, end, isLess }, days];
    }
    return isOfSubjects ? [days] : [{ table: 'vector_caller_days', column: 'day', unit: day, end }, days];
  }
  const hours: Level = { table: 'vector_hours', column: 'hour', unit: hour };
  return isByHour ? [hours] : [{ table: 'vector_subject_days', column: 'day', unit: day, end }, hours];
}

function split(range: Range, [level, ...narrower]: readonly Level[]): readonly Source[] {
  if (level === undefined) return [{ table: 'vector_entries', column: 'time', ...range }];
  const { table, column, unit } = level;
  const first = roundUp(range.start, unit);
  const last = least(range.end === undefined ? undefined : Math.floor(range.end / unit) * unit, level.end);
  if (first !== undefined && last !== undefined && first >= last) return split(range, narrower);
  const whole = {
    table,
    column,
    start: first === undefined ? undefined : first / unit,
    end: last === undefined ? undefined : last / unit,
  };
  const all: readonly Source[] =
    level.isLess === true
      ? [
          { ...whole, about: 'any subject' },
          { ...whole, table: 'vector_asked_days', about: 'other subjects' },
        ]
      : [whole];
  return [
    ...all,
    ...(first === range.start ? [] : split({ start: range.start, end: first }, narrower)),
    ...(last === range.end ? [] : split({ start: last, end: range.end }, narrower)),
  ];
}

const least = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

const roundUp = (value: number | undefined, unit: number): number | undefined =>
  value === undefined ? undefined : Math.ceil(value / unit) * unit;

/** Of the tables that grow with the calls: what is summed up in one go, in the unit of the column. */
const pieces: Readonly<Partial<Record<Source['table'], number>>> = {
  vector_entries: 4 * hour,
  vector_asked_days: 8,
  vector_caller_days: 16,
};
/** What is longer is looked up by something else than time. */
const mostPieces = 32;

/** In parts that are short enough for a process that has other things to do. */
export function inPieces(source: Source): readonly Source[] {
  const { table, start, end } = source;
  const length = pieces[table];
  if (length === undefined || start === undefined || end === undefined) return [source];
  const count = Math.ceil((end - start) / length);
  if (count <= 1 || (count > mostPieces && table === 'vector_entries')) return [source];
  return Array.from({ length: count }, (_, index) => ({
    ...source,
    start: start + index * length,
    end: Math.min(end, start + (index + 1) * length),
  }));
}
