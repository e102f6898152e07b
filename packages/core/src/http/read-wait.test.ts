import { expect, test } from 'vitest';
import { readWait } from './read-wait.ts';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['return=minimal', undefined],
  ['wait=30', 30_000],
  ['Wait = 5; foo', 5000],
  ['return=minimal, wait=1', 1000],
  ['respond-async', 0],
  ['wait=10, respond-async', 0],
  [['wait=2', 'x'], 2000],
  ['wait=-1', undefined],
  ['wait=soon', undefined],
])('Prefer: %j is %j milliseconds', (header, milliseconds) => {
  expect(readWait(header)).toBe(milliseconds);
});
