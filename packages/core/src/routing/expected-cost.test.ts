import { expect, test } from 'vitest';
import { expectedCost } from './expected-cost.ts';

/** 2 and 8 dollars per million tokens; twice that for 10,000 tokens of input and more. */
const price = {
  input: 2_000_000_000,
  output: 8_000_000_000,
  long: { from: 10_000, input: 4_000_000_000, output: 16_000_000_000 },
};

test('a call is expected to cost its question and an answer of usual length', () => {
  expect(expectedCost(price, { inputTokens: 1000, maxTokens: undefined })).toBe(2_000_000 + 4_000_000);
});

test('an answer is expected to be no longer than the caller wants it', () => {
  expect(expectedCost(price, { inputTokens: 1000, maxTokens: 10 })).toBe(2_000_000 + 80_000);
  expect(expectedCost(price, { inputTokens: 1000, maxTokens: 100_000 })).toBe(6_000_000);
});

test('a long question has the price of long questions', () => {
  expect(expectedCost(price, { inputTokens: 9999, maxTokens: 10 })).toBe(19_998_000 + 80_000);
  expect(expectedCost(price, { inputTokens: 10_000, maxTokens: 10 })).toBe(40_000_000 + 160_000);
});

test('what is not known is not expected', () => {
  expect(expectedCost(undefined, { inputTokens: 1000, maxTokens: 10 })).toBeUndefined();
});

test('what is paid by the piece is compared by one picture, one second, one search', () => {
  const size = { inputTokens: 1000, maxTokens: undefined };
  const free = { input: 0, output: 0 };
  expect(expectedCost({ ...free, media: { image: { default: 40, hd: 80 } } }, size)).toBe(40);
  expect(expectedCost({ ...free, media: { second: { '720p': 10, '4k': 30 } } }, size)).toBe(30);
  expect(expectedCost({ ...free, media: { search: 2 } }, size)).toBe(2);
  expect(expectedCost({ ...price, media: { request: 12 } }, size)).toBe(6_000_012);
});

test('a chat is not expected to search the web', () => {
  const size = { inputTokens: 1000, maxTokens: undefined };
  expect(expectedCost({ ...price, media: { search: 10_000_000, imageInput: 5 } }, size)).toBe(6_000_000);
});
