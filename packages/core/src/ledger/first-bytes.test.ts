import { expect, test } from 'vitest';
import { quantilesOf, sumFirstBytes, writeFirstByte } from './first-bytes.ts';

const write = (times: readonly number[]): string => times.map((time) => writeFirstByte(time, 200)).join('');
const tenMinutes = 600_000;

test('a quantile is within a tenth of what it is, from a millisecond to ten minutes', () => {
  for (let time = 1; time <= tenMinutes; time = Math.ceil(time * 1.01)) {
    const [median = 0, most = 0] = quantilesOf(write(Array(20).fill(time)), [0.5, 0.95]);
    // And then it is made whole.
    expect(Math.abs(median - time)).toBeLessThanOrEqual(0.5 + time * 0.09);
    expect(Math.abs(most - time)).toBeLessThanOrEqual(0.5 + time * 0.09);
  }
});

test('many that differ have the quantiles that a sorted list of them has', () => {
  const times = Array.from({ length: 5000 }, (_, index) => Math.round(80 * 1.001 ** index));
  for (const part of [0.1, 0.5, 0.9, 0.95, 0.99]) {
    const exact = times[Math.floor(part * times.length)] ?? 0;
    const [found = 0] = quantilesOf(write(times), [part]);
    expect(Math.abs(found / exact - 1)).toBeLessThan(0.1);
  }
});

test('what is summed is as short as can be, and says the same', () => {
  const times = Array.from({ length: 1000 }, (_, index) => 1 + ((index * 7919) % tenMinutes));
  const long = write(times);
  const short = sumFirstBytes(long);
  expect(short.length).toBeLessThan(long.length / 3);
  expect(quantilesOf(short, [0.25, 0.5, 0.95])).toEqual(quantilesOf(long, [0.25, 0.5, 0.95]));
  expect(sumFirstBytes(`${short}${short}`, long)).toBe(short);
  expect(sumFirstBytes(short, long)).toBe('');
  expect(sumFirstBytes(`${short}${sumFirstBytes('', long)}`)).toBe('');
});

test('a call that failed, or has no first byte, does not count', () => {
  expect(writeFirstByte(100, 400)).toBe('');
  expect(writeFirstByte(undefined, 200)).toBe('');
  expect(writeFirstByte(100, 399)).not.toBe('');
  expect(quantilesOf('', [0.5, 0.95])).toEqual([undefined, undefined]);
});

test('what took no time, and what took hours, is in the first and the last bucket', () => {
  expect(quantilesOf(write([0, -5]), [0.5])).toEqual([1]);
  const [found = 0] = quantilesOf(write([1e9]), [0.5]);
  expect(found).toBeGreaterThan(550_000);
});
