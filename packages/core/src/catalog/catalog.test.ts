import {
  calcPrice,
  findProvider,
  type ModelInfo,
  type ModelPrice,
  waitForUpdate,
} from '@pydantic/genai-prices';
import { beforeAll, describe, expect, it } from 'vitest';
import { Catalog } from './catalog.ts';
import { type FindFacts, loadGenaiPrices } from './genai-prices.ts';
import { priceNow } from './model-facts.ts';
import { priceFor, toPrice } from './price.ts';
import type { ModelPlace } from './said-facts.ts';

const deepseek = { vendor: 'deepseek', origin: 'https://api.deepseek.com' };
const gpt: ModelPlace = {
  upstream: 'openai',
  vendor: 'openai',
  origin: 'https://api.openai.com',
  model: 'gpt-4.1',
};
const nothingSaid = { prices: new Map(), windows: new Map(), modalities: new Map(), sunsets: new Map() };
const never = (error: unknown): never => {
  throw error;
};
const dollars = (amount: number): number => Math.round(amount * 1e9);
const baseOf = (amount: ModelPrice[string]): number =>
  dollars(typeof amount === 'object' ? amount.base : (amount ?? 0));

describe('the catalogue of prices and windows', () => {
  let find: FindFacts;
  beforeAll(async () => {
    find = await loadGenaiPrices();
  });

  it('knows nothing until it is loaded, and then prices in whole nano-dollars per million tokens', async () => {
    const catalog = new Catalog(nothingSaid, never);
    expect(catalog.facts(gpt)).toMatchObject({ window: undefined, prices: undefined });
    expect(catalog.facts(gpt)).not.toHaveProperty('priceSource');
    expect(catalog.isLoaded).toBe(false);
    await catalog.load();
    expect(catalog.load()).toBeUndefined();
    expect(catalog.facts(gpt)).toMatchObject({
      window: 1_000_000,
      prices: { input: 2_000_000_000, cachedInput: 500_000_000, output: 8_000_000_000 },
      priceSource: 'catalogue',
      maxOutput: 32_768,
    });
  });

  it.each([
    ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['azure-openai', 'gpt-5.2'],
    ['vertex', 'claude-opus-4-6@default'],
    ['gemini', 'gemini-2.5-pro'],
    ['moonshot', 'kimi-k2.5'],
    ['xai', 'grok-4.3'],
    ['zhipu', 'glm-5.1'],
    ['dashscope', 'qwen-plus'],
  ])('%s is found under the name that the catalogue has for it', async (vendor, model) => {
    const catalog = new Catalog(nothingSaid, never);
    await catalog.load();
    const facts = catalog.facts({ upstream: 'mine', vendor, origin: 'https://proxy.example', model });
    expect(priceNow(facts.prices, () => 0)?.input).toBeGreaterThan(0);
    expect(facts.window).toBeGreaterThan(100_000);
  });

  it.each([
    ['openai', 'gpt-image-1.5', { imageInput: 8e9, imageOutput: 32e9 }],
    ['gemini', 'gemini-3-pro-image', { imageOutput: 120e9 }],
    ['openai', 'gpt-realtime', { audioInput: 32e9, audioOutput: 64e9, imageInput: 5e9 }],
    ['openai', 'whisper-1', { second: 100_000 }],
    ['groq', 'whisper-large-v3', { second: 30_833 }],
    ['perplexity', 'sonar', { request: 12_000_000 }],
    ['openai', 'gpt-5.2', { search: 10_000_000 }],
    ['openai', 'tts-1', { characters: 15e9 }],
    ['gemini', 'veo-3.1-generate-preview', { second: { default: 4e8, '4k': 6e8 } }],
    ['xai', 'grok-imagine-image', { image: 2e7 }],
    ['cohere', 'rerank-v3.5', { search: 2_000_000 }],
  ])('%s, %s: what is not text has prices, too', async (vendor, model, media) => {
    const catalog = new Catalog(nothingSaid, never);
    await catalog.load();
    const { prices } = catalog.facts({ upstream: 'mine', vendor, origin: 'https://proxy.example', model });
    expect(priceNow(prices, () => 0)?.media).toMatchObject(media);
  });

  it('knows what a moderation costs: nothing', () => {
    const catalog = new Catalog(nothingSaid, never);
    expect(catalog.facts({ ...gpt, model: 'omni-moderation-latest' }).prices).toEqual({
      input: 0,
      output: 0,
    });
  });

  it.each([
    ['openai', 'gpt-4.1', 0.5],
    ['voyage', 'voyage-4', 0.67],
    ['openai', 'whisper-1', undefined],
    ['perplexity', 'sonar', undefined],
  ])('%s bills batches of %s at a share of %s: what is paid by the token', (vendor, model, share) => {
    const prices = find({ vendor, origin: 'https://none.example' }, model)?.prices;
    expect(priceNow(prices, () => 0)).toHaveProperty('input');
    expect(priceNow(prices, () => 0)?.batch).toBe(share);
  });

  it('has nothing but whole nano-dollars, of any model of any vendor', async () => {
    const providers = (await waitForUpdate()) ?? [];
    let compared = 0;
    for (const { id, models } of providers)
      for (const model of models) {
        const facts = find({ vendor: id, origin: 'https://none.example' }, model.id);
        const prices = facts?.prices === undefined ? [] : [facts.prices].flat();
        for (const price of prices) {
          const { batch: _, ...amounts } = 'price' in price ? price.price : price;
          for (const [, amount] of JSON.stringify(amounts).matchAll(/:(-?[\d.e+-]+)/g)) {
            expect(Number.isSafeInteger(Number(amount))).toBe(true);
            compared++;
          }
        }
      }
    expect(compared).toBeGreaterThan(3000);
  });

  it('goes by the address before the name, so that a vendor reached as a compatible server is known', () => {
    const facts = find({ vendor: 'mine', origin: 'https://api.openai.com' }, 'gpt-4.1');
    expect(facts?.window).toBe(1_000_000);
    expect(find({ vendor: 'openai-compatible', origin: 'http://localhost' }, 'gpt-4.1')).toBeUndefined();
    expect(find({ vendor: '127.0.0.1', origin: 'http://127.0.0.1:8000' }, 'gpt-4.1')).toBeUndefined();
  });

  it('takes the price of the hour, where a vendor is cheaper at some', () => {
    const prices = find(deepseek, 'deepseek-chat')?.prices;
    const at = (time: string): number | undefined =>
      priceNow(prices, () => Date.parse(`2026-05-01T${time}Z`))?.input;
    expect(at('00:29:59')).toBe(135_000_000);
    expect(at('00:30:00')).toBe(270_000_000);
    expect(at('16:29:59')).toBe(270_000_000);
    expect(at('16:30:00')).toBe(135_000_000);
  });

  it('agrees with the catalogue at any hour of any day, for every model whose price changes', async () => {
    const providers = (await waitForUpdate()) ?? [];
    const changing = providers.flatMap(({ id, models }) =>
      models
        .filter(({ prices }) => Array.isArray(prices) && prices.length > 1)
        .map((model): [string, ModelInfo] => [id, model]),
    );
    expect(changing.length).toBeGreaterThan(10);
    let compared = 0;
    for (const [providerId, { id }] of changing) {
      const provider = findProvider({ providerId });
      if (provider === undefined) continue;
      for (let hour = 0; hour < 200; hour++) {
        const now = Date.UTC(2025, 0, 1) + hour * 53.7 * 3_600_000;
        const theirs = calcPrice({}, id, { provider, timestamp: new Date(now) });
        const ours = find({ vendor: providerId, origin: 'https://none.example' }, id);
        if (theirs?.model.id !== id || theirs.model_price['input_mtok'] === undefined) continue;
        compared++;
        expect(priceNow(ours?.prices, () => now)).toMatchObject({
          input: baseOf(theirs.model_price['input_mtok']),
          output: baseOf(theirs.model_price['output_mtok']),
        });
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it('has the price of long questions, where there is another', () => {
    const price = priceNow(find({ vendor: 'gemini', origin: '' }, 'gemini-2.5-pro')?.prices, () => 0);
    if (price === undefined) throw new Error('no price');
    expect(priceFor(price, 200_000)).toMatchObject({ input: 1_250_000_000, output: 10_000_000_000 });
    expect(priceFor(price, 200_001)).toMatchObject({
      input: 2_500_000_000,
      cachedInput: 250_000_000,
      output: 15_000_000_000,
    });
  });

  it('lets the operator say otherwise, for one upstream or for all', async () => {
    const prices = new Map([
      ['gpt-4.1', toPrice({ input: 1, output: 2 })],
      ['cheap/gpt-4.1', toPrice({ input: 0.1, cachedInput: 0.01, output: 0.2 })],
    ]);
    const catalog = new Catalog({ ...nothingSaid, prices, windows: new Map([['gpt-4.1', 8000]]) }, never);
    expect(catalog.facts(gpt)).toEqual({
      window: 8000,
      prices: { input: 1e9, output: 2e9 },
      priceSource: 'options',
      maxOutput: 32_768,
    });
    await catalog.load();
    expect(catalog.facts({ ...gpt, upstream: 'cheap' }).prices).toEqual({
      input: 1e8,
      cachedInput: 1e7,
      output: 2e8,
    });
  });
});
