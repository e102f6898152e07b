import { expect, test, vi } from 'vitest';
import { systemClock, wallTimeAt } from './clock.ts';

test('what the clocks of others showed is told in the order in which it was', () => {
  const times = Array.from({ length: 1000 }, () => systemClock.now());
  const shown = times.map((time) => wallTimeAt(systemClock, time));
  expect(shown.toSorted((one, other) => one - other)).toEqual(shown);
  expect(Math.abs((shown.at(-1) ?? 0) - Date.now())).toBeLessThan(1000);
});

test('a machine whose clock was set is believed', async () => {
  const hour = 3_600_000;
  const { now } = Date;
  vi.resetModules();
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => now() + hour);
  const fresh = await import('./clock.ts');
  const time = fresh.systemClock.now();
  expect(Math.abs(fresh.wallTimeAt(fresh.systemClock, time) - time - hour)).toBeLessThan(1000);
  spy.mockRestore();
});
