import { CohereClientV2 } from 'cohere-ai';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf, atOnce, contextOf, jsonIn } from '../../../test/media-world.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { RerankRequest, RerankResult } from '../../protocol/rerank.ts';
import { mediaFormats } from '../formats.ts';
import { rerankFamily } from './family.ts';

const formats = mediaFormats.rerank;
type Name = keyof typeof formats;
const names: Name[] = ['cohere', 'jina', 'tei', 'voyage'];
const three = ['one', { text: 'two' }, 'three'];
const parse = (json: JsonObject): RerankRequest =>
  rerankFamily.parseRequest({ json: { model: 'alias', query: 'which?', documents: three, ...json } });
const wish = { top_n: 2, return_documents: true, max_tokens_per_doc: 100, truncation: false };

test.each<[Name, JsonObject, readonly string[]]>([
  [
    'cohere',
    { model: 'm', query: 'which?', documents: ['one', 'two', 'three'], top_n: 2, max_tokens_per_doc: 100 },
    ['truncation'],
  ],
  [
    'jina',
    {
      model: 'm',
      query: 'which?',
      documents: ['one', 'two', 'three'],
      top_n: 2,
      truncation: false,
      return_documents: false,
    },
    ['max_tokens_per_doc'],
  ],
  [
    'voyage',
    { model: 'm', query: 'which?', documents: ['one', 'two', 'three'], top_k: 2, truncation: false },
    ['max_tokens_per_doc'],
  ],
  ['tei', { query: 'which?', texts: ['one', 'two', 'three'] }, ['max_tokens_per_doc', 'truncation']],
])('%s is asked in its own words', (name, json, dropped) => {
  expect(formats[name].renderRequest(parse(wish), 'm')).toEqual({ json, dropped });
});

test('nothing that a caller asks for is lost without a word', () => {
  const extra = fc.dictionary(
    fc.constantFrom('max_tokens_per_doc', 'priority', 'truncation', 'truncate', 'raw_scores', 'wish'),
    fc.integer({ min: 1, max: 9 }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), extra, (name, body) => {
      const rendered = atOnce(formats[name].renderRequest(parse(body), 'm'));
      const sent = jsonIn(rendered);
      expect([...rendered.dropped, ...Object.keys(sent).filter((key) => key in body)].toSorted()).toEqual(
        Object.keys(body).toSorted(),
      );
    }),
  );
});

describe('answers', () => {
  const ranked = [
    { index: 2, score: 0.9 },
    { index: 0, score: 0.5 },
    { index: 1, score: 0.1 },
  ];
  const results = [
    { index: 0, relevance_score: 0.5, document: { text: 'one' } },
    { index: 2, relevance_score: 0.9 },
    { index: 1, relevance_score: 0.1 },
  ];
  const counted = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 };

  test.each<[Name, unknown, RerankResult]>([
    [
      'cohere',
      { id: 'r1', results, meta: { billed_units: { search_units: 1 } } },
      { id: 'r1', ranked, usage: { ...counted, media: { searches: 1 } } },
    ],
    [
      'jina',
      { model: 'real', results, usage: { total_tokens: 12 } },
      { model: 'real', ranked, usage: { ...counted, inputTokens: 12 } },
    ],
    [
      'voyage',
      { object: 'list', data: results, model: 'real', usage: { total_tokens: 12 } },
      { model: 'real', ranked, usage: { ...counted, inputTokens: 12 } },
    ],
    ['tei', results.map(({ index, relevance_score: score }) => ({ index, score })), { ranked }],
  ])('of %s are read, the best first', (name, body, result) => {
    expect(formats[name].parseAnswer(answerOf(body), parse({}))).toEqual(result);
  });

  test.each<[Name, unknown]>([
    ['cohere', {}],
    ['jina', { results: [{ index: 3, relevance_score: 1 }] }],
    ['voyage', { data: [{ index: 0 }] }],
    ['tei', { results }],
  ])('of %s that are none, %j, break the protocol', (name, body) => {
    expect(() => formats[name].parseAnswer(answerOf(body), parse({}))).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });

  const usage = { ...counted, inputTokens: 12, media: { searches: 1 } };
  const render = async (json: JsonObject): Promise<string> => {
    const { body } = await rerankFamily.renderAnswer({ id: 'r1', ranked, usage }, parse(json), contextOf());
    return body.toString();
  };

  test('have the texts and the number that are wanted, whoever ranks', async () => {
    expect(JSON.parse(await render({ top_n: 2, return_documents: true }))).toEqual({
      id: 'r1',
      object: 'list',
      model: 'alias',
      results: [
        { index: 2, relevance_score: 0.9, document: { text: 'three' } },
        { index: 0, relevance_score: 0.5, document: { text: 'one' } },
      ],
      usage: { total_tokens: 12 },
      meta: { api_version: { version: '2' }, billed_units: { search_units: 1, input_tokens: 12 } },
    });
    expect(JSON.parse(await render({}))).toMatchObject({
      results: [{ index: 2 }, { index: 0 }, { index: 1 }],
    });
  });

  test("are read by Cohere's client", async () => {
    const body = await render({});
    const asked: string[] = [];
    const client = new CohereClientV2({
      token: 'x',
      environment: 'https://gateway.example',
      fetch: async (input: unknown) => {
        asked.push(String(input));
        return new Response(body, { headers: { 'content-type': 'application/json' } });
      },
    });
    const read = await client.rerank({ model: 'alias', query: 'which?', documents: ['one', 'two', 'three'] });
    expect(asked).toEqual(['https://gateway.example/v2/rerank']);
    expect(read).toMatchObject({
      id: 'r1',
      results: [
        { index: 2, relevanceScore: 0.9 },
        { index: 0, relevanceScore: 0.5 },
        { index: 1, relevanceScore: 0.1 },
      ],
      meta: { billedUnits: { searchUnits: 1 } },
    });
  });
});

test.each<[JsonObject, string, string]>([
  [{ query: null }, 'VE_PARAMETER_MISSING', 'query'],
  [{ query: '' }, 'VE_PARAMETER_INVALID', 'query'],
  [{ documents: null }, 'VE_PARAMETER_MISSING', 'documents'],
  [{ documents: [] }, 'VE_PARAMETER_INVALID', 'documents'],
  [{ documents: ['one', { title: 'two' }] }, 'VE_PARAMETER_INVALID', 'documents[1]'],
  [{ top_n: 0 }, 'VE_PARAMETER_INVALID', 'top_n'],
  [{ return_documents: 'yes' }, 'VE_PARAMETER_INVALID', 'return_documents'],
])('%j is refused by name', (body, code, parameter) => {
  expect(() => parse(body)).toThrow(
    expect.objectContaining({ code, details: expect.objectContaining({ parameter }) }),
  );
});

test('Voyage takes 1,000 documents', () => {
  const documents = Array.from({ length: 1001 }, () => 'x');
  expect(() => formats.voyage.renderRequest(parse({ documents }), 'm')).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ parameter: 'documents' }) }),
  );
});
