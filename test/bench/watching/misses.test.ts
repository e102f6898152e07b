import { expect, test } from 'vitest';
import { missesOfWatching } from './measure-watching.ts';

test('what is above the bound is told', () => {
  const turn = { unwatched: 100, metered: 102, watched: 108 };
  const measured = [{ shape: { mode: 'whole', concurrency: 50 }, turns: [turn] }] as const;
  expect(missesOfWatching(measured)).toEqual(['watched, CPU per whole call, c=50: 1.08, target <= 1.05']);
  expect(missesOfWatching(measured, 0.05)).toEqual([]);
});
