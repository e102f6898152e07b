import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf, atOnce, jsonIn } from '../../../../test/media-world.ts';
import type { EmbeddingsRequest } from '../../../protocol/embeddings.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { RenderedMedia } from '../../../protocol/media.ts';
import { mediaFormats } from '../../formats.ts';
import { embedsContent } from '../embeds-content.ts';
import { embeddingsFamily } from '../family.ts';
import { taskParameters } from '../map-task.ts';

const formats = mediaFormats.embeddings;
type Name = keyof typeof formats;
const parse = (json: JsonObject): EmbeddingsRequest =>
  embeddingsFamily.parseRequest({ json: { model: 'alias', input: 'hello', ...json } });
const render = (name: Name, json: JsonObject, model = 'm'): RenderedMedia =>
  atOnce(formats[name].renderRequest(parse(json), model));

const names: Name[] = ['cohere', 'gemini', 'jina', 'mistral', 'openai', 'vertex', 'voyage'];
const full = {
  input: ['a', 'b'],
  dimensions: 256,
  encoding_format: 'base64',
  input_type: 'query',
  user: 'me',
};

test('each vendor is asked in its own words', () => {
  const asked = Object.fromEntries(names.map((name) => [name, render(name, full)]));
  expect(asked).toEqual({
    openai: {
      json: {
        model: 'm',
        input: ['a', 'b'],
        dimensions: 256,
        encoding_format: 'base64',
        input_type: 'query',
        user: 'me',
      },
      dropped: [],
    },
    gemini: {
      json: {
        requests: ['a', 'b'].map((text) => ({
          model: 'models/m',
          content: { parts: [{ text }] },
          taskType: 'RETRIEVAL_QUERY',
          outputDimensionality: 256,
        })),
      },
      dropped: ['user'],
    },
    vertex: {
      json: {
        instances: ['a', 'b'].map((content) => ({ content, task_type: 'RETRIEVAL_QUERY' })),
        parameters: { outputDimensionality: 256 },
      },
      dropped: ['user'],
    },
    cohere: {
      json: {
        model: 'm',
        texts: ['a', 'b'],
        input_type: 'search_query',
        embedding_types: ['base64'],
        output_dimension: 256,
      },
      dropped: ['user'],
    },
    voyage: {
      json: {
        model: 'm',
        input: ['a', 'b'],
        input_type: 'query',
        output_dimension: 256,
        encoding_format: 'base64',
      },
      dropped: ['user'],
    },
    mistral: {
      json: { model: 'm', input: ['a', 'b'], output_dimension: 256 },
      dropped: ['user', 'input_type'],
    },
    jina: {
      json: {
        model: 'm',
        input: ['a', 'b'],
        task: 'retrieval.query',
        dimensions: 256,
        embedding_type: 'base64',
      },
      dropped: ['user'],
    },
  });
});

test('nothing that a caller asks for is lost without a word', () => {
  const extra = fc.dictionary(
    fc.constantFrom(
      'title',
      'truncate',
      'truncation',
      'auto_truncate',
      'output_dtype',
      'late_chunking',
      'wish',
    ),
    fc.constantFrom('some', 'other'),
  );
  const task = fc.tuple(
    fc.constantFrom(...taskParameters),
    fc.constantFrom(
      'query',
      'RETRIEVAL_DOCUMENT',
      'separation',
      'text-matching',
      'CODE_RETRIEVAL_QUERY',
      'odd',
    ),
  );
  const asked = fc.record(
    { dimensions: fc.integer({ min: 300, max: 400 }), user: fc.constant('user-1'), task },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), asked, extra, (name, { task: told, ...named }, more) => {
      const body: JsonObject = { ...more, ...named, ...(told === undefined ? {} : { [told[0]]: told[1] }) };
      const request = parse(body);
      const bare = parse({ input: 'hello' });
      const { dropped, ...sent } = atOnce(formats[name].renderRequest(request, 'm'));
      // Whatever is taken away and is not named as dropped makes another request.
      for (const parameter of Object.keys(body)) {
        const { [parameter]: _, ...rest } = body;
        const { dropped: __, ...without } = render(name, rest);
        const isDefault =
          name === 'cohere' && request.task?.meaning === 'document' && parameter === told?.[0];
        const isSame = isDeepStrictEqual(without, sent);
        expect([parameter, isSame]).toEqual([parameter, dropped.includes(parameter) || isDefault]);
      }
      expect(atOnce(formats[name].renderRequest(bare, 'm')).dropped).toEqual([]);
      expect(dropped.filter((parameter) => !(parameter in body))).toEqual([]);
    }),
  );
});

