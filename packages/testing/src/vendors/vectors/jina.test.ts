import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { type SimulatedUpstream, simulatedJina } from '../../index.ts';

interface Ranking {
  readonly results: readonly { readonly index: number; readonly relevance_score: number }[];
  readonly usage: { readonly total_tokens: number };
}

/** Jina has no SDK of its own: its embeddings are read by OpenAI's, its ranking as its documentation shows it. */
async function rank({ baseURL }: SimulatedUpstream, body: object): Promise<Ranking> {
  const answer = await fetch(`${baseURL}/rerank`, { method: 'POST', body: JSON.stringify(body) });
  return JSON.parse(await answer.text());
}

test("embeds texts as OpenAI's SDK reads them", async () => {
  await using upstream = await simulatedJina();
  const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'k' });
  const wish = { model: 'jina-embeddings-v3', input: ['hello', 'world'], dimensions: 64 };
  const packed = await client.embeddings.create(wish);
  const plain = await client.embeddings.create({ ...wish, encoding_format: 'float' });
  expect(packed.data.map(({ embedding }) => embedding.length)).toEqual([64, 64]);
  expect(packed.data[0]?.embedding).toEqual(plain.data[0]?.embedding);
  expect(packed.usage).toEqual({ total_tokens: 2, prompt_tokens: 2 });
});

test('several types at once come side by side', async () => {
  await using upstream = await simulatedJina();
  const body = {
    model: 'jina-embeddings-v4',
    input: [{ text: 'a' }],
    dimensions: 16,
    embedding_type: ['float', 'ubinary'],
  };
  const answer = await fetch(`${upstream.baseURL}/embeddings`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  const { data }: { data: { embedding: { float: number[]; ubinary: number[] } }[] } = JSON.parse(
    await answer.text(),
  );
  expect(data[0]?.embedding.float).toHaveLength(16);
  expect(data[0]?.embedding.ubinary).toHaveLength(2);
});

test('ranks documents and returns them unless they are not wanted', async () => {
  await using upstream = await simulatedJina();
  const documents = ['blue sky', { text: 'red apples' }];
  const wish = { model: 'jina-reranker-v3', query: 'red apples', documents };
  const { results, usage } = await rank(upstream, wish);
  expect(results).toEqual([
    { index: 1, relevance_score: 0.99, document: { text: 'red apples' } },
    { index: 0, relevance_score: 0.01, document: { text: 'blue sky' } },
  ]);
  expect(usage.total_tokens).toBe(8);
  const short = await rank(upstream, { ...wish, top_n: 1, return_documents: false });
  expect(short.results).toEqual([{ index: 1, relevance_score: 0.99 }]);
});

test.each([
  [{ query: undefined }, 422, { detail: [{ type: 'missing', loc: ['body', 'query'] }] }],
  [{ top_k: 1 }, 422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'top_k'] }] }],
  [{ top_n: 0 }, 422, { detail: [{ loc: ['body', 'top_n'] }] }],
  [{ model: 'm' }, 422, { detail: expect.stringContaining('jina-reranker-v3') }],
  [{ documents: [] }, 422, { detail: 'Documents must not be empty' }],
])('refuses %j', async (extra, status, body) => {
  await using upstream = await simulatedJina();
  const wish = { model: 'jina-reranker-v3', query: 'x', documents: ['x'], ...extra };
  const answer = await fetch(`${upstream.baseURL}/rerank`, { method: 'POST', body: JSON.stringify(wish) });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject(body);
});

test('a missing key is another thing than a wrong one', async () => {
  await using upstream = await simulatedJina({ apiKeys: ['right'] });
  const ask = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${upstream.baseURL}/embeddings`, { method: 'POST', headers, body: '{}' })).status;
  expect(await ask({})).toBe(403);
  expect(await ask({ authorization: 'Bearer wrong' })).toBe(401);
  expect(await ask({ authorization: 'Bearer right' })).toBe(422);
});
