import { expect, test } from 'vitest';
import { missesOfBooks } from './report-books.ts';

test('what is above the bound is told', () => {
  const turn = { unbooked: 10, 'books-default': 10, 'booked-memory': 12, 'booked-sqlite': 12.9 };
  const measured = [{ shape: { mode: 'whole', concurrency: 50 }, turns: [turn] }] as const;
  expect(missesOfBooks(measured)).toEqual(['booked-memory, CPU per whole call, c=50: 1.20, target <= 1.15']);
  expect(missesOfBooks(measured, 0.1)).toEqual([]);
});
