import { sumFirstBytes } from '../first-bytes.ts';
import { ask, type Bulk, type BulkColumn, type BulkRow, type Script, type SqlEngine } from './engine.ts';
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

const keyReaders: Readonly<Record<Key, (placed: Placed) => number>> = {
  hour: ({ columns }) => hourOf(Number(columns.time)),
  day: ({ columns }) => dayOf(Number(columns.time)),
  caller: ({ caller }) => caller,
  subject: ({ subject }) => subject,
};

/** Characters of a histogram that is longer than it has to be. */
const longestFirsts = 1000;

const whole = (name: string): BulkColumn => ({ name, type: 'whole' });
const text = (name: string): BulkColumn => ({ name, type: 'text' });

/** All of a statement but its rows. */
interface Upsert {
  readonly sumTable: SumTable;
  readonly bulk: Omit<Bulk, 'rows'>;
}

const upsertOf = (sumTable: SumTable): Upsert => {
  const { table, keys } = sumTable;
  const added = sums.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', ');
  const both = `${table}.firsts || excluded.firsts`;
  // To put two histograms one behind the other is nothing for a database; to read them is, but seldom needed.
  const firsts = `CASE WHEN length(${both}) > ${longestFirsts} THEN vector_sum_firsts(${both}) ELSE ${both} END`;
  return {
    sumTable,
    bulk: {
      table,
      columns: [...keys.map(whole), whole('status'), text('error'), ...sums.map(whole), text('firsts')],
      conflict: `ON CONFLICT (${keys.join(', ')}, status, error) DO UPDATE SET ${added}, firsts = ${firsts}`,
    },
  };
};

const upserts = { kept: kept.map(upsertOf), sealed: sealed.map(upsertOf) } as const;

/**
 * What some entries add to the sums of their hours and days, and what others that are gone take away. In one order always, so
 * that no two processes wait for each other. Gives the first day that is not sealed.
 */
export function* rollUp(
  { db }: SqlEngine,
  come: readonly Placed[],
  gone: readonly Placed[] = [],
): Script<number> {
  for (const { bulk, sumTable } of upserts.kept) yield { ...bulk, rows: sumUp(sumTable, come, gone) };
  // Not before: whoever seals a day waits for those who write, and what is written after that is late.
  const first = yield* readSealed(db);
  const isLate = ({ columns }: Placed): boolean => dayOf(Number(columns.time)) < first;
  const [late, lateGone] = [come.filter(isLate), gone.filter(isLate)];
  if (late.length + lateGone.length === 0) return first;
  for (const { bulk, sumTable } of upserts.sealed) yield { ...bulk, rows: sumUp(sumTable, late, lateGone) };
  return first;
}

/** The first day that is not summed up. */
export function* readSealed(db: SqlEngine['db']): Script<number> {
  const [row] = yield* ask(db.selectFrom('vector_sealed').select('day').compile());
  return Number(row?.day ?? 0);
}

/** Of one row, in the order of `sums`. */
interface Summed {
  readonly first: Placed;
  readonly amounts: number[];
  come: string;
  gone: string;
}

function sumUp({ keys }: SumTable, come: readonly Placed[], gone: readonly Placed[]): readonly BulkRow[] {
  const totals = new Map<string, Summed>();
  const readers = keys.map((key) => keyReaders[key]);
  const find = (placed: Placed): Summed => {
    let name = '';
    for (const read of readers) name += `${read(placed)} `;
    name += `${placed.columns.status} ${placed.columns.error}`;
    let total = totals.get(name);
    if (total === undefined)
      totals.set(name, (total = { first: placed, amounts: sums.map(() => 0), come: '', gone: '' }));
    return total;
  };
  for (const placed of come) {
    const total = find(placed);
    add(total.amounts, placed, 1);
    total.come += placed.columns.firsts;
  }
  for (const placed of gone) {
    const total = find(placed);
    add(total.amounts, placed, -1);
    total.gone += placed.columns.firsts;
  }
  return [...totals]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, total]) => {
      const { first, amounts, come: added, gone: taken } = total;
      const firsts = added.length + taken.length < 2 && taken === '' ? added : sumFirstBytes(added, taken);
      if (firsts === '' && amounts.every((amount) => amount === 0)) return [];
      const row: Record<string, string | number> = {
        status: Number(first.columns.status),
        error: first.columns.error,
        firsts,
      };
      keys.forEach((key, index) => {
        row[key] = readers[index]?.(first) ?? 0;
      });
      sums.forEach((name, index) => {
        row[name] = amounts[index] ?? 0;
      });
      return [row];
    });
}

function add(amounts: number[], { columns }: Placed, sign: 1 | -1): void {
  for (let index = 0; index < sums.length; index++) {
    const name = sums[index];
    if (name === undefined) continue;
    const amount = name === 'calls' ? 1 : Number(columns[name] ?? 0);
    amounts[index] = (amounts[index] ?? 0) + sign * amount;
  }
}
