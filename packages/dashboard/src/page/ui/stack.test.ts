import { expect, test } from 'vitest';
import { nearestRow, rowAtHeight, stack } from './stack.ts';

test('values stand on each other', () => {
  expect(
    stack([
      [1, 2],
      [3, null],
      [5, 1],
    ]),
  ).toEqual([
    [1, 2],
    [4, 2],
    [9, 3],
  ]);
});

test.each([
  [0.5, 0],
  [3, 2],
  [8.9, 3],
  [9.1, undefined],
])('the height %d meets the row %d', (height, row) => {
  expect(rowAtHeight([1, 0, 3, 5, null], height)).toBe(row);
});

test('the nearest of lines is found where there is one', () => {
  expect(nearestRow([10, null, 30], 18)).toBe(0);
  expect(nearestRow([null, null], 18)).toBeUndefined();
});
