import type { Bulk, BulkColumn, BulkRow } from './engine.ts';
import type { EntryColumns } from './entry-row.ts';

const hour = 3_600_000;
export const hourOf = (time: number): number => Math.floor(time / hour);

/** The caller that stands for all of them. */
export const everybody = 0;

/** An entry, and who asked for what, by number. */
export interface Placed {
  readonly caller: number;
  readonly subject: number;
  readonly columns: EntryColumns;
}

export const sums = [
  'calls',
  'failed',
  'hit',
  'input',
  'cached',
  'output',
  'reasoning',
  'cost',
  'saved',
  'milliseconds',
] as const;

const whole = (name: string): BulkColumn => ({ name, type: 'whole' });

const columns: readonly BulkColumn[] = [
  whole('caller'),
  whole('hour'),
  whole('subject'),
  whole('status'),
  { name: 'error', type: 'text' },
  ...sums.map(whole),
];

const added = sums.map((name) => `${name} = vector_hours.${name} + excluded.${name}`).join(', ');
const conflict = `ON CONFLICT (caller, hour, subject, status, error) DO UPDATE SET ${added}`;

/**
 * What some entries add to the sums of their hours, and what others that are gone take away. In one order always, so that
 * no two processes wait for each other.
 */
export function rollUp(come: readonly Placed[], gone: readonly Placed[] = []): Bulk {
  const totals = new Map<string, Record<string, string | number>>();
  const add = (placed: Placed, sign: 1 | -1): void => {
    for (const caller of [everybody, placed.caller]) {
      const { time, status, error } = placed.columns;
      const row = {
        caller,
        hour: hourOf(Number(time)),
        subject: placed.subject,
        status: Number(status),
        error,
      };
      const key = `${row.caller} ${row.hour} ${row.subject} ${row.status} ${error}`;
      const total = totals.get(key) ?? { ...row, ...Object.fromEntries(sums.map((name) => [name, 0])) };
      totals.set(key, total);
      for (const name of sums) {
        const amount = name === 'calls' ? 1 : Number(placed.columns[name] ?? 0);
        total[name] = Number(total[name]) + sign * amount;
      }
    }
  };
  for (const placed of come) add(placed, 1);
  for (const placed of gone) add(placed, -1);
  const rows: [string, BulkRow][] = [...totals].filter(([, row]) => sums.some((name) => row[name] !== 0));
  const ordered = rows.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  return { table: 'vector_hours', columns, conflict, rows: ordered };
}
