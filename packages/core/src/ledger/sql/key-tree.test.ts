import { expect, test } from 'vitest';
import { KeyTree } from './key-tree.ts';

test('no two lists of keys have one value, whatever is in them', () => {
  const tree = new KeyTree<string>();
  const lists = [
    ['a', 'b c'],
    ['a b', 'c'],
    ['a', 'b\u0000c'],
    ['a', ''],
    ['a', undefined],
    ['a', 'undefined'],
    ['a', '1'],
    ['a', 1],
    ['\ud800', 'a'],
    ['\ud801', 'a'],
  ] as const;
  for (const [one, other] of lists) tree.at(one).at(other).value = JSON.stringify([one, typeof other, other]);
  for (const [one, other] of lists)
    expect(tree.at(one).at(other).value).toBe(JSON.stringify([one, typeof other, other]));
  expect(tree.at('a').value).toBeUndefined();
});
