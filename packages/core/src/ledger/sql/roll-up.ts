import { sumFirstBytes } from '../first-bytes.ts';
import type { BulkColumn, BulkValue, Insertion, Script } from './engine.ts';
import { entryColumns, placeOf } from './entry-row.ts';
import { KeyTree } from './key-tree.ts';
import { CompiledQuery } from './kysely.ts';
import { sums } from './sums.ts';

export const hourOf = (time: number): number => Math.floor(time / 3_600_000);
export const dayOf = (time: number): number => Math.floor(hourOf(time) / 24);

/** What tells sums apart, beside how it went: `status` and `error`. */
type Key = 'hour' | 'day' | 'caller' | 'subject';

export interface SumTable {
  readonly table:
    | 'vector_hours'
    | 'vector_days'
    | 'vector_caller_days'
    | 'vector_subject_days'
    | 'vector_asked_days';
  /** In the order of its primary key. */
  readonly keys: readonly Key[];
}

/** Sums of hours, whoever asked, and of what each has asked for on a day: kept with every entry. */
const kept: readonly SumTable[] = [
  { table: 'vector_hours', keys: ['hour', 'subject'] },
  { table: 'vector_days', keys: ['caller', 'day', 'subject'] },
];

/** What they are summed up to when a day is over, so that a year's figures are few rows: see `seal-days.ts`. */
const sealed: readonly SumTable[] = [
  { table: 'vector_caller_days', keys: ['day', 'caller'] },
  { table: 'vector_subject_days', keys: ['day', 'subject'] },
  { table: 'vector_asked_days', keys: ['subject', 'day', 'caller'] },
];

export const sumTables: readonly SumTable[] = [...kept, ...sealed];

/** Characters of a histogram that is longer than it has to be. */
const longestFirsts = 1000;

const whole = (name: string): BulkColumn => ({ name, type: 'whole' });
const text = (name: string): BulkColumn => ({ name, type: 'text' });

interface Upsert {
  readonly sumTable: SumTable;
  readonly into: Insertion;
}

const upsertOf = (sumTable: SumTable): Upsert => {
  const { table, keys } = sumTable;
  const added = sums.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', ');
  const both = `${table}.firsts || excluded.firsts`;
  // To put two histograms one behind the other is nothing for a database; to read them is, but seldom needed.
  const firsts = `CASE WHEN length(${both}) > ${longestFirsts} THEN vector_sum_firsts(${both}) ELSE ${both} END`;
  return {
    sumTable,
    into: {
      table,
      columns: [...keys.map(whole), whole('status'), text('error'), ...sums.map(whole), text('firsts')],
      conflict: `ON CONFLICT (${keys.join(', ')}, status, error) DO UPDATE SET ${added}, firsts = ${firsts}`,
    },
  };
};

const upserts = { kept: kept.map(upsertOf), sealed: sealed.map(upsertOf) } as const;

/** What is summed of entries that differ in nothing that tells sums apart; in the order of `sums`. */
interface Group extends Readonly<Record<Key, number>> {
  readonly status: number;
  readonly error: string;
  readonly sums: number[];
  come: string;
  gone: string;
}

/** The days of entries: the newest of theirs, and the first that is not sealed. */
export interface Days {
  readonly newest: number;
  readonly firstOpen: number;
}

/**
 * What some entries add to the sums of their hours and days, and what others that are gone take away; both as the values of
 * rows. In one order always, so that no two processes wait for each other.
 */
export function* rollUp(come: readonly BulkValue[], gone: readonly BulkValue[] = []): Script<Days> {
  const groups = groupRows(come, gone);
  for (const { into, sumTable } of upserts.kept) yield { into, values: sumUp(sumTable, groups) };
  // Not before: whoever seals a day waits for those who write, and what is written after that is late.
  const firstOpen = yield* readSealed();
  const late = groups.filter(({ day }) => day < firstOpen);
  if (late.length > 0)
    for (const { into, sumTable } of upserts.sealed) yield { into, values: sumUp(sumTable, late) };
  return { newest: Math.max(0, ...groups.map(({ day }) => day)), firstOpen };
}

const selectSealed = CompiledQuery.raw('SELECT day FROM vector_sealed');

/** The first day that is not summed up. */
export function* readSealed(): Script<number> {
  const [row] = yield selectSealed;
  return Number(row?.['day'] ?? 0);
}

function groupRows(come: readonly BulkValue[], gone: readonly BulkValue[]): readonly Group[] {
  const groups = new Groups();
  const width = entryColumns.length;
  for (let first = 0; first < come.length; first += width) groups.add(come, first, 1);
  for (let first = 0; first < gone.length; first += width) groups.add(gone, first, -1);
  return groups.all;
}

class Groups {
  readonly all: Group[] = [];
  readonly #tree = new KeyTree<Group>();

  /** The row whose values are from `first` on. */
  add(values: readonly BulkValue[], first: number, sign: 1 | -1): void {
    const hour = hourOf(numberOf(values[first + placeOf.time]));
    const caller = numberOf(values[first + placeOf.caller]);
    const subject = numberOf(values[first + placeOf.subject]);
    const status = numberOf(values[first + placeOf.status]);
    const error = String(values[first + placeOf.error]);
    const place = this.#tree.at(hour).at(subject).at(status).at(error).at(caller);
    const group = (place.value ??= this.#begin({ hour, caller, subject, status, error }));
    addTo(group.sums, 0, sign);
    for (let index = 1; index < sums.length; index++)
      addTo(group.sums, index, sign * numberOf(values[first + placeOf.calls + index]));
    const firsts = String(values[first + placeOf.firsts]);
    if (sign === 1) group.come += firsts;
    else group.gone += firsts;
  }

  #begin(keys: Pick<Group, 'hour' | 'caller' | 'subject' | 'status' | 'error'>): Group {
    const group = { ...keys, day: Math.floor(keys.hour / 24), sums: sums.map(() => 0), come: '', gone: '' };
    this.all.push(group);
    return group;
  }
}

/** The values of what is to be added to the rows of a table. */
function sumUp({ keys }: SumTable, groups: readonly Group[]): readonly BulkValue[] {
  const totals = new Map<string, Group>();
  for (const group of groups) addGroup(totals, keys, group);
  const values: BulkValue[] = [];
  for (const name of [...totals.keys()].toSorted()) writeTotal(values, keys, totals.get(name));
  return values;
}

function addGroup(totals: Map<string, Group>, keys: readonly Key[], group: Group): void {
  let name = '';
  for (const key of keys) name += `${group[key]} `;
  name += `${group.status} ${group.error}`;
  const total = totals.get(name);
  if (total === undefined) {
    totals.set(name, { ...group, sums: group.sums.slice() });
    return;
  }
  for (let index = 0; index < sums.length; index++) addTo(total.sums, index, group.sums[index] ?? 0);
  total.come += group.come;
  total.gone += group.gone;
}

function writeTotal(values: BulkValue[], keys: readonly Key[], total: Group | undefined): void {
  if (total === undefined) return;
  const { come, gone } = total;
  const firsts = come.length + gone.length < 2 && gone === '' ? come : sumFirstBytes(come, gone);
  if (firsts === '' && total.sums.every((amount) => amount === 0)) return;
  for (const key of keys) values.push(total[key]);
  values.push(total.status, total.error, ...total.sums, firsts);
}

/** Nearly always it is one; what was read from Postgres is a text. */
function numberOf(value: BulkValue | undefined): number {
  return typeof value === 'number' ? value : Number(value ?? 0);
}

function addTo(all: number[], index: number, amount: number): void {
  all[index] = (all[index] ?? 0) + amount;
}
