import { expect, test } from 'vitest';
import { openStudio } from './studio.ts';

test('three processes on one file never ask about the same job at once, and each is asked about once an interval', async () => {
  await using studio = await openStudio({ pollsUntilDone: 4, takes: 30 });
  const workers = ['a', 'b', 'c'].map((key) => studio.start({ orders: 60, key }));
  expect(await Promise.all(workers.map(({ done }) => done))).toEqual([true, true, true]);
  expect(studio.created.size).toBe(180);
  expect([...studio.created.values()].every((times) => times === 1)).toBe(true);
  expect(studio.mostAtOnce).toBe(1);
  const planned = [2000, 5000, 10_000, 10_000];
  for (const times of studio.asked.values()) {
    expect(times).toHaveLength(5);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // A tenth of it is left to chance, and the clocks of the upstream and of those who ask are not one.
    for (const [index, gap] of gaps.entries())
      expect(gap).toBeGreaterThan((planned[index] ?? 0) * 0.85 - 500);
  }
  for (const { process } of workers) process.send('close');
  expect(await Promise.all(workers.map(({ exited }) => exited))).toEqual([0, 0, 0]);
  // Whoever closes it settles no more; all of it is settled by then, once.
  const tasks = await studio.tasks();
  expect(tasks.filter(({ state }) => state === 'succeeded')).toHaveLength(180);
  expect([...studio.settled.values()].every((times) => times === 1)).toBe(true);
});

test('processes that open a new file at once all get to work', async () => {
  await using studio = await openStudio({ pollsUntilDone: 0 });
  const workers = Array.from({ length: 6 }, (_, index) => studio.start({ orders: 1, key: `k${index}` }));
  expect(await Promise.all(workers.map(({ done }) => done))).toEqual(Array<boolean>(6).fill(true));
});
