import { expect, test } from 'vitest';
import type { BudgetLine } from './budget-book.ts';
import { type BudgetWarning, SoftLimits, wordWarnings } from './soft-limits.ts';

const warning: BudgetWarning = {
  owner: { path: 'acme/research' },
  window: 'month',
  share: 0.8399,
  limit: 100,
  spent: 83.99,
  resetsAt: '2026-12-01T00:00:00.000Z',
};

test('the header names each budget and how much of it is spent', () => {
  expect(wordWarnings([])).toBeUndefined();
  expect(
    wordWarnings([
      warning,
      { ...warning, owner: { key: 'key_1' }, window: 'credit', share: 0.9999, resetsAt: undefined },
    ]),
  ).toBe(
    '"acme/research";window=month;spent=0.83;resets="2026-12-01T00:00:00.000Z", "key_1";key;window=credit;spent=0.99',
  );
});

test('names cannot add anything to the header', () => {
  const path = 'a"b\\c\r\nset-cookie: x/\u2028/Zürich/\ud800/100%';
  const header = wordWarnings([{ ...warning, owner: { path } }]) ?? '';
  expect(header).toMatch(/^"[\x21\x23-\x5b\x5d-\x7e]+";window=month;spent=0\.83;resets="[^"]+"$/);
  expect(decodeURIComponent(/^"([^"]+)"/.exec(header)?.[1] ?? '')).toBe(path.toWellFormed());
});

test('a budget is told once in its period, and again when it was made larger and is nearly spent once more', () => {
  const told: number[] = [];
  const limits = new SoftLimits(({ limit }) => told.push(limit));
  const look = (limit: number, spent: number, period = 'november'): void => {
    const facts = { owner: { path: 'users/ann' }, window: 'month', soft: 0.8, resetsAt: Infinity } as const;
    const line: BudgetLine = { ...facts, account: 'users/ann month', limit: limit * 1e9, period };
    limits.look(line, { limit: 0, spent: spent * 1e9, held: 0 });
  };
  look(10, 7);
  look(10, 8);
  look(10, 9);
  expect(told).toEqual([10]);
  look(50, 9);
  look(50, 40);
  look(50, 45);
  look(10, 45);
  look(50, 45);
  expect(told).toEqual([10, 50]);
  look(50, 41, 'december');
  expect(told).toEqual([10, 50, 50]);
});
