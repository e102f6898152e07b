import { describe, expect, test } from 'vitest';
import { contextOf } from '../../../test/media-world.ts';
import type { EmbeddingsRequest, EmbeddingsResult } from '../../protocol/embeddings.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { embeddingsFamily } from './family.ts';

const parse = (json: JsonObject): EmbeddingsRequest =>
  embeddingsFamily.parseRequest({ json: { model: 'm', ...json } });

describe('the input', () => {
  test.each<[string, JsonObject['x'], unknown]>([
    ['a text', 'one', ['one']],
    ['texts', ['one', 'two'], ['one', 'two']],
    ['tokens', [1, 2], [[1, 2]]],
    ['lists of tokens', [[1], [2, 3]], [[1], [2, 3]]],
  ])('is %s', (_, input, inputs) => {
    expect(parse({ input }).inputs).toEqual(inputs);
  });

  test.each<[string, JsonObject['x'], string, string]>([
    ['nothing', undefined, 'VE_PARAMETER_MISSING', 'input'],
    ['an object', {}, 'VE_PARAMETER_INVALID', 'input'],
    ['an empty list', [], 'VE_PARAMETER_INVALID', 'input'],
    ['an empty text', '', 'VE_PARAMETER_INVALID', 'input'],
    ['an empty text among others', ['one', ''], 'VE_PARAMETER_INVALID', 'input[1]'],
    ['texts and tokens', ['one', [1]], 'VE_PARAMETER_INVALID', 'input[1]'],
    ['half a token', [1, 2.5], 'VE_PARAMETER_INVALID', 'input[1]'],
    ['an empty list of tokens', [[1], []], 'VE_PARAMETER_INVALID', 'input[1]'],
  ])('may not be %s', (_, input, code, parameter) => {
    expect(() => parse({ input })).toThrow(
      expect.objectContaining({ code, details: expect.objectContaining({ parameter }) }),
    );
  });
});

test.each<[JsonObject, string]>([
  [{ encoding_format: 'hex' }, 'encoding_format'],
  [{ dimensions: 0 }, 'dimensions'],
  [{ dimensions: 'many' }, 'dimensions'],
  [{ model: '' }, 'model'],
])('%j is refused by name', (body, parameter) => {
  expect(() => parse({ input: 'x', ...body })).toThrow(
    expect.objectContaining({
      code: 'VE_PARAMETER_INVALID',
      details: expect.objectContaining({ parameter }),
    }),
  );
});

test('a form is not what is wanted here', () => {
  expect(() => embeddingsFamily.parseRequest({ form: { fields: [], files: [] } })).toThrow(
    expect.objectContaining({ code: 'VE_CONTENT_TYPE_UNSUPPORTED' }),
  );
});

test('what OpenAI has not is kept, and the task is understood in the words of any vendor', () => {
  const request = parse({ input: 'x', input_type: 'search_query', truncate: 'END', nothing: null });
  expect(request.task).toEqual({ parameter: 'input_type', word: 'search_query', meaning: 'query' });
  expect(request.extra).toEqual({ truncate: 'END' });
});

describe('the answer', () => {
  const request = parse({ input: ['a', 'b'] });
  const result: EmbeddingsResult = { vectors: [[0.5, 1], 'AACAPwAAIMA='] };
  const read = async (of: EmbeddingsRequest, from = result): Promise<JsonObject> => {
    const { type, body } = await embeddingsFamily.renderAnswer(from, of, contextOf());
    expect(type).toBe('application/json');
    return JSON.parse(body.toString());
  };

  test('holds numbers, unless Base64 is asked for, whatever the upstream has sent', async () => {
    expect(await read(request)).toMatchObject({
      object: 'list',
      model: 'alias',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, 1] },
        { object: 'embedding', index: 1, embedding: [1, -2.5] },
      ],
    });
    const base64 = await read({ ...request, encoding: 'base64' });
    expect(base64['data']).toMatchObject([{ embedding: 'AAAAPwAAgD8=' }, { embedding: 'AACAPwAAIMA=' }]);
  });

  test('tells what the provider has counted, and says where it only guesses', async () => {
    const usage = { inputTokens: 7, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 };
    expect((await read(request, { ...result, usage }))['usage']).toEqual({
      prompt_tokens: 7,
      total_tokens: 7,
    });
    expect((await read(request))['usage']).toEqual({ prompt_tokens: 2, total_tokens: 2, estimated: true });
    expect(embeddingsFamily.usageOf(result, request)).toBeUndefined();
  });
});
