import type { Place } from './genai-prices.ts';
import type { ModelFacts } from './model-facts.ts';
import { type PriceInDollars, toPrice } from './price.ts';

interface OwnFacts {
  readonly window?: number;
  /** Dollars per million tokens; of the first tier, where there are several. */
  readonly price?: PriceInDollars;
}

type Table = Readonly<Record<string, OwnFacts>>;

/** https://www.alibabacloud.com/help/en/model-studio/models, the international region. */
const dashscope: Table = {
  'qwen-max': { window: 32_768, price: { input: 1.6, output: 6.4 } },
  'qwen-plus': { window: 1_000_000, price: { input: 0.4, cachedInput: 0.16, output: 1.2 } },
  'qwen-turbo': { window: 1_000_000, price: { input: 0.05, output: 0.2 } },
  'qwen3-max': { window: 262_144, price: { input: 1.2, output: 6 } },
};

/** https://ai.google.dev/gemini-api/docs/models */
const google: Table = {
  'gemini-2.5-flash': { window: 1_048_576 },
  'gemini-2.5-flash-lite': { window: 1_048_576 },
  'gemini-2.5-pro': { window: 1_048_576 },
};

/** https://console.groq.com/docs/models */
const groq: Table = {
  'llama-3.1-8b-instant': { window: 131_072 },
  'llama-3.3-70b-versatile': { window: 131_072 },
};

/** https://docs.z.ai/guides/overview/pricing */
const zai: Table = {
  'glm-4.5': { window: 131_072, price: { input: 0.6, cachedInput: 0.11, output: 2.2 } },
  'glm-4.6': { window: 200_000, price: { input: 0.6, cachedInput: 0.11, output: 2.2 } },
  'glm-4.7': { window: 200_000, price: { input: 0.6, cachedInput: 0.11, output: 2.2 } },
  'glm-5': { window: 200_000, price: { input: 1, cachedInput: 0.2, output: 3.2 } },
  'glm-5.1': { window: 200_000, price: { input: 1.4, cachedInput: 0.26, output: 4.4 } },
};

const byVendor: Readonly<Record<string, Table>> = { dashscope, gemini: google, groq, vertex: google };
const byOrigin: Readonly<Record<string, Table>> = { 'https://api.z.ai': zai };

/** What the catalogue that we use does not have; undefined where we do not know either. */
export function findOwnFacts({ vendor, origin }: Place, model: string): ModelFacts | undefined {
  const table = byOrigin[origin] ?? byVendor[vendor];
  const found = table !== undefined && Object.hasOwn(table, model) ? table[model] : undefined;
  if (found === undefined) return undefined;
  return { window: found.window, prices: found.price && toPrice(found.price) };
}
