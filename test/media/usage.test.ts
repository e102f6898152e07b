import { describe, expect, test } from 'vitest';
import { Catalog } from '../../packages/core/src/catalog/catalog.ts';
import { priceNow } from '../../packages/core/src/catalog/model-facts.ts';
import { costOf } from '../../packages/core/src/protocol/cost-of.ts';
import { wav } from './operations.ts';
import { openStudio, type Studio } from './studio.ts';
import type { VendorName } from './vendors.ts';

/** What a call used, as the event of its end tells it, and what that costs. */
interface Billed {
  readonly vendor: VendorName;
  readonly model: string;
  readonly path: string;
  /** Left out for a recording of a quarter of a second. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly usage: object;
  /** Dollars, by the vendor's list of prices. */
  readonly dollars: number;
}

const embeddings = {
  path: '/v1/embeddings',
  body: { input: 'a fox in the snow' },
  usage: { inputTokens: 5 },
};
const rerank = { path: '/v1/rerank', body: { query: 'fox', documents: ['a fox', 'a dog'] } };
const images = { path: '/v1/images/generations', body: { prompt: 'a fox', n: 2 } };
const speech = { path: '/v1/audio/speech', body: { input: 'hello 🦊', voice: 'alloy' } };
const transcriptions = { path: '/v1/audio/transcriptions' };
const million = 1_000_000;

const billed: readonly Billed[] = [
  { vendor: 'openai', model: 'text-embedding-3-small', ...embeddings, dollars: (5 * 0.02) / million },
  { vendor: 'vertex', model: 'gemini-embedding-001', ...embeddings, dollars: (5 * 0.15) / million },
  { vendor: 'cohere', model: 'embed-v4.0', ...embeddings, dollars: (5 * 0.12) / million },
  { vendor: 'mistral', model: 'mistral-embed', ...embeddings, dollars: (5 * 0.1) / million },
  { vendor: 'voyage', model: 'voyage-3.5', ...embeddings, dollars: (5 * 0.06) / million },
  { vendor: 'cohere', model: 'rerank-v3.5', ...rerank, usage: { media: { searches: 1 } }, dollars: 0.002 },
  {
    vendor: 'voyage',
    model: 'rerank-2.5',
    ...rerank,
    usage: { inputTokens: 6 },
    dollars: (6 * 0.05) / million,
  },
  {
    vendor: 'openai',
    model: 'gpt-image-1.5',
    ...images,
    usage: {
      inputTokens: 2,
      outputTokens: 8320,
      media: { images: 2, imageOutputTokens: 8320, quality: 'high' },
    },
    dollars: (2 * 5 + 8320 * 32) / million,
  },
  {
    vendor: 'openai',
    model: 'gpt-image-1.5',
    path: images.path,
    body: { prompt: 'a fox', stream: true, partial_images: 1 },
    usage: { inputTokens: 2, outputTokens: 4160, media: { images: 1, imageOutputTokens: 4160 } },
    dollars: (2 * 5 + 4160 * 32) / million,
  },
  {
    vendor: 'vertex',
    model: 'imagen-4.0-generate-001',
    ...images,
    usage: { media: { images: 2 } },
    dollars: 0.08,
  },
  { vendor: 'xai', model: 'grok-imagine-image', ...images, usage: { media: { images: 2 } }, dollars: 0.04 },
  {
    vendor: 'gemini',
    model: 'gemini-2.5-flash-image',
    path: images.path,
    body: { prompt: 'a fox' },
    usage: { inputTokens: 3, outputTokens: 1290, media: { images: 1, imageOutputTokens: 1290 } },
    dollars: (3 * 0.3 + 1290 * 30) / million,
  },
  {
    vendor: 'openai',
    model: 'tts-1',
    ...speech,
    usage: { media: { characters: 7 } },
    dollars: (7 * 15) / million,
  },
  {
    vendor: 'groq',
    model: 'canopylabs/orpheus-v1-english',
    ...speech,
    usage: { media: { characters: 7 } },
    dollars: (7 * 22) / million,
  },
  // Whole seconds, as OpenAI says itself.
  {
    vendor: 'openai',
    model: 'whisper-1',
    ...transcriptions,
    usage: { media: { seconds: 1 } },
    dollars: 0.006 / 60,
  },
  {
    vendor: 'openai',
    model: 'gpt-4o-transcribe',
    ...transcriptions,
    usage: { inputTokens: 3, outputTokens: 9, media: { audioInputTokens: 3, seconds: 0.25 } },
    dollars: (3 * 6 + 9 * 10) / million,
  },
];

describe('what is used is told at the end, and has a price', () => {
  test.each(billed)('$vendor, $model: $usage', async ({ vendor, model, path, body, usage, dollars }) => {
    await using studio = await openStudio({ vendors: [vendor], models: [model] });
    const answer = await ask(studio, path, body);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    const told = studio.ends[0]?.usage;
    expect(told).toMatchObject(usage);
    const price = await priceOf(vendor, model);
    const cost = told && price ? costOf(told, price) : Number.NaN;
    // To the nano-dollar, of which there are whole ones only.
    expect(Math.abs(cost - dollars * 1e9)).toBeLessThanOrEqual(1);
  });

  test('nothing is billed twice where the second vendor serves', async () => {
    await using studio = await openStudio({
      vendors: ['cohere', 'cohere'],
      models: ['rerank-v3.5', 'rerank-v3.5'],
    });
    studio.upstream.fail({ type: 'status', status: 503 });
    const answer = await ask(studio, rerank.path, rerank.body);
    await answer.text();
    expect(studio.ends).toHaveLength(1);
    expect(studio.ends[0]).toMatchObject({ attempts: 2, usage: { media: { searches: 1 } } });
    expect(studio.gateway.stats()).toMatchObject({ inputTokens: 0, outputTokens: 0 });
  });
});

function ask(studio: Studio, path: string, body: Billed['body']): Promise<Response> {
  if (body !== undefined) return studio.ask(path, { model: 'made', ...body });
  const form = new FormData();
  form.set('file', new File([new Uint8Array(wav)], 'fox.wav', { type: 'audio/wav' }));
  form.set('model', 'made');
  return studio.form(path, form);
}

async function priceOf(vendor: string, model: string): Promise<ReturnType<typeof priceNow>> {
  const said = { prices: new Map(), windows: new Map(), modalities: new Map(), sunsets: new Map() };
  const catalog = new Catalog(said, (error) => {
    throw error;
  });
  await catalog.load();
  const place = { upstream: vendor, vendor, model, origin: 'https://vendor.example' };
  return priceNow(catalog.facts(place).prices, Date.now);
}
