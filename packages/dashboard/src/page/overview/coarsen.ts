import type { OverviewAnswer } from '../shapes.ts';
import { bucketLengths } from './bucket-lengths.ts';
import type { ChartData } from './chart-series.ts';

/** How many buckets may become one, so that bars can be told apart. */
const factors: Readonly<Record<OverviewAnswer['bucket'], readonly number[]>> = {
  minute: [1, 2, 5, 10, 15, 30, 60],
  hour: [1, 2, 3, 4, 6, 12, 24],
  day: [1, 2, 7, 14, 28],
};
const mostBars = 62;

/** Milliseconds from 1970-01-01, a Thursday, to the first Monday. */
const monday = 4 * 86_400_000;

/** Milliseconds that a bar stands for. */
export function barLength(bucket: OverviewAnswer['bucket'], count: number): number {
  const lengths = factors[bucket];
  const factor = lengths.find((one) => count / one <= mostBars) ?? lengths.at(-1) ?? 1;
  return bucketLengths[bucket] * factor;
}

/**
 * The same figures in longer buckets of `length` milliseconds, which begin when the reader's days and weeks do. `offset`:
 * how far the reader's clock is behind UTC, in milliseconds. Only for what can be added up.
 */
export function coarsen({ times, series }: ChartData, length: number, offset: number): ChartData {
  const shift = length % (7 * 86_400_000) === 0 ? monday : offset;
  const slots = new Map<number, number>();
  const slotOf = times.map((time) => {
    const start = Math.floor((time - shift) / length) * length + shift;
    const slot = slots.get(start) ?? slots.size;
    slots.set(start, slot);
    return slot;
  });
  return {
    times: [...slots.keys()],
    series: series.map((one) => {
      const values = Array.from({ length: slots.size }, () => 0);
      for (const [at, value] of one.values.entries()) {
        const slot = slotOf[at] ?? 0;
        values[slot] = (values[slot] ?? 0) + (value ?? 0);
      }
      return { ...one, values };
    }),
  };
}
