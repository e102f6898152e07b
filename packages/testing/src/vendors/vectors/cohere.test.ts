import { type Cohere, CohereClientV2 } from 'cohere-ai';
import { describe, expect, test } from 'vitest';
import { failure } from '../../../test/catch-failure.ts';
import { type SimulatedUpstream, simulatedCohere } from '../../index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

function clientOf({ baseURL }: SimulatedUpstream, token = 'k'): CohereClientV2 {
  return new CohereClientV2({ token, environment: baseURL, maxRetries: 0 });
}

describe('embed', () => {
  const wish: Cohere.V2EmbedRequest = {
    model: 'embed-v4.0',
    inputType: 'search_document',
    texts: ['hello', 'world'],
  };

  test('gives every type that is asked for, of one vector', async () => {
    await using upstream = await simulatedCohere();
    const answer = await clientOf(upstream).embed({
      ...wish,
      outputDimension: 256,
      embeddingTypes: ['float', 'int8', 'uint8', 'binary', 'ubinary', 'base64'],
    });
    const { float, int8, uint8, binary, ubinary, base64 } = answer.embeddings;
    const [vector = []] = float ?? [];
    expect(vector).toHaveLength(256);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    const bytes = Buffer.from(base64?.[0] ?? '', 'base64');
    expect(vector.every((value, index) => bytes.readFloatLE(index * 4) === value)).toBe(true);
    expect(int8?.[0]).toEqual(vector.map((value) => Math.round(value * 127) + 0));
    expect(uint8?.[0]).toEqual(int8?.[0]?.map((value) => value + 128));
    expect(ubinary?.[0]).toHaveLength(32);
    expect(binary?.[0]).toEqual(ubinary?.[0]?.map((value) => value - 128));
    const firstByte = Number.parseInt(
      vector
        .slice(0, 8)
        .map((value) => (value > 0 ? 1 : 0))
        .join(''),
      2,
    );
    expect(ubinary?.[0]?.[0]).toBe(firstByte);
    expect(answer.texts).toEqual(['hello', 'world']);
    expect(answer.meta?.billedUnits?.inputTokens).toBe(2);
  });

  test('is floats of the usual length unless told otherwise', async () => {
    await using upstream = await simulatedCohere();
    const lengths = ['embed-v4.0', 'embed-english-v3.0'].map(async (model) => {
      const { embeddings } = await clientOf(upstream).embed({ ...wish, model });
      return embeddings.float?.map((vector) => vector.length);
    });
    expect(await Promise.all(lengths)).toEqual([
      [1536, 1536],
      [1024, 1024],
    ]);
  });

  test('takes images, and inputs of both kinds', async () => {
    await using upstream = await simulatedCohere();
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    const answer = await clientOf(upstream).embed({ model: 'embed-v4.0', inputType: 'image', images: [url] });
    expect(answer.embeddings.float).toHaveLength(1);
    expect(answer.meta?.billedUnits).toEqual({ images: 1 });
    const mixed = await clientOf(upstream).embed({
      model: 'embed-v4.0',
      inputType: 'search_document',
      inputs: [{ content: [{ type: 'text', text: 'a' }] }],
    });
    expect(mixed.embeddings.float).toHaveLength(1);
  });

  test.each([
    [{ texts: Array.from({ length: 97 }, () => 'x') }, /at most 96 - received 97/],
    [{ texts: [] }, /must provide one of/],
    [{ outputDimension: 300 }, /must be one of \[256, 512, 1024, 1536\]/],
    [{ model: 'embed-english-v3.0', outputDimension: 256 }, /not supported for model/],
    [{ embeddingTypes: ['double' as 'float'] }, /must be one of \[float, int8/],
  ])('refusal %#', async (extra, message) => {
    await using upstream = await simulatedCohere();
    const error = await failure(clientOf(upstream).embed({ ...wish, ...extra }));
    expect(error).toMatchObject({ statusCode: 400, body: { message: expect.stringMatching(message) } });
  });

  test('an input type is needed, and unknown fields are not taken', async () => {
    await using upstream = await simulatedCohere();
    const ask = async (body: object): Promise<[number, string]> => {
      const answer = await fetch(`${upstream.baseURL}/v2/embed`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      return [answer.status, await answer.text()];
    };
    const base = { model: 'embed-v4.0', texts: ['x'] };
    expect(await ask(base)).toEqual([400, expect.stringContaining('valid input_type must be provided')]);
    expect(await ask({ ...base, input_type: 'search_query', dimensions: 2 })).toEqual([
      422,
      expect.stringContaining("unknown field: parameter 'dimensions'"),
    ]);
  });
});

describe('rerank', () => {
  const documents = [
    'Carson City is the capital of Nevada.',
    'Bananas are yellow.',
    'Washington is the capital of the United States.',
  ];
  const wish = { model: 'rerank-v3.5', query: 'capital of the United States', documents };

  test('puts the documents with most of the words first', async () => {
    await using upstream = await simulatedCohere();
    const { results, meta } = await clientOf(upstream).rerank(wish);
    expect(results.map(({ index }) => index)).toEqual([2, 0, 1]);
    expect(results.every(({ relevanceScore }) => relevanceScore >= 0 && relevanceScore <= 1)).toBe(true);
    expect(meta?.billedUnits?.searchUnits).toBe(1);
    const top = await clientOf(upstream).rerank({ ...wish, topN: 1 });
    expect(top.results).toEqual([results[0]]);
  });

  test('does not see what is beyond the limit of a document', async () => {
    await using upstream = await simulatedCohere();
    const { results } = await clientOf(upstream).rerank({ ...wish, maxTokensPerDoc: 1 });
    expect(new Set(results.map(({ relevanceScore }) => relevanceScore))).toEqual(new Set([0.01]));
  });

  test.each([
    [{ documents: [] }, 400, /must not be empty/],
    [{ query: '' }, 400, /query/],
    [{ topN: 0 }, 400, /top_n/],
    [{ model: 'rerank-v9' }, 404, /^model 'rerank-v9' not found/],
  ])('refusal %#', async (extra, statusCode, message) => {
    await using upstream = await simulatedCohere();
    const error = await failure(clientOf(upstream).rerank({ ...wish, ...extra }));
    expect(error).toMatchObject({ statusCode, body: { message: expect.stringMatching(message) } });
  });
});

test('a wrong key and a fault are told in its words', async () => {
  await using upstream = await simulatedCohere({ apiKeys: ['right'] });
  const ask = (token: string): Promise<unknown> =>
    failure(clientOf(upstream, token).rerank({ model: 'rerank-v3.5', query: 'x', documents: ['x'] }));
  expect(await ask('wrong')).toMatchObject({ statusCode: 401, body: { message: 'invalid api token' } });
  expect(await ask('right')).toBeUndefined();
  upstream.fail({ type: 'status', status: 429 });
  expect(await ask('right')).toMatchObject({ statusCode: 429, body: { message: expect.any(String) } });
});
