import { CohereClient, CohereClientV2 } from 'cohere-ai';
import { describe, expect, test } from 'vitest';
import { startHost } from '../hosts/hosts.ts';
import { openStudio, refusalOf } from './studio.ts';
import type { VendorName } from './vendors.ts';

const rankers: readonly (readonly [vendor: VendorName, model: string, counts: number | undefined])[] = [
  ['cohere', 'rerank-v3.5', 1],
  ['voyage', 'rerank-2.5', 16],
  ['jina', 'jina-reranker-v2-base-multilingual', 16],
  ['vllm', 'BAAI/bge-reranker-v2-m3', 16],
  ['together', 'Salesforce/Llama-Rank-V1', 16],
  ['siliconflow', 'BAAI/bge-reranker-v2-m3', undefined],
];

const question = {
  model: 'made',
  query: 'brown fox',
  documents: ['a lazy dog', 'the quick brown fox', 'a brown dog'],
};
/** As the simulators rank them. */
const ranked = [
  { index: 1, relevance_score: 0.99 },
  { index: 2, relevance_score: 0.5 },
  { index: 0, relevance_score: 0.01 },
];

interface Ranking {
  readonly results: readonly { index: number; relevance_score: number; document?: { text: string } }[];
  readonly usage?: { total_tokens: number };
}

describe.each(rankers)('documents ranked by %s, %s', (vendor, model, counts) => {
  test('come with the best first, on both addresses, and are billed by what the vendor counts', async () => {
    await using studio = await openStudio({ vendors: [vendor], models: [model] });
    for (const path of ['/v1/rerank', '/v2/rerank']) {
      const answer = await studio.ask(path, question);
      const { results } = (await answer.json()) as Ranking;
      expect(answer.status).toBe(200);
      expect(results.map(({ index, relevance_score }) => ({ index, relevance_score }))).toEqual(ranked);
    }
    const told = studio.ends.map(({ usage }) => usage?.media?.searches ?? usage?.inputTokens);
    expect(told).toEqual([counts, counts]);
  });

  test('are as many as are asked for, and come with their texts', async () => {
    await using studio = await openStudio({ vendors: [vendor], models: [model] });
    const answer = await studio.ask('/v1/rerank', { ...question, top_n: 2, return_documents: true });
    const { results } = (await answer.json()) as Ranking;
    expect(results.map(({ index, document }) => [index, document?.text])).toEqual([
      [1, 'the quick brown fox'],
      [2, 'a brown dog'],
    ]);
  });
});

test.each([
  [{ query: '' }, 'query'],
  [{ query: 7 }, 'query'],
  [{ documents: [] }, 'documents'],
  [{ documents: 'text' }, 'documents'],
  [{ documents: ['a', 7] }, 'documents[1]'],
  [{ top_n: 0 }, 'top_n'],
  [{ top_n: 1.5 }, 'top_n'],
  [{ model: undefined }, 'model'],
])('%j is a 400 that names what is wrong', async (change, param) => {
  await using studio = await openStudio({ vendors: ['cohere'], models: ['rerank-v3.5'] });
  const refusal = await refusalOf(await studio.ask('/v1/rerank', { ...question, ...change }));
  expect(refusal).toMatchObject({ status: 400, param });
  expect(studio.upstream.requests).toHaveLength(0);
});

test.each(rankers)("Cohere's own client reads what %s has ranked", async (vendor, model) => {
  await using studio = await openStudio({ vendors: [vendor], models: [model] });
  const host = await startHost('Express 5', studio.gateway, '/ai');
  try {
    const environment = `${host.origin}/ai`;
    const { query, documents } = question;
    const client = new CohereClientV2({ token: 'not used', environment });
    const answer = await client.rerank({ model: 'made', query, documents, topN: 2 });
    expect(answer.results).toMatchObject(
      ranked.slice(0, 2).map(({ index, relevance_score: relevanceScore }) => ({ index, relevanceScore })),
    );
    const older = new CohereClient({ token: 'not used', environment });
    const texts = await older.rerank({ model: 'made', query, documents, returnDocuments: true });
    expect(texts.results.map(({ index, document }) => [index, document?.text])).toEqual(
      ranked.map(({ index }) => [index, documents[index]]),
    );
  } finally {
    await host.close();
  }
});

test('the next vendor ranks where the first does not', async () => {
  await using studio = await openStudio({
    vendors: ['cohere', 'voyage'],
    models: ['rerank-v3.5', 'rerank-2.5'],
  });
  studio.upstream.fail({ type: 'status', status: 500 });
  const answer = await studio.ask('/v1/rerank', question);
  const { results } = (await answer.json()) as Ranking;
  expect([answer.status, answer.headers.get('x-vector-attempts'), results[0]?.index]).toEqual([200, '2', 1]);
});
