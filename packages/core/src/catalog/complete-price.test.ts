import { expect, test } from 'vitest';
import { Catalog } from './catalog.ts';
import { completeSearches, completeWrites } from './complete-price.ts';
import { mostOutputOf } from './most-output.ts';
import { toPrice } from './price.ts';

const plain = toPrice({ input: 3, output: 15 });

test('Claude bills for what it writes to its cache, wherever it runs, and others as for input', () => {
  const writes = { cacheWrite: 3_750_000_000, cacheWriteHour: 6_000_000_000 };
  expect(completeWrites(plain, 'claude-sonnet-4-5')).toMatchObject(writes);
  expect(completeWrites(plain, 'us.anthropic.claude-sonnet-4-5-v1:0')).toMatchObject(writes);
  expect(completeWrites(plain, 'gpt-5.2')).toBe(plain);
  expect(completeWrites({ ...plain, cacheWrite: 1 }, 'claude-opus-4-5')).toMatchObject({
    cacheWrite: 1,
    cacheWriteHour: 6_000_000_000,
  });
  expect(completeWrites(undefined, 'claude-opus-4-5')).toBeUndefined();
});

test('the price of long questions and those of times are completed, too', () => {
  const long = { from: 200_000, input: 6_000_000_000, output: 22_500_000_000 };
  const schedule = [{ price: { ...plain, long } }, { price: plain, since: 5 }] as const;
  expect(completeWrites(schedule, 'claude-sonnet-4-5')).toMatchObject([
    { price: { cacheWrite: 3_750_000_000, long: { cacheWrite: 7_500_000_000 } } },
    { price: { cacheWrite: 3_750_000_000 }, since: 5 },
  ]);
});

test('a search of Google has a price, unless the list says another', () => {
  expect(completeSearches(plain, 'gemini-3-pro-preview')).toMatchObject({ media: { search: 14_000_000 } });
  expect(completeSearches(plain, 'gemini-2.5-flash')).toMatchObject({ media: { search: 35_000_000 } });
  const told = { ...plain, media: { search: 7 } };
  expect(completeSearches(told, 'gemini-2.5-flash')).toMatchObject({ media: { search: 7 } });
  expect(completeSearches(plain, 'gpt-5.2')).toBe(plain);
});

test("who says a price is told, and the operator's own word has no search in it that was not said", async () => {
  const options = { windows: new Map(), modalities: new Map(), sunsets: new Map() };
  const place = { upstream: 'google', vendor: 'gemini', origin: 'http://127.0.0.1' };
  const catalog = new Catalog({ ...options, prices: new Map([['gemini-2.5-pro', plain]]) }, (error) => {
    throw error;
  });
  await catalog.load();
  expect(catalog.facts({ ...place, model: 'gemini-2.5-pro' })).toMatchObject({
    priceSource: 'options',
    prices: plain,
  });
  expect(catalog.facts({ ...place, model: 'gemini-2.5-flash' })).toMatchObject({
    priceSource: 'catalogue',
    prices: { media: { search: 35_000_000 } },
  });
  expect(catalog.facts({ ...place, model: 'nobody-knows-it' })).not.toHaveProperty('priceSource');
});

test.each([
  ['gpt-5.2-pro', 128_000],
  ['openai/gpt-5-mini', 128_000],
  ['gpt-4o-2024-08-06', 16_384],
  ['gpt-4.1-nano', 32_768],
  ['gpt-4', 8192],
  ['o3-mini', 100_000],
  ['us.anthropic.claude-3-5-sonnet-20241022-v2:0', 8192],
  ['claude-opus-4-6', 128_000],
  ['gemini-2.5-flash', 65_536],
  ['gemini-2.0-flash', 8192],
  ['llama3.3', undefined],
  ['my-gpt-5', undefined],
])('the longest answer of %s has %s tokens', (model, tokens) => {
  expect(mostOutputOf(model)).toBe(tokens);
});
