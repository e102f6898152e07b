import { expect, test } from 'vitest';
import { makePaymentId } from './pay-once.ts';

test('no two forms have the same payment', () => {
  const ids = Array.from({ length: 100 }, () => makePaymentId());
  expect(new Set(ids).size).toBe(100);
  expect(makePaymentId((bytes) => bytes.fill(10))).toBe('dashboard-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a');
});