describe('tokens', () => {
  test("go to who speaks OpenAI's format only", () => {
    expect(jsonIn(render('openai', { input: [[1, 2], [3]] }))['input']).toEqual([[1, 2], [3]]);
    expect(jsonIn(render('openai', { input: [1, 2] }))['input']).toEqual([1, 2]);
  });

  test.each(names.filter((name) => name !== 'openai'))('are refused by %s, but not by everybody', (name) => {
    expect(() => render(name, { input: [1, 2] })).toThrow(
      expect.objectContaining({
        code: 'VE_PARAMETER_INVALID',
        details: { parameter: 'input', reason: expect.stringContaining('token') },
        failure: { retry: 'elsewhere', health: 'neutral', sent: false },
      }),
    );
  });
});

test.each<[Name, model: string, limit: number]>([
  ['gemini', 'gemini-embedding-001', 100],
  ['vertex', 'text-embedding-005', 250],
  ['vertex', 'gemini-embedding-001', 1],
  ['vertex', 'gemini-embedding-2', 1],
  ['cohere', 'embed-v4.0', 96],
  ['voyage', 'voyage-3', 1000],
])('%s takes so many inputs at once for %s: %i', (name, model, limit) => {
  expect(formats[name].most?.(model)).toBe(limit);
});

test("Vertex's newer models are asked for one text, at another address", () => {
  expect(embedsContent('gemini-embedding-2')).toBe(true);
  expect(embedsContent('gemini-embedding-001')).toBe(false);
  expect(jsonIn(render('vertex', { title: 'T', dimensions: 8 }, 'gemini-embedding-2'))).toEqual({
    content: { parts: [{ text: 'hello' }] },
    embedContentConfig: { title: 'T', outputDimensionality: 8 },
  });
});

test('Cohere, which must know, is told that texts are to be found, and words that only it has', () => {
  expect(jsonIn(render('cohere', {}))).toMatchObject({ input_type: 'search_document' });
  expect(jsonIn(render('cohere', { input_type: 'image' }))).toMatchObject({ input_type: 'image' });
  expect(render('voyage', { task: 'image' }).dropped).toEqual(['task']);
});

const list = {
  object: 'list',
  model: 'real-model',
  data: [
    { index: 1, embedding: [3, 4] },
    { index: 0, embedding: 'AACAPwAAAEA=' },
  ],
};

describe('answers', () => {
  const request = parse({ input: ['a', 'b'] });
  const counted = { inputTokens: 9, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 };
  const listed = ['openai', 'voyage', 'mistral', 'jina'] as const;

  test.each(listed)('of %s are in the order of their indexes', (name) => {
    const answer = answerOf({ ...list, usage: { total_tokens: 9 } });
    expect(formats[name].parseAnswer(answer, request)).toEqual({
      model: 'real-model',
      vectors: ['AACAPwAAAEA=', [3, 4]],
      usage: counted,
    });
  });

  test.each<[Name, unknown, unknown]>([
    ['gemini', { embeddings: [{ values: [1] }, { values: [2] }] }, undefined],
    [
      'gemini',
      { embeddings: [{ values: [1] }, { values: [2] }], usageMetadata: { promptTokenCount: 9 } },
      counted,
    ],
    [
      'vertex',
      {
        predictions: [
          { embeddings: { values: [1], statistics: { token_count: 4, truncated: false } } },
          { embeddings: { values: [2], statistics: { token_count: 5 } } },
        ],
      },
      counted,
    ],
    [
      'vertex',
      {
        predictions: [
          { embeddings: { values: [1], statistics: { token_count: 4 } } },
          { embeddings: { values: [2] } },
        ],
      },
      undefined,
    ],
    ['cohere', { embeddings: { float: [[1], [2]] }, meta: { billed_units: { input_tokens: 9 } } }, counted],
  ])('of %s: %j', (name, body, usage) => {
    const result = formats[name].parseAnswer(answerOf(body), request);
    expect(result).toEqual({ vectors: [[1], [2]], ...(usage === undefined ? {} : { usage }) });
  });

  test("of Vertex's newer models, and Cohere's Base64", () => {
    const one = { embedding: { values: [1] }, usageMetadata: { promptTokenCount: 9 } };
    const result = { vectors: [[1]], usage: counted };
    expect(formats.vertex.parseAnswer(answerOf(one), parse({}))).toEqual(result);
    const base64 = { embeddings: { base64: ['AACAPw=='] } };
    expect(formats.cohere.parseAnswer(answerOf(base64), parse({}))).toEqual({ vectors: ['AACAPw=='] });
  });

  test.each<[string, Name, unknown]>([
    ['too few', 'openai', { data: [{ index: 0, embedding: [1] }] }],
    [
      'one twice',
      'openai',
      {
        data: [
          { index: 1, embedding: [1] },
          { index: 1, embedding: [1] },
        ],
      },
    ],
    ['too many', 'gemini', { embeddings: [{ values: [1] }, { values: [2] }, { values: [3] }] }],
    ['none', 'cohere', { embeddings: {} }],
    ['something else', 'vertex', []],
    ['no numbers', 'voyage', { data: [{ index: 0 }, { index: 1 }] }],
  ])('with %s break the protocol', (_, name, body) => {
    expect(() => formats[name].parseAnswer(answerOf(body), request)).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });
});
