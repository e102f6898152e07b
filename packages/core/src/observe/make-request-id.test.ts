import { expect, test } from 'vitest';
import { makeRequestId } from './make-request-id.ts';

test('ids of one millisecond are different, and stand in the order in which they were made', () => {
  const ids = Array.from({ length: 1000 }, () => makeRequestId(1_790_000_000_000.25));
  ids.push(makeRequestId(1_790_000_000_001));
  expect(ids.every((id) => /^req_[0-9a-f]{32}$/.test(id))).toBe(true);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(1001);
});
