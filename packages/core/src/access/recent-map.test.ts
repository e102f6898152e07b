import { expect, test } from 'vitest';
import { RecentMap } from './recent-map.ts';

test('what was not used for longest goes first', () => {
  const map = new RecentMap<number>(3);
  for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index);
  expect(map.get('a')).toBe(0);
  map.set('b', 5);
  map.set('d', 3);
  expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([0, 5, undefined, 3]);
  expect(map.size).toBe(3);
});
