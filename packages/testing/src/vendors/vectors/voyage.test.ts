import { expect, test } from 'vitest';
import { VoyageAIClient } from 'voyageai';
import { failure } from '../../../test/catch-failure.ts';
import { type SimulatedUpstream, simulatedVoyage } from '../../index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

function clientOf({ baseURL }: SimulatedUpstream, apiKey = 'k'): VoyageAIClient {
  return new VoyageAIClient({ apiKey, environment: baseURL });
}

const once = { maxRetries: 0 };

test('embeds texts in the dimensions and numbers that are asked for', async () => {
  await using upstream = await simulatedVoyage();
  const client = clientOf(upstream);
  const wish: Parameters<VoyageAIClient['embed']>[0] = {
    model: 'voyage-3.5',
    input: ['hello', 'world'],
    inputType: 'query',
  };
  const usual = await client.embed(wish);
  expect(usual.data?.map(({ index, embedding }) => [index, embedding?.length])).toEqual([
    [0, 1024],
    [1, 1024],
  ]);
  expect(Math.hypot(...(usual.data?.[0]?.embedding ?? []))).toBeCloseTo(1, 5);
  expect(usual.usage?.totalTokens).toBe(2);
  const small = await client.embed({ ...wish, outputDimension: 256, outputDtype: 'ubinary' });
  expect(small.data?.[0]?.embedding).toHaveLength(32);
});

test('base64 holds the same numbers, of whatever type', async () => {
  await using upstream = await simulatedVoyage();
  const ask = async (extra: object): Promise<{ data: { embedding: unknown }[] }> => {
    const body = JSON.stringify({ model: 'voyage-3.5', input: 'hello', output_dimension: 256, ...extra });
    const answer = await fetch(`${upstream.baseURL}/embeddings`, { method: 'POST', body });
    return JSON.parse(await answer.text());
  };
  for (const output_dtype of ['float', 'int8']) {
    const plain = await ask({ output_dtype });
    const packed = await ask({ output_dtype, encoding_format: 'base64' });
    const bytes = Buffer.from(String(packed.data[0]?.embedding), 'base64');
    const numbers =
      output_dtype === 'int8'
        ? [...new Int8Array(bytes)]
        : Array.from({ length: 256 }, (_, index) => bytes.readFloatLE(index * 4));
    expect(numbers).toEqual(plain.data[0]?.embedding);
  }
});

test('ranks documents, and returns them where they are wanted', async () => {
  await using upstream = await simulatedVoyage();
  const client = clientOf(upstream);
  const wish = { model: 'rerank-2.5', query: 'red apples', documents: ['blue sky', 'red apples', 'red car'] };
  const all = await client.rerank(wish);
  expect(all.data?.map(({ index, document }) => [index, document])).toEqual([
    [1, undefined],
    [2, undefined],
    [0, undefined],
  ]);
  const top = await client.rerank({ ...wish, topK: 1, returnDocuments: true });
  expect(top.data).toEqual([{ index: 1, document: 'red apples', relevanceScore: 0.99 }]);
});

test.each([
  [{ input: [] }, 400, /empty/],
  [{ input: Array.from({ length: 1001 }, () => 'x') }, 400, /batch size limit is 1000/],
  [{ outputDimension: 300 }, 400, /accepted values for model voyage-3\.5 are 256, 512, 1024, 2048/],
  [
    { model: 'voyage-law-2', outputDtype: 'int8' as const },
    400,
    /accepted values for model voyage-law-2 are 'float'/,
  ],
  [{ model: 'voyage-9' }, 400, /Model voyage-9 is not supported\. Supported models are \['voyage-4-large'/],
])('refusal %#', async (extra, statusCode, message) => {
  await using upstream = await simulatedVoyage();
  const error = await failure(clientOf(upstream).embed({ model: 'voyage-3.5', input: 'x', ...extra }, once));
  expect(error).toMatchObject({ statusCode, body: { detail: expect.stringMatching(message) } });
});

test('a wrong key and a fault are told in its words', async () => {
  await using upstream = await simulatedVoyage({ apiKeys: ['right'] });
  const ask = (key: string): Promise<unknown> =>
    failure(clientOf(upstream, key).embed({ model: 'voyage-3.5', input: 'x' }, once));
  expect(await ask('wrong')).toMatchObject({
    statusCode: 401,
    body: { detail: 'Provided API key is invalid.' },
  });
  expect(await ask('right')).toBeUndefined();
  upstream.fail({ type: 'status', status: 429 });
  expect(await ask('right')).toMatchObject({ statusCode: 429 });
});
