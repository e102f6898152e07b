import { checkLimits, manualClock } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { memoryLimits } from './memory-limits.ts';

test('passes every check of a store of limits', async () => {
  const clock = manualClock();
  const findings = await checkLimits(memoryLimits({ clock }), { pass: (time) => clock.advance(time) });
  expect(findings.filter(({ passed }) => !passed)).toEqual([]);
  expect(findings).toHaveLength(15);
});
