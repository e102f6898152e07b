import { alignColumns, formatValue } from '../report.ts';
import { median } from '../statistics.ts';
import { type CacheMeasurement, type CacheRound, STREAM_EVENTS } from './measure-cache.ts';

/** The bound to keep: of the ratio. */
const MOST = 1.5;

interface CacheRow {
  readonly label: string;
  /** Microseconds. */
  readonly cached: number;
  readonly fixed: number;
  readonly ratio: number;
}

function rowOf(label: string, rounds: readonly CacheRound[]): CacheRow {
  return {
    label,
    cached: median(rounds.map(({ cached }) => cached)),
    fixed: median(rounds.map(({ fixed }) => fixed)),
    ratio: median(rounds.map(({ cached, fixed }) => cached / fixed)),
  };
}

function rowsOf({ whole, stream }: CacheMeasurement): CacheRow[] {
  return [rowOf('whole answer', whole), rowOf(`stream of ${STREAM_EVENTS} events`, stream)];
}

export function renderCache(measurement: CacheMeasurement): string {
  const rows = rowsOf(measurement).map(({ label, cached, fixed, ratio }) => [
    label,
    formatValue(cached, 'us'),
    formatValue(fixed, 'us'),
    ratio.toFixed(2),
  ]);
  const table = [
    ['from the cache', 'CPU', 'fixed bytes', 'ratio'],
    ...rows,
    ['target', '', '', `<= ${MOST}`],
  ];
  return [
    alignColumns(table),
    'Beside an Express route that reads the body and answers the same bytes, in the same round.',
  ].join('\n');
}

/** Which bounds are not kept, in words. */
export function missesOfCache(measurement: CacheMeasurement): string[] {
  return rowsOf(measurement)
    .filter(({ ratio }) => ratio > MOST)
    .map(({ label, ratio }) => `from the cache, ${label}: ${ratio.toFixed(2)}, target <= ${MOST}`);
}

/** As JSON can hold it. */
export function cacheDetails(measurement: CacheMeasurement): object {
  return { rows: rowsOf(measurement) };
}
