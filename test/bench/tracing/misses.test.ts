import { expect, test } from 'vitest';
import { missesOfTracing, renderTracing } from './measure-tracing.ts';

test('what is above the bound is told', () => {
  const turn = {
    untraced: 100,
    traced: 112,
    'traced-fully': 150,
    'untraced-alone': 90,
    'traced-alone': 99,
  };
  const measured = [{ shape: { mode: 'whole', concurrency: 50 }, turns: [turn, turn] }] as const;
  expect(missesOfTracing(measured)).toEqual(['traced, CPU per whole call, c=50: 1.12, target <= 1.1']);
  expect(missesOfTracing([{ ...measured[0], turns: [{ ...turn, traced: 109 }] }])).toEqual([]);
  expect(renderTracing(measured)).toContain('1.50');
});
