import { expect, test } from 'vitest';
import { levelOf, sharesOf } from './budget-shares.ts';

test('what is spent and held fits into the bar', () => {
  expect(sharesOf({ limit: 10, spent: 5, held: 2 })).toEqual({
    spent: 0.5,
    held: 0.2,
    share: 0.5,
    level: 'fine',
  });
  expect(sharesOf({ limit: 10, spent: 9, held: 3 })).toMatchObject({ spent: 0.9, level: 'near' });
  expect(sharesOf({ limit: 10, spent: 9, held: 3 }).held).toBeCloseTo(0.1);
  expect(sharesOf({ limit: 10, spent: 15, held: 3 })).toEqual({
    spent: 1,
    held: 0,
    share: 1.5,
    level: 'over',
  });
});

test('a budget of nothing is over, and a share that nobody knows is fine', () => {
  expect(sharesOf({ limit: 0, spent: 0, held: 0 }).level).toBe('over');
  expect(sharesOf({ limit: 0, spent: 1, held: 0 })).toMatchObject({ spent: 1, held: 0, level: 'over' });
  expect([null, 0.79, 0.8, 1].map((share) => levelOf(share))).toEqual(['fine', 'fine', 'near', 'over']);
});
