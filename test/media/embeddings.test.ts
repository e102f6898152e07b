import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { makeVector, toBase64 } from '../../packages/testing/src/vendors/media/make-vector.ts';
import { type HostName, startHost } from '../hosts/hosts.ts';
import { onceWhere } from './once-where.ts';
import { openStudio, refusalOf, type Studio } from './studio.ts';
import type { VendorName } from './vendors.ts';

interface Embedder {
  readonly vendor: VendorName;
  readonly model: string;
  /** Of its vectors, unless told otherwise. */
  readonly usual: number;
  /** Another number that can be asked for; undefined where there is none. */
  readonly other?: number;
  /** It takes tokens in place of text. */
  readonly takesTokens?: true;
  /** What the simulator makes its vectors of. */
  readonly seedOf?: (text: string) => string;
  /** It takes one text at a time. */
  readonly isSingle?: true;
}

const parts = (text: string): string => JSON.stringify([{ text }]);

const embedders: readonly Embedder[] = [
  { vendor: 'openai', model: 'text-embedding-3-small', usual: 1536, other: 256, takesTokens: true },
  { vendor: 'openai-compatible', model: 'text-embedding-3-large', usual: 3072, other: 7, takesTokens: true },
  { vendor: 'azure', model: 'text-embedding-3-small', usual: 1536, other: 256, takesTokens: true },
  { vendor: 'azure-deployments', model: 'text-embedding-3-small', usual: 1536, other: 8, takesTokens: true },
  { vendor: 'gemini', model: 'gemini-embedding-001', usual: 3072, other: 768, seedOf: parts },
  { vendor: 'vertex', model: 'text-embedding-005', usual: 768, other: 256 },
  { vendor: 'vertex', model: 'gemini-embedding-001', usual: 3072, other: 768, isSingle: true },
  { vendor: 'vertex', model: 'gemini-embedding-2', usual: 3072, other: 768, isSingle: true, seedOf: parts },
  { vendor: 'mistral', model: 'mistral-embed', usual: 1024 },
  { vendor: 'mistral', model: 'codestral-embed', usual: 1536, other: 256 },
  { vendor: 'cohere', model: 'embed-v4.0', usual: 1536, other: 256 },
  { vendor: 'voyage', model: 'voyage-3.5', usual: 1024, other: 256 },
  { vendor: 'jina', model: 'jina-embeddings-v3', usual: 1024, other: 256 },
  { vendor: 'vllm', model: 'BAAI/bge-m3', usual: 1536, takesTokens: true },
  { vendor: 'together', model: 'intfloat/multilingual-e5-large-instruct', usual: 1536, takesTokens: true },
  { vendor: 'siliconflow', model: 'BAAI/bge-m3', usual: 1536, takesTokens: true },
];

const first = 'the quick brown fox';
const second = 'über den faulen Hund';

function studioOf({ vendor, model }: Embedder): Promise<Studio> {
  return openStudio({ vendors: [vendor], models: [model] });
}

/** What it is to be in the end, whatever way it took. */
function expected({ seedOf = (text) => text }: Embedder, text: string, dimensions: number): string {
  return toBase64(makeVector(seedOf(text), dimensions));
}

/** JSON has the digits of doubles; what is meant is floats. */
function packed(vector: readonly number[]): string {
  return toBase64(Float32Array.from(vector));
}

/** One text, and two. */
const tokens: readonly { readonly input: number[] | number[][]; readonly seeds: readonly string[] }[] = [
  { input: [9906, 1917], seeds: ['9906 1917'] },
  { input: [[9906, 1917], [15339]], seeds: ['9906 1917', '15339'] },
];

describe.each(embedders)('vectors of $vendor, $model', (embedder) => {
  const texts = embedder.isSingle === true ? [first] : [first, second];

  test('are those that it makes, as numbers, in Base64, and as the SDK asks by itself', async () => {
    await using studio = await studioOf(embedder);
    const { client, ends } = studio;
    const wanted = texts.map((text) => expected(embedder, text, embedder.usual));
    for (const encoding_format of ['float', 'base64', undefined] as const) {
      const answer = await client.embeddings.create({
        model: 'made',
        input: texts,
        ...(encoding_format === undefined ? {} : { encoding_format }),
      });
      const isPacked = encoding_format === 'base64';
      const vectors = answer.data.map(({ embedding }) => (isPacked ? String(embedding) : packed(embedding)));
      expect(vectors).toEqual(wanted);
      expect(answer.data.map(({ index }) => index)).toEqual(texts.map((_, index) => index));
      expect(answer.object).toBe('list');
    }
    // What the Gemini API counts, it does not tell here: it is estimated.
    expect(ends.every(({ usage }) => usage !== undefined && usage.inputTokens > 0)).toBe(true);
    const told = ends.map(({ usage }) => usage !== undefined && usage.isEstimated !== true);
    expect(told).toEqual(told.map(() => embedder.vendor !== 'gemini'));
  });

  test.each(onceWhere(embedder.other !== undefined))('have as many dimensions as are asked for', async () => {
    await using studio = await studioOf(embedder);
    const { other = 0 } = embedder;
    const asked = { model: 'made', input: first, dimensions: other };
    const answer = await studio.client.embeddings.create(asked);
    const vectors = answer.data.map(({ embedding }) => packed(embedding));
    expect(vectors).toEqual([expected(embedder, first, other)]);
  });

  test.each(onceWhere(embedder.takesTokens))('can be of tokens in place of text', async () => {
    await using studio = await studioOf(embedder);
    for (const { input, seeds } of tokens) {
      const { data } = await studio.client.embeddings.create({ model: 'made', input });
      const wanted = seeds.map((seed) => toBase64(makeVector(seed, embedder.usual)));
      expect(data.map(({ embedding }) => packed(embedding))).toEqual(wanted);
    }
  });

  test.each(onceWhere(!embedder.takesTokens))('cannot be of tokens: a 400 that says so', async () => {
    await using studio = await studioOf(embedder);
    for (const { input } of tokens) {
      const refusal = await refusalOf(await studio.ask('/v1/embeddings', { model: 'made', input }));
      expect(refusal).toMatchObject({ status: 400, param: 'input' });
      expect(refusal.message).toMatch(/token/i);
    }
    expect(studio.upstream.requests).toHaveLength(0);
  });
});

