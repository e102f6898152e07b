import type { ModelFacts, PriceSchedule } from './model-facts.ts';
import type { Price } from './price.ts';

type Prices = ModelFacts['prices'];

/** https://platform.claude.com/docs/en/build-with-claude/prompt-caching: shares of the price of input. */
const cacheWriteShare = 1.25;
const cacheWriteHourShare = 2;

/** With what Claude's makers bill for writing to their cache, wherever it runs, where the price does not say. */
export function completeWrites(prices: Prices, model: string): Prices {
  return /claude/i.test(model) ? eachPrice(prices, withWrites) : prices;
}

function withWrites(price: Price): Price {
  const { long } = price;
  return {
    ...writesOf(price),
    ...price,
    ...(long === undefined ? {} : { long: { ...writesOf(long), ...long } }),
  };
}

function writesOf({ input }: Pick<Price, 'input'>): Required<Pick<Price, 'cacheWrite' | 'cacheWriteHour'>> {
  return {
    cacheWrite: Math.round(input * cacheWriteShare),
    cacheWriteHour: Math.round(input * cacheWriteHourShare),
  };
}

/** Nano-dollars for a search of Google's, which price lists leave out: https://ai.google.dev/gemini-api/docs/pricing. */
const searchOfGemini = 14_000_000;
/** Up to the second generation, by the question. */
const searchOfGemini2 = 35_000_000;

/** A price that the catalogue has, with what Google bills for a search. */
export function completeSearches(prices: Prices, model: string): Prices {
  const [, generation] = /^gemini-(\d)/.exec(model) ?? [];
  if (generation === undefined) return prices;
  const search = Number(generation) < 3 ? searchOfGemini2 : searchOfGemini;
  return eachPrice(prices, (price) => ({ ...price, media: { search, ...price.media } }));
}

function eachPrice(prices: Prices, change: (price: Price) => Price): Prices {
  if (prices === undefined) return undefined;
  if (!isSchedule(prices)) return change(prices);
  const [first, ...others] = prices;
  return [
    { ...first, price: change(first.price) },
    ...others.map((timed) => ({ ...timed, price: change(timed.price) })),
  ];
}

function isSchedule(prices: Price | PriceSchedule): prices is PriceSchedule {
  return Array.isArray(prices);
}
