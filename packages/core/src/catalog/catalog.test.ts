import {
  calcPrice,
  findProvider,
  type ModelInfo,
  type ModelPrice,
  waitForUpdate,
} from '@pydantic/genai-prices';
import { beforeAll, describe, expect, it } from 'vitest';
import { Catalog, type ModelPlace } from './catalog.ts';
import { type FindFacts, loadGenaiPrices } from './genai-prices.ts';
import { priceNow } from './model-facts.ts';
import { priceFor, toPrice } from './price.ts';

const deepseek = { vendor: 'deepseek', origin: 'https://api.deepseek.com' };
const gpt: ModelPlace = {
  upstream: 'openai',
  vendor: 'openai',
  origin: 'https://api.openai.com',
  model: 'gpt-4.1',
};
const nothingSaid = { prices: new Map(), windows: new Map() };
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
    expect(catalog.facts(gpt)).toEqual({ window: undefined, prices: undefined });
    expect(catalog.isLoaded).toBe(false);
    await catalog.load();
    expect(catalog.load()).toBeUndefined();
    expect(catalog.facts(gpt)).toMatchObject({
      window: 1_000_000,
      prices: { input: 2_000_000_000, cachedInput: 500_000_000, output: 8_000_000_000 },
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
    const catalog = new Catalog({ prices, windows: new Map([['gpt-4.1', 8000]]) }, never);
    expect(catalog.facts(gpt)).toEqual({ window: 8000, prices: { input: 1e9, output: 2e9 } });
    await catalog.load();
    expect(catalog.facts({ ...gpt, upstream: 'cheap' }).prices).toEqual({
      input: 1e8,
      cachedInput: 1e7,
      output: 2e8,
    });
  });
});
