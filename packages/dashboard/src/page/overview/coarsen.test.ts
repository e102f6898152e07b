import { expect, test } from 'vitest';
import { barLength, coarsen } from './coarsen.ts';

const hour = 3_600_000;
const day = 24 * hour;

test.each([
  ['minute', 60, 60_000],
  ['minute', 180, 5 * 60_000],
  ['hour', 24, hour],
  ['hour', 168, 3 * hour],
  ['day', 30, day],
  ['day', 365, 7 * day],
  ['day', 3000, 28 * day],
] as const)('bars of %ss, of which there are %d, are %d milliseconds long', (bucket, count, length) => {
  expect(barLength(bucket, count)).toBe(length);
});

test('figures of one bar are added up, and none is lost', () => {
  const times = [1, 2, 3, 4, 5, 6].map((at) => at * hour);
  const series = [{ key: 'a', label: 'a', color: 'series-1', values: [1, 2, 3, null, 5, 6] }];
  expect(coarsen({ times, series }, 3 * hour, 0)).toEqual({
    times: [0, 3 * hour, 6 * hour],
    series: [{ key: 'a', label: 'a', color: 'series-1', values: [3, 8, 6] }],
  });
});

test("bars begin when the reader's day does", () => {
  const midnight = 16 * hour; // of UTC+8
  const { times } = coarsen(
    { times: [midnight, midnight + hour, midnight + 6 * hour], series: [] },
    6 * hour,
    -8 * hour,
  );
  expect(times).toEqual([midnight, midnight + 6 * hour]);
});

test('weeks begin on Monday', () => {
  const { times } = coarsen(
    { times: [Date.UTC(2026, 10, 18), Date.UTC(2026, 10, 23)], series: [] },
    7 * day,
    5 * hour,
  );
  expect(times).toEqual([Date.UTC(2026, 10, 16), Date.UTC(2026, 10, 23)]);
});
