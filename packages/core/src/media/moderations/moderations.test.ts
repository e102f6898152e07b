import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { answerOf, contextOf, jsonIn } from '../../../test/media-world.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ModerationRequest } from '../../protocol/moderation.ts';
import { mediaFormats } from '../formats.ts';
import { moderationsFamily } from './family.ts';

const { mistral, openai } = mediaFormats.moderations;
const parse = (input: Json, more: JsonObject = {}): ModerationRequest =>
  moderationsFamily.parseRequest({ json: { model: 'alias', input, ...more } });
const picture = { type: 'image_url', image_url: { url: 'https://a.example/1.png' } };
const parts = [{ type: 'text', text: 'look' }, picture];

describe('what is judged', () => {
  test.each<[string, Json, number]>([
    ['a text', 'one', 1],
    ['texts, one by one', ['one', 'two'], 2],
    ['parts, as one', parts, 1],
  ])('is %s, and goes to OpenAI as it came', (_, input, count) => {
    const request = parse(input, { wish: 1 });
    expect(request.inputs).toHaveLength(count);
    expect(openai.renderRequest(request, 'm')).toEqual({ json: { model: 'm', input, wish: 1 }, dropped: [] });
  });

  test.each<[Json, string, string]>([
    [null, 'VE_PARAMETER_MISSING', 'input'],
    [{}, 'VE_PARAMETER_INVALID', 'input'],
    [[], 'VE_PARAMETER_INVALID', 'input'],
    [['one', picture], 'VE_PARAMETER_INVALID', 'input[1]'],
    [[picture, 'one'], 'VE_PARAMETER_INVALID', 'input[1]'],
    [[{ type: 'audio' }], 'VE_PARAMETER_INVALID', 'input[0]'],
  ])('may not be %j', (input, code, parameter) => {
    expect(() => parse(input)).toThrow(
      expect.objectContaining({ code, details: expect.objectContaining({ parameter }) }),
    );
  });

  test('goes to Mistral as texts, without what only others know', () => {
    expect(mistral.renderRequest(parse(['one', 'two'], { wish: 1, metadata: {} }), 'm')).toEqual({
      json: { model: 'm', input: ['one', 'two'], metadata: {} },
      dropped: ['wish'],
    });
    const texts = ['one', 'two'].map((text) => ({ type: 'text', text }));
    expect(jsonIn(mistral.renderRequest(parse(texts), 'm'))['input']).toEqual(['one\ntwo']);
  });

  test('may be no picture for Mistral, but for another it may', () => {
    expect(() => mistral.renderRequest(parse(parts), 'm')).toThrow(
      expect.objectContaining({
        code: 'VE_PARAMETER_INVALID',
        failure: expect.objectContaining({ retry: 'elsewhere' }),
      }),
    );
  });
});

describe("Mistral's judgement", () => {
  const body = {
    id: 'mod-1',
    model: 'mistral-moderation-2411',
    usage: { prompt_tokens: 5, total_tokens: 5 },
    results: [
      {
        categories: {
          sexual: false,
          hate_and_discrimination: true,
          dangerous: false,
          criminal: true,
          selfharm: false,
          pii: false,
        },
        category_scores: {
          sexual: 0.1,
          hate_and_discrimination: 0.9,
          dangerous: 0.2,
          criminal: 0.8,
          selfharm: 0,
          pii: 0.3,
        },
      },
    ],
  };

  test("is told in OpenAI's words where these mean the same, which its client reads", async () => {
    const request = parse('x');
    const result = mistral.parseAnswer(answerOf(body), request);
    const rendered = await moderationsFamily.renderAnswer(result, request, contextOf());
    const client = new OpenAI({
      apiKey: 'x',
      fetch: async () =>
        new Response(new Uint8Array(rendered.body), { headers: { 'content-type': rendered.type } }),
    });
    expect(await client.moderations.create({ input: 'x' })).toEqual({
      id: 'mod-1',
      model: 'mistral-moderation-2411',
      results: [
        {
          flagged: true,
          categories: { sexual: false, hate: true, illicit: true, 'self-harm': false, pii: false },
          category_scores: { sexual: 0.1, hate: 0.9, illicit: 0.8, 'self-harm': 0, pii: 0.3 },
          category_applied_input_types: {
            sexual: ['text'],
            hate: ['text'],
            illicit: ['text'],
            'self-harm': ['text'],
            pii: ['text'],
          },
        },
      ],
    });
    expect(moderationsFamily.usageOf(result, request)).toMatchObject({ inputTokens: 5, outputTokens: 0 });
  });

  test('of fewer texts than were given, or of none, is no answer', () => {
    expect(() => mistral.parseAnswer(answerOf(body), parse(['one', 'two']))).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
    expect(() => openai.parseAnswer(answerOf({ results: [{}] }), parse('one'))).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });
});
