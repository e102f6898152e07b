import { alignColumns, formatValue } from '../report.ts';
import { median } from '../statistics.ts';
import type { BookingName, BooksMeasurement } from './measure-books.ts';

/** The bounds to keep: of the ratio to a gateway without books. */
export const BOUNDS: Readonly<Record<Exclude<BookingName, 'unbooked'>, number>> = {
  'books-default': 1.03,
  'booked-memory': 1.15,
  'booked-sqlite': 1.3,
};

const NAMES = ['books-default', 'booked-memory', 'booked-sqlite'] as const;

export interface BooksRow {
  readonly label: string;
  /** Of a call without books: microseconds. */
  readonly unbooked: number;
  readonly ratios: Readonly<Record<keyof typeof BOUNDS, number>>;
}

/** Ratios are taken within a turn, then their median. */
export function booksRows(measurements: readonly BooksMeasurement[]): BooksRow[] {
  return measurements.map(({ shape: { mode, concurrency }, turns }) => {
    const ratioOf = (name: BookingName): number => median(turns.map((turn) => turn[name] / turn.unbooked));
    return {
      label: `CPU per ${mode === 'whole' ? 'whole call' : 'short stream'}, c=${concurrency}`,
      unbooked: median(turns.map(({ unbooked }) => unbooked)),
      ratios: {
        'books-default': ratioOf('books-default'),
        'booked-memory': ratioOf('booked-memory'),
        'booked-sqlite': ratioOf('booked-sqlite'),
      },
    };
  });
}

export function renderBooks(measurements: readonly BooksMeasurement[]): string {
  const rows = booksRows(measurements).map(({ label, unbooked, ratios }) => [
    label,
    formatValue(unbooked, 'us'),
    ...NAMES.map((name) => ratios[name].toFixed(2)),
  ]);
  const table = [
    ['who may spend what', 'without', 'default', 'all, memory', 'all, SQLite'],
    ...rows,
    ['target', '', ...NAMES.map((name) => `<= ${BOUNDS[name]}`)],
  ];
  return [
    alignColumns(table),
    'all: identity, limits, holds on three budgets, settling, a row. Beside a gateway without a ledger, in the same turn.',
  ].join('\n');
}

/** Which bounds are not kept, in words. `slack`: how much more than the bound is taken for noise. */
export function missesOfBooks(measurements: readonly BooksMeasurement[], slack = 0): string[] {
  return booksRows(measurements).flatMap(({ label, ratios }) =>
    NAMES.filter((name) => ratios[name] > BOUNDS[name] + slack).map(
      (name) => `${name}, ${label}: ${ratios[name].toFixed(2)}, target <= ${BOUNDS[name]}`,
    ),
  );
}

/** As JSON can hold it. */
export function booksDetails(measurements: readonly BooksMeasurement[]): object {
  return { bounds: BOUNDS, rows: booksRows(measurements) };
}