describe.each<HostName | 'gateway.fetch'>(['Express 5', 'Koa 3', 'gateway.fetch'])('through %s', (door) => {
  test('a hundred texts, in their order', async () => {
    await using studio = await openStudio({ vendors: ['mistral'], models: ['mistral-embed'] });
    const host = door === 'gateway.fetch' ? undefined : await startHost(door, studio.gateway);
    try {
      const client = new OpenAI({
        apiKey: 'not used',
        maxRetries: 0,
        baseURL: host?.baseURL ?? 'http://gateway/v1',
        ...(host === undefined ? { fetch: studio.gateway.fetch } : {}),
      });
      const input = Array.from({ length: 100 }, (_, index) => `text ${index}`);
      const { data } = await client.embeddings.create({ model: 'made', input });
      expect(data.map(({ embedding }) => embedding[0])).toEqual(
        input.map((text) => makeVector(text, 1024)[0]),
      );
    } finally {
      await host?.close();
    }
  });
});

describe('more texts than a vendor takes at once', () => {
  test.each([
    ['gemini', 'gemini-embedding-001', 101, 2],
    ['cohere', 'embed-v4.0', 97, 2],
    ['vertex', 'text-embedding-005', 251, 2],
    ['vertex', 'gemini-embedding-001', 20, 20],
    ['voyage', 'voyage-3.5', 1001, 2],
  ] as const)(
    '%s, %s: are asked for in several calls, and answered in one',
    async (vendor, model, count, calls) => {
      await using studio = await openStudio({ vendors: [vendor], models: [model] });
      const input = Array.from({ length: count }, (_, index) => `text ${index}`);
      const { embeddings } = studio.client;
      const all = await embeddings.create({ model: 'made', input });
      const last = await embeddings.create({ model: 'made', input: input.at(-1) ?? '' });
      expect(all.data.map(({ index }) => index)).toEqual(input.map((_, index) => index));
      expect(all.data.at(-1)?.embedding).toEqual(last.data[0]?.embedding);
      expect(new Set(all.data.map(({ embedding }) => embedding[0])).size).toBe(count);
      expect(studio.upstream.requests).toHaveLength(calls + 1);
    },
  );

  test('where one of the calls fails, nothing is answered', async () => {
    await using studio = await openStudio({ vendors: ['vertex'], models: ['gemini-embedding-001'] });
    studio.upstream.fail((_request, index) => (index === 3 ? { type: 'status', status: 400 } : undefined));
    const input = Array.from({ length: 20 }, (_, index) => `text ${index}`);
    const answer = await studio.ask('/v1/embeddings', { model: 'made', input });
    expect(answer.status).toBe(400);
    expect(studio.upstream.requests.length).toBeLessThan(20);
  });
});

describe('a wish for vectors that cannot be', () => {
  test.each([
    [{ model: 'made' }, 'input'],
    [{ model: 'made', input: [] }, 'input'],
    [{ model: 'made', input: [1, 'a'] }, 'input[1]'],
    [{ model: 'made', input: { text: 'a' } }, 'input'],
    [{ model: 'made', input: 'a', encoding_format: 'hex' }, 'encoding_format'],
    [{ model: 'made', input: 'a', dimensions: -1 }, 'dimensions'],
    [{ model: 'made', input: 'a', dimensions: '256' }, 'dimensions'],
  ])('%j names what is wrong', async (body, param) => {
    await using read = await openStudio({ vendors: ['cohere'], models: ['embed-v4.0'] });
    expect(await refusalOf(await read.ask('/v1/embeddings', body))).toMatchObject({ status: 400, param });
    expect(read.upstream.requests).toHaveLength(0);
    // What is not read, the vendor says itself.
    await using passed = await openStudio({ vendors: ['openai'], models: ['text-embedding-3-small'] });
    expect((await refusalOf(await passed.ask('/v1/embeddings', body))).status).toBe(400);
  });

  test('what a vendor has no word for is told, and refused where the gateway is strict', async () => {
    const body = { model: 'made', input: 'a', user: 'u-1' };
    const options = { vendors: ['cohere'], models: ['embed-v4.0'] } as const;
    await using lenient = await openStudio(options);
    const answer = await lenient.ask('/v1/embeddings', body);
    expect([answer.status, answer.headers.get('x-vector-dropped')]).toEqual([200, 'user']);
    await answer.text();
    await using strict = await openStudio({ ...options, strict: true });
    expect(await refusalOf(await strict.ask('/v1/embeddings', body))).toMatchObject({
      status: 400,
      param: 'user',
    });
    expect(strict.upstream.requests).toHaveLength(0);
  });

  test('the next vendor serves what the first cannot, in its own words', async () => {
    await using studio = await openStudio({
      vendors: ['voyage', 'openai'],
      models: ['voyage-3.5', 'text-embedding-3-small'],
    });
    studio.upstream.fail({ type: 'status', status: 503 });
    const { data } = await studio.client.embeddings.create({ model: 'made', input: first });
    expect(packed(data[0]?.embedding ?? [])).toBe(toBase64(makeVector(first, 1536)));
    expect(studio.ends[0]).toMatchObject({ attempts: 2, target: { upstream: 'vendor1' } });
  });
});
