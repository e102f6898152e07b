import {
  type SimulatedUpstream,
  simulatedCohere,
  simulatedJina,
  simulatedOpenAI,
  simulatedOpenAICompatible,
  simulatedVoyage,
  simulatedXai,
} from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { contextOf } from '../../test/media-world.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { MediaAnswer, MediaFamily, MediaFormat, RenderedMedia } from '../protocol/media.ts';
import { mediaFamilies } from './families.ts';
import { mediaFormats } from './formats.ts';

/* Each format against a simulation of its vendor that was written without it. */

interface Asked<Request, Result> {
  readonly upstream: SimulatedUpstream;
  /** Below the base URL. */
  readonly path: string;
  readonly family: MediaFamily<Request, Result>;
  readonly format: MediaFormat<Request, Result>;
}

/** What a caller is answered, over the wire to the vendor and back. */
async function ask<Request, Result>(
  { upstream, path, family, format }: Asked<Request, Result>,
  json: JsonObject & { readonly model: string },
): Promise<{ answer: JsonObject; usage: unknown; dropped: readonly string[] }> {
  const request = family.parseRequest({ json });
  const rendered = await format.renderRequest(request, json.model);
  const received = await send(`${upstream.baseURL}${path}`, rendered);
  const result = format.parseAnswer(received, request);
  const { body } = await family.renderAnswer(result, request, contextOf());
  return {
    answer: JSON.parse(body.toString()),
    usage: family.usageOf(result, request),
    dropped: rendered.dropped,
  };
}

async function send(url: string, rendered: RenderedMedia): Promise<MediaAnswer> {
  if (!('json' in rendered)) throw new Error('a form');
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
    body: JSON.stringify(rendered.json),
  });
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${response.status} ${body.toString()}`);
  return { headers: {}, body };
}

const { embeddings, rerank, moderations, images } = mediaFormats;

describe('embeddings', () => {
  test.each([
    ['OpenAI', () => simulatedOpenAI(), '/embeddings', embeddings.openai, 'text-embedding-3-small'],
    [
      'Mistral',
      () => simulatedOpenAICompatible({ vendor: 'mistral' }),
      '/embeddings',
      embeddings.mistral,
      'codestral-embed',
    ],
    ['Cohere', () => simulatedCohere(), '/v2/embed', embeddings.cohere, 'embed-v4.0'],
    ['Jina', () => simulatedJina(), '/embeddings', embeddings.jina, 'jina-embeddings-v3'],
    ['Voyage', () => simulatedVoyage(), '/embeddings', embeddings.voyage, 'voyage-3-large'],
  ] as const)('of %s are numbers and Base64 of the same', async (_, start, path, format, model) => {
    await using upstream = await start();
    const way = { upstream, path, family: mediaFamilies.embeddings, format };
    const wish = { model, input: ['one', 'two'], dimensions: 256 };
    const floats = await ask(way, wish);
    const base64 = await ask(way, { ...wish, encoding_format: 'base64' });
    const numbers = embeddingsIn(floats.answer);
    const encoded = embeddingsIn(base64.answer);
    expect(numbers).toHaveLength(2);
    for (const [index, vector] of numbers.entries()) {
      if (!Array.isArray(vector)) throw new Error('not numbers');
      expect(vector).toHaveLength(256);
      expect(encoded[index]).toBe(Buffer.from(Float32Array.from(vector).buffer).toString('base64'));
    }
    expect(floats.usage).toMatchObject({ inputTokens: expect.any(Number), outputTokens: 0 });
    expect(floats.dropped).toEqual([]);
  });
});

function embeddingsIn({ data }: JsonObject): readonly unknown[] {
  if (!Array.isArray(data)) throw new Error('no data');
  return data.map((item: { embedding: unknown }) => item.embedding);
}

test.each([
  ['Cohere', () => simulatedCohere(), '/v2/rerank', rerank.cohere, 'rerank-v3.5'],
  ['Jina', () => simulatedJina(), '/rerank', rerank.jina, 'jina-reranker-v2-base-multilingual'],
  ['Voyage', () => simulatedVoyage(), '/rerank', rerank.voyage, 'rerank-2.5'],
] as const)('%s ranks', async (_, start, path, format, model) => {
  await using upstream = await start();
  const { answer, usage } = await ask(
    { upstream, path, family: mediaFamilies.rerank, format },
    {
      model,
      query: 'capital of France',
      documents: ['Berlin', 'the capital of France', 'France'],
      top_n: 2,
      return_documents: true,
    },
  );
  expect(answer['results']).toEqual([
    { index: 1, relevance_score: expect.any(Number), document: { text: 'the capital of France' } },
    { index: 2, relevance_score: expect.any(Number), document: { text: 'France' } },
  ]);
  expect(usage).toBeDefined();
});

test.each([
  ['OpenAI', () => simulatedOpenAI(), moderations.openai, 'omni-moderation-latest'],
  [
    'Mistral',
    () => simulatedOpenAICompatible({ vendor: 'mistral' }),
    moderations.mistral,
    'mistral-moderation-latest',
  ],
] as const)('%s judges', async (_, start, format, model) => {
  await using upstream = await start();
  const way = { upstream, path: '/moderations', family: mediaFamilies.moderations, format };
  const { answer } = await ask(way, { model, input: ['a cat', 'a dog'] });
  expect(answer['results']).toMatchObject([
    { flagged: false, categories: { sexual: false, hate: false } },
    { flagged: false, categories: { sexual: false, hate: false } },
  ]);
});

test.each([
  ['OpenAI', () => simulatedOpenAI(), images.openai, 'gpt-image-1.5'],
  ['xAI', () => simulatedXai(), images.xai, 'grok-imagine-image'],
] as const)('%s makes pictures', async (_, start, format, model) => {
  await using upstream = await start();
  const way = { upstream, path: '/images/generations', family: mediaFamilies.images, format };
  const wish = { model, prompt: 'a cat', n: 2, size: '1024x1024', quality: 'hd', user: 'me' };
  const shown = await ask(way, { ...wish, response_format: 'b64_json' });
  expect(shown.answer['data']).toMatchObject([
    { b64_json: expect.any(String) },
    { b64_json: expect.any(String) },
  ]);
  const linked = await ask(way, { ...wish, response_format: 'url' });
  expect(linked.answer['data']).toMatchObject([
    { url: expect.stringMatching(/^http/) },
    { url: expect.stringMatching(/^http/) },
  ]);
  expect([shown.dropped, shown.usage]).toMatchObject([[], { media: { images: 2 } }]);
});

test.each([
  ['together', images.together],
  ['siliconflow', images.siliconflow],
] as const)('%s makes pictures of the size and number that are wanted', async (vendor, format) => {
  await using upstream = await simulatedOpenAICompatible({ vendor });
  const way = { upstream, path: '/images/generations', family: mediaFamilies.images, format };
  const wish = { model: 'black-forest-labs/FLUX.1-schnell', prompt: 'a cat', n: 2, size: '512x768' };
  const { answer, dropped } = await ask(way, { ...wish, response_format: 'url' });
  expect(answer['data']).toMatchObject([
    { url: expect.stringMatching(/^http/) },
    { url: expect.stringMatching(/^http/) },
  ]);
  expect(dropped).toEqual([]);
});
