import type { Bulk, BulkColumn, BulkRow } from './engine.ts';
import type { EntryColumns } from './entry-row.ts';
import { sums } from './sums.ts';

const hour = 3_600_000;
const day = 24 * hour;
export const hourOf = (time: number): number => Math.floor(time / hour);
export const dayOf = (time: number): number => Math.floor(time / day);

/** An entry, and who asked for what, by number. */
export interface Placed {
  readonly caller: number;
  readonly subject: number;
  readonly columns: EntryColumns;
}

interface SumTable {
  readonly table: 'vector_hours' | 'vector_days';
  /** What tells its rows apart. */
  readonly keys: readonly BulkColumn[];
  keyOf(placed: Placed): Record<string, string | number>;
}

const whole = (name: string): BulkColumn => ({ name, type: 'whole' });
const error: BulkColumn = { name: 'error', type: 'text' };

const hours: SumTable = {
  table: 'vector_hours',
  keys: [whole('hour'), whole('subject'), whole('status'), error],
  keyOf: ({ subject, columns }) => ({
    hour: hourOf(Number(columns.time)),
    subject,
    status: Number(columns.status),
    error: columns.error,
  }),
};

const days: SumTable = {
  table: 'vector_days',
  keys: [whole('caller'), whole('day'), whole('subject'), whole('status'), error],
  keyOf: ({ caller, subject, columns }) => ({
    caller,
    day: dayOf(Number(columns.time)),
    subject,
    status: Number(columns.status),
    error: columns.error,
  }),
};

/**
 * What some entries add to the sums of their hours and days, and what others that are gone take away. In one order always, so
 * that no two processes wait for each other.
 */
export function rollUp(come: readonly Placed[], gone: readonly Placed[] = []): readonly Bulk[] {
  return [sumUp(hours, come, gone), sumUp(days, come, gone)];
}

type Total = Record<string, string | number>;

/** Of one row, in the order of `sums`. */
interface Summed {
  readonly row: Total;
  readonly amounts: number[];
}

function sumUp(sumTable: SumTable, come: readonly Placed[], gone: readonly Placed[]): Bulk {
  const totals = new Map<string, Summed>();
  const add = (placed: Placed, sign: 1 | -1): void => {
    const row = sumTable.keyOf(placed);
    const key = Object.values(row).join(' ');
    let total = totals.get(key);
    if (total === undefined) totals.set(key, (total = { row, amounts: sums.map(() => 0) }));
    const { amounts } = total;
    for (let index = 0; index < sums.length; index++) {
      const name = sums[index];
      if (name === undefined) continue;
      const amount = name === 'calls' ? 1 : Number(placed.columns[name] ?? 0);
      amounts[index] = (amounts[index] ?? 0) + sign * amount;
    }
  };
  for (const placed of come) add(placed, 1);
  for (const placed of gone) add(placed, -1);
  const rows = [...totals].filter(([, { amounts }]) => amounts.some((amount) => amount !== 0));
  const { table, keys } = sumTable;
  const added = sums.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', ');
  return {
    table,
    columns: [...keys, ...sums.map(whole)],
    conflict: `ON CONFLICT (${keys.map(({ name }) => name).join(', ')}) DO UPDATE SET ${added}`,
    rows: rows.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, summed]) => rowOf(summed)),
  };
}

function rowOf({ row, amounts }: Summed): BulkRow {
  sums.forEach((name, index) => {
    row[name] = amounts[index] ?? 0;
  });
  return row;
}
