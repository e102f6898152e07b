import { expect, test } from 'vitest';
import { wordDollars } from './dollars.ts';

test('dollars have cents at least, and as many digits as they need', () => {
  const words = [0, 12_500_000_000, 375_000, -4_000_000_000, -1_500_000].map(wordDollars);
  expect(words).toEqual(['$0.00', '$12.50', '$0.000375', '-$4.00', '-$0.0015']);
});
