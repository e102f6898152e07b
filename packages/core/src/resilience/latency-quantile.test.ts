import { describe, expect, test } from 'vitest';
import { LatencyQuantile } from './latency-quantile.ts';

function measured(values: Iterable<number>): LatencyQuantile {
  const quantile = new LatencyQuantile();
  for (const value of values) quantile.add(value);
  return quantile;
}

/** 1 to `count`, in an order without meaning. */
function shuffled(count: number): number[] {
  return Array.from({ length: count }, (_, index) => ((index * 7919) % count) + 1);
}

describe('what is usual for a target', () => {
  test('nothing is concluded from fewer than 40 measurements', () => {
    expect(measured(Array(39).fill(100)).read(0.95)).toBeUndefined();
    expect(measured(Array(40).fill(100)).read(0.95)).toBeGreaterThanOrEqual(100);
  });

  test.each([100, 400, 900])('of %i spread out, the 95th of a hundred is met to a tenth', (count) => {
    const exact = count * 0.95;
    const read = measured(shuffled(count)).read(0.95) ?? 0;
    expect(read).toBeGreaterThanOrEqual(exact * 0.99);
    expect(read).toBeLessThanOrEqual(exact * 1.1);
  });

  test('it follows a target that has become slower, and one that has become faster', () => {
    const quantile = measured(Array(2000).fill(100));
    for (let index = 0; index < 200; index++) quantile.add(1000);
    expect(quantile.read(0.95)).toBeGreaterThanOrEqual(1000);
    for (let index = 0; index < 8000; index++) quantile.add(10);
    expect(quantile.read(0.95)).toBeLessThan(12);
  });

  test('no time is too short or too long for it', () => {
    expect(measured(Array(50).fill(0)).read(0.95)).toBe(1);
    expect(measured(Array(50).fill(0.2)).read(0.95)).toBe(1);
    expect(measured(Array(50).fill(1e12)).read(0.95)).toBe(2 ** 20);
  });
});
