import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../errors.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { openaiChat } from './codec.ts';

const context: AnswerContext = {
  request: { model: 'ours', stream: true, wantsUsage: true, messages: [] },
  id: 'id1',
  now: 1_700_000_000,
};

const key = fc.constantFrom(
  'choices',
  'message',
  'delta',
  'content',
  'index',
  'tool_calls',
  'function',
  'custom',
  'name',
  'arguments',
  'id',
  'type',
  'usage',
  'error',
  'code',
  'text',
  'thinking',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'signature',
  'data',
  'format',
  'refusal',
  'annotations',
  'url_citation',
  'images',
  'image_url',
  'url',
  'audio',
  'finish_reason',
  'native_finish_reason',
  'stop_reason',
  'logprobs',
  'top_logprobs',
  'role',
  'messages',
  'model',
  'tools',
  'tool_choice',
  'response_format',
  'json_schema',
  'stream_options',
  'function_call',
  'functions',
  'prompt_tokens',
  'completion_tokens',
  'x_groq',
  'base_resp',
  'status_code',
  'detail',
  'errors',
  'file',
  'file_data',
  'input_audio',
  'start',
  'end',
  'extra',
  '__proto__',
  'toString',
  'valueOf',
  'loc',
  'msg',
  'message',
  'details',
  'retryDelay',
);
const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 6 }),
  ),
  leaf: fc.oneof(
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1.5,
      1e300,
      '',
      'text',
      'user',
      'assistant',
      'tool',
      'function',
      'stop',
      'reasoning.text',
      'reasoning.encrypted',
      'gemini',
      'content',
      '{}',
      'toString',
    ),
    fc.string(),
    fc.double(),
  ),
}));
const wild = fc.dictionary(key, tree, { maxKeys: 6 }) as fc.Arbitrary<JsonObject>;
const wildMessages = fc.record({
  model: fc.constant('m'),
  messages: fc.array(
    fc
      .tuple(fc.constantFrom('user', 'assistant', 'tool', 'system', 'function'), wild)
      .map(([role, more]) => ({ ...more, role })),
    { minLength: 1, maxLength: 3 },
  ),
});
const wildAnswer = fc.record({
  choices: fc.array(fc.record({ message: wild, finish_reason: fc.constant('stop') }), {
    minLength: 1,
    maxLength: 2,
  }),
});
const wildChunk = fc.record({
  choices: fc.array(
    fc.record({
      index: fc.constantFrom(0, 1, null),
      delta: wild,
      finish_reason: fc.constantFrom(null, null, null, 'stop'),
    }),
    { maxLength: 2 },
  ),
});

function onlyGatewayErrors(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!GatewayError.isInstance(error)) throw error;
  }
}

describe('anything at all', () => {
  const many = { numRuns: 400 };

  test('as a request', () => {
    expect(() =>
      fc.assert(
        fc.property(fc.oneof(wild, wildMessages as unknown as typeof wild), (body) => {
          onlyGatewayErrors(() => openaiChat.renderRequest(openaiChat.parseRequest(body, {})));
        }),
        many,
      ),
    ).not.toThrow();
  });

  test('as an answer', () => {
    expect(() =>
      fc.assert(
        fc.property(fc.oneof(wild, wildAnswer as unknown as typeof wild), (body) => {
          onlyGatewayErrors(() => openaiChat.renderAnswer(openaiChat.parseAnswer(body), context));
        }),
        many,
      ),
    ).not.toThrow();
  });

  test('as an error', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), fc.option(wild, { nil: undefined }), (status, body) => {
        const error = openaiChat.parseError(status, { 'retry-after': 'soon' }, body);
        expect(openaiChat.renderError(error).status).toBeGreaterThanOrEqual(400);
        expect(error.message).not.toBe('');
      }),
      many,
    );
  });

  test('as a stream', () => {
    expect(() =>
      fc.assert(
        fc.property(
          fc.array(fc.oneof(wild, wildChunk as unknown as typeof wild, fc.constant(undefined)), {
            maxLength: 6,
          }),
          (events) => {
            onlyGatewayErrors(() => {
              const parser = openaiChat.parseStream();
              const renderer = openaiChat.renderStream(context);
              const parts = [
                ...events.flatMap((data) => parser.push({ name: undefined, data })),
                ...parser.end(),
              ];
              for (const part of parts) renderer.push(part);
              renderer.end();
              collectParts(parts);
            });
          },
        ),
        many,
      ),
    ).not.toThrow();
  });
});
