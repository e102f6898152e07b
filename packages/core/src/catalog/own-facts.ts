import { batchShareOf } from './batch-share.ts';
import type { Place } from './genai-prices.ts';
import type { ModelFacts } from './model-facts.ts';
import { type PriceInDollars, toPrice } from './price.ts';

interface OwnFacts {
  readonly window?: number;
  /** Of the first tier, where there are several. */
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

const veo: OwnFacts = { price: { second: { default: 0.4, '4k': 0.6 } } };
const veoFast: OwnFacts = { price: { second: { '720p': 0.1, '1080p': 0.12, '4k': 0.3 } } };
const veoLite: OwnFacts = { price: { second: { '720p': 0.05, '1080p': 0.08 } } };

/** https://ai.google.dev/gemini-api/docs/models and /pricing; https://cloud.google.com/vertex-ai/generative-ai/pricing */
const google: Table = {
  'gemini-2.5-flash': { window: 1_048_576 },
  'gemini-2.5-flash-lite': { window: 1_048_576 },
  'gemini-2.5-pro': { window: 1_048_576 },
  'imagen-4.0-generate-001': { price: { image: 0.04 } },
  'imagen-4.0-fast-generate-001': { price: { image: 0.02 } },
  'imagen-4.0-ultra-generate-001': { price: { image: 0.06 } },
  'veo-3.1-generate-preview': veo,
  'veo-3.1-generate-001': veo,
  'veo-3.1-fast-generate-preview': veoFast,
  'veo-3.1-fast-generate-001': veoFast,
  'veo-3.1-lite-generate-preview': veoLite,
  'veo-3.1-lite-generate-001': veoLite,
};

/** https://console.groq.com/docs/models */
const groq: Table = {
  'llama-3.1-8b-instant': { window: 131_072 },
  'llama-3.3-70b-versatile': { window: 131_072 },
  'canopylabs/orpheus-v1-english': { price: { characters: 22 } },
  'canopylabs/orpheus-arabic-saudi': { price: { characters: 40 } },
};

/** https://platform.openai.com/docs/pricing */
const openai: Table = {
  'omni-moderation-latest': { price: {} },
  'omni-moderation-2024-09-26': { price: {} },
  'tts-1': { price: { characters: 15 } },
  'tts-1-hd': { price: { characters: 30 } },
  'sora-2': { price: { second: 0.1 } },
  'sora-2-pro': { price: { second: { '720p': 0.3, '1024p': 0.5, '1080p': 0.7 } } },
};

/** https://docs.x.ai/docs/models */
const xai: Table = {
  'grok-imagine-image': { price: { image: 0.02 } },
  'grok-imagine-video': { price: { second: { '480p': 0.05, '720p': 0.07 } } },
  'grok-imagine-video-1.5': { price: { second: { '480p': 0.08, '720p': 0.14, '1080p': 0.25 } } },
  'grok-imagine-video-1.5-lite': { price: { second: { '480p': 0.02, '720p': 0.035 } } },
};

/** https://cohere.com/pricing */
const cohere: Table = {
  'embed-v4.0': { window: 128_000, price: { input: 0.12, imageInput: 0.47 } },
  'embed-english-v3.0': { window: 512, price: { input: 0.1 } },
  'embed-english-light-v3.0': { window: 512, price: { input: 0.1 } },
  'embed-multilingual-v3.0': { window: 512, price: { input: 0.1 } },
  'embed-multilingual-light-v3.0': { window: 512, price: { input: 0.1 } },
  'rerank-v4.0-pro': { window: 32_768, price: { search: 0.0025 } },
  'rerank-v4.0-fast': { window: 32_768, price: { search: 0.002 } },
  'rerank-v3.5': { window: 4096, price: { search: 0.002 } },
};

/** https://docs.voyageai.com/docs/pricing */
const voyage: Table = {
  'rerank-3': { window: 32_000, price: { input: 0.05 } },
  'rerank-3-lite': { window: 32_000, price: { input: 0.02 } },
  'rerank-2.5': { window: 32_000, price: { input: 0.05 } },
  'rerank-2.5-lite': { window: 32_000, price: { input: 0.02 } },
};

/** https://mistral.ai/pricing */
const mistral: Table = {
  'codestral-embed': { window: 8192, price: { input: 0.15 } },
};

/** https://docs.z.ai/guides/overview/pricing */
const zai: Table = {
  'glm-4.5': { window: 131_072, price: { input: 0.6, cachedInput: 0.11, output: 2.2 } },
  'glm-4.6': { window: 200_000, price: { input: 0.6, cachedInput: 0.11, output: 2.2 } },
  'glm-4.7': { window: 200_000, price: { input: 0.6, cachedInput: 0.11, output: 2.2 } },
  'glm-5': { window: 200_000, price: { input: 1, cachedInput: 0.2, output: 3.2 } },
  'glm-5.1': { window: 200_000, price: { input: 1.4, cachedInput: 0.26, output: 4.4 } },
};

const byVendor: Readonly<Record<string, Table>> = {
  cohere,
  dashscope,
  gemini: google,
  groq,
  mistral,
  openai,
  vertex: google,
  voyage,
  xai,
};
const byOrigin: Readonly<Record<string, Table>> = { 'https://api.z.ai': zai };

/** What the catalogue that we use does not have; undefined where we do not know either. */
export function findOwnFacts({ vendor, origin }: Place, model: string): ModelFacts | undefined {
  const table = byOrigin[origin] ?? byVendor[vendor];
  const found = table !== undefined && Object.hasOwn(table, model) ? table[model] : undefined;
  if (found === undefined) return undefined;
  return { window: found.window, prices: found.price && toPrice(withBatches(vendor, found.price)) };
}

/** Batches are of what is paid by the token. */
function withBatches(vendor: string, price: PriceInDollars): PriceInDollars {
  return price.input === undefined ? price : { ...price, batch: batchShareOf(vendor) };
}
