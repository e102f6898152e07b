import type { Expression, RawBuilder, SelectQueryBuilder, SqlBool } from 'kysely';
import type { LedgerFilter } from '../../protocol/ledger.ts';
import type { SqlEngine } from './engine.ts';
import { fitText } from './fit-text.ts';
import { sql } from './kysely.ts';
import type { LedgerTables } from './tables.ts';

const callerFields = ['tenant', 'principal', 'key'] as const;
const subjectFields = ['model', 'upstream', 'operation'] as const;

/** Whether it matters who asked; and what was asked for. */
export const isAboutCallers = (filter: LedgerFilter): boolean =>
  filter.path !== undefined || callerFields.some((name) => filter[name] !== undefined);
export const isAboutSubjects = (filter: LedgerFilter): boolean =>
  subjectFields.some((name) => filter[name] !== undefined);

type Numbers<Table extends 'vector_callers' | 'vector_subjects'> = SelectQueryBuilder<
  LedgerTables,
  Table,
  { readonly id: number | string }
>;

/** Numbers of those who are meant. */
export function selectCallers({ db }: SqlEngine, filter: LedgerFilter): Numbers<'vector_callers'> {
  let query = db.selectFrom('vector_callers').select('vector_callers.id');
  for (const name of callerFields) {
    const value = filter[name];
    if (value !== undefined) query = query.where(name, '=', fitText(value));
  }
  return filter.path === undefined ? query : query.where(isAtOrBelow('path', filter.path));
}

/** Numbers of what is meant. */
export function selectSubjects({ db }: SqlEngine, filter: LedgerFilter): Numbers<'vector_subjects'> {
  let query = db.selectFrom('vector_subjects').select('vector_subjects.id');
  for (const name of subjectFields) {
    const value = filter[name];
    if (value !== undefined) query = query.where(name, '=', fitText(value));
  }
  return query;
}

/** At a path, or below it; an index on the column serves both. */
export function isAtOrBelow(column: string, path: string): RawBuilder<SqlBool> {
  const fit = fitText(path);
  const name = sql.ref(column);
  // "0" is what comes after "/".
  return sql<SqlBool>`(${name} = ${fit} or (${name} >= ${`${fit}/`} and ${name} < ${`${fit}0`}))`;
}

/** On the columns that entries and the sums of hours have both: one status, or a class of them, and the error. */
export function outcomeConditions(
  { status, error }: LedgerFilter,
  table: string,
): readonly RawBuilder<SqlBool>[] {
  const conditions: RawBuilder<SqlBool>[] = [];
  const column = sql.ref(`${table}.status`);
  if (status !== undefined && status < 10)
    conditions.push(sql<SqlBool>`${column} >= ${status * 100} and ${column} < ${status * 100 + 100}`);
  else if (status !== undefined) conditions.push(sql<SqlBool>`${column} = ${status}`);
  if (error !== undefined) conditions.push(sql<SqlBool>`${sql.ref(`${table}.error`)} = ${fitText(error)}`);
  return conditions;
}

/** Whether only failed entries are meant, so that the index of those serves. */
export const isAboutFailures = ({ status, error }: LedgerFilter): boolean =>
  (error !== undefined && error !== '') ||
  (status !== undefined && (status >= 400 || (status >= 4 && status < 10)));

/** A list of numbers as a table with the column `value`; one parameter, however many there are. */
export function numberTable({ flavour }: SqlEngine, numbers: readonly number[]): RawBuilder<unknown> {
  // Postgres plans for as many as there are.
  return flavour === 'sqlite'
    ? sql`json_each(${JSON.stringify(numbers)})`
    : sql`(select value from unnest(${`{${numbers.join()}}`}::bigint[]) as t(value))`;
}

/** `column` is one of these, found by another index than the column's own: `order by time` is to be what leads. */
export function isAmong(column: string, numbers: Expression<unknown>): RawBuilder<SqlBool> {
  return sql<SqlBool>`+${sql.ref(column)} in ${numbers}`;
}

/** `column` is one of these numbers; one parameter, however many there are. */
export function isAmongNumbers(
  engine: SqlEngine,
  column: string,
  numbers: readonly number[],
): RawBuilder<SqlBool> {
  return sql<SqlBool>`${sql.ref(column)} in (select value from ${numberTable(engine, numbers)} as d)`;
}
