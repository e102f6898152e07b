import { expect, test } from 'vitest';
import { setStage } from '../lineup.ts';
import { measureCache } from './measure-cache.ts';
import { missesOfCache, renderCache } from './report-cache.ts';

test('both subjects answer the same bytes, the one from its cache, and both are measured', async () => {
  const stage = await setStage({ fromSource: true, pin: false });
  try {
    const plan = {
      rounds: 1,
      freshRounds: 1,
      times: { warmMs: 10, measureMs: 50 },
      warmUpMs: 10,
      importProcesses: 1,
    };
    const measurement = await measureCache(stage, plan);
    for (const { cached, fixed } of [...measurement.whole, ...measurement.stream]) {
      expect(cached).toBeGreaterThan(0);
      expect(fixed).toBeGreaterThan(0);
    }
    expect(renderCache(measurement)).toContain('stream of 200 events');
  } finally {
    await stage.close();
  }
}, 30_000);

test('what is above the bound is told', () => {
  const rounds = [
    { cached: 10, fixed: 5 },
    { cached: 3, fixed: 3 },
    { cached: 8, fixed: 5 },
  ];
  expect(missesOfCache({ whole: rounds, stream: [{ cached: 3, fixed: 2 }] })).toEqual([
    'from the cache, whole answer: 1.60, target <= 1.5',
  ]);
});
