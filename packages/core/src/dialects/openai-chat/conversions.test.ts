import { describe, expect, test } from 'vitest';
import type { FinishReason, ProblemKind } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { parseError, renderError } from './convert-error.ts';
import { parseUsage, renderUsage } from './convert-usage.ts';
import { parseFinish, renderFinish } from './map-finish-reason.ts';

describe('usage', () => {
  test.each<[vendor: string, raw: JsonObject, usage: unknown]>([
    [
      'OpenAI',
      {
        prompt_tokens: 10,
        completion_tokens: 8,
        total_tokens: 18,
        prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0, cache_write_tokens: 3 },
        completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 1, accepted_prediction_tokens: 2 },
      },
      {
        input: 10,
        output: 8,
        cacheRead: 4,
        cacheWrite: 3,
        inputAudio: 0,
        reasoning: 5,
        outputAudio: 1,
        extra: { 'openai-chat': { completion_tokens_details: { accepted_prediction_tokens: 2 } } },
      },
    ],
    [
      'DeepSeek',
      { prompt_tokens: 9, completion_tokens: 4, prompt_cache_hit_tokens: 7, prompt_cache_miss_tokens: 2 },
      { input: 9, output: 4, cacheRead: 7 },
    ],
    [
      'Moonshot',
      { prompt_tokens: 9, completion_tokens: 4, cached_tokens: 6 },
      { input: 9, output: 4, cacheRead: 6 },
    ],
    [
      'xAI, which counts reasoning beside the rest',
      {
        prompt_tokens: 10,
        completion_tokens: 2,
        total_tokens: 112,
        completion_tokens_details: { reasoning_tokens: 100 },
      },
      { input: 10, output: 102, reasoning: 100 },
    ],
    ['nobody', { prompt_tokens: null, completion_tokens: 'many' }, undefined],
  ])('of %s', (_, raw, usage) => {
    expect(parseUsage(raw)).toEqual(usage);
  });

  test('has a total', () => {
    expect(renderUsage({ input: 1, output: 2, cacheRead: 0 })).toEqual({
      prompt_tokens: 1,
      completion_tokens: 2,
      total_tokens: 3,
      prompt_tokens_details: { cached_tokens: 0 },
    });
  });
});

describe('finish reasons', () => {
  const plain = { hasToolCalls: false, hasRefusal: false };

  test.each<[choice: JsonObject, reason: FinishReason]>([
    [{ finish_reason: 'stop' }, 'stop'],
    [{ finish_reason: 'stop', stop_reason: 'END' }, 'stop-sequence'],
    [{ finish_reason: 'length' }, 'length'],
    [{ finish_reason: 'function_call' }, 'tool-calls'],
    [{ finish_reason: 'content_filter' }, 'content-filter'],
    [{ finish_reason: 'model_length' }, 'context-length'],
    [{ finish_reason: 'insufficient_system_resource' }, 'other'],
    [{ finish_reason: 'constructor' }, 'other'],
    [{ finish_reason: 'content_filter', native_finish_reason: 'RECITATION' }, 'recitation'],
    [{ finish_reason: 'tool_calls', native_finish_reason: 'STOP' }, 'tool-calls'],
    [{ finish_reason: 'stop', native_finish_reason: 'whatever' }, 'stop'],
    [{ finish_reason: null }, 'other'],
  ])('%j', (choice, reason) => {
    expect(parseFinish(choice, plain).reason).toBe(reason);
  });

  test('a stop with calls is for them, one with a refusal is one', () => {
    expect(parseFinish({ finish_reason: 'stop' }, { ...plain, hasToolCalls: true }).reason).toBe(
      'tool-calls',
    );
    expect(parseFinish({ finish_reason: 'stop' }, { ...plain, hasRefusal: true }).reason).toBe('refusal');
  });

  test.each<[reason: FinishReason, word: string]>([
    ['stop', 'stop'],
    ['stop-sequence', 'stop'],
    ['length', 'length'],
    ['tool-calls', 'tool_calls'],
    ['refusal', 'content_filter'],
    ['content-filter', 'content_filter'],
    ['prompt-blocked', 'content_filter'],
    ['recitation', 'content_filter'],
    ['context-length', 'length'],
    ['pause', 'stop'],
    ['malformed-tool-call', 'stop'],
    ['other', 'stop'],
  ])('%s is told as %s, and told apart again', (reason, word) => {
    const rendered = renderFinish({ reason }, plain);
    expect(rendered.finish_reason).toBe(word);
    expect(parseFinish(rendered, plain).reason).toBe(reason);
  });

  test("the vendor's own word is beside ours", () => {
    expect(renderFinish({ reason: 'stop', raw: 'end_turn' }, plain)).toEqual({
      finish_reason: 'stop',
      native_finish_reason: 'end_turn',
    });
    expect(renderFinish({ reason: 'stop', raw: 'stop' }, plain)).toEqual({ finish_reason: 'stop' });
  });
});

describe('errors', () => {
  test.each<[status: number, body: JsonObject, kind: ProblemKind]>([
    [400, { error: { message: 'x', code: 'context_length_exceeded' } }, 'context-length'],
    [400, { error: { message: "This model's maximum context length is 8192 tokens" } }, 'context-length'],
    [400, { object: 'error', message: 'prompt is too long: 9 tokens > 8 maximum' }, 'context-length'],
    [
      429,
      {
        error: {
          message: 'Request too large for gpt-4 on tokens per min, reduce the length of',
          code: 'rate_limit_exceeded',
        },
      },
      'rate-limit',
    ],
    [429, { error: { message: 'x', type: 'insufficient_quota' } }, 'quota'],
    [429, { error: { message: 'x', type: 'engine_overloaded_error' } }, 'overloaded'],
    [402, { error: { message: 'Insufficient Balance' } }, 'billing'],
    [
      400,
      { error: 'Incorrect API key provided: x', code: 'Client specified an invalid argument' },
      'authentication',
    ],
    [401, {}, 'authentication'],
    [403, {}, 'permission'],
    [404, { error: { message: 'The model `x` does not exist', code: 'model_not_found' } }, 'model-not-found'],
    [404, { error: { message: 'The model `x` does not exist' } }, 'model-not-found'],
    [404, { detail: 'Not Found' }, 'not-found'],
    [422, { detail: [{ loc: ['body', 'n'], msg: 'too small' }] }, 'invalid-request'],
    [413, {}, 'too-large'],
    [408, {}, 'timeout'],
    [500, {}, 'server'],
    [503, {}, 'overloaded'],
    [529, {}, 'overloaded'],
    [400, { error: { message: 'x', code: 'content_filter' } }, 'content-filter'],
    [200, { base_resp: { status_code: 1004, status_msg: 'x' } }, 'authentication'],
  ])('%i %j', (status, body, kind) => {
    const error = parseError(status, {}, body);
    expect(error.kind).toBe(kind);
    const again = renderError(error);
    expect(parseError(again.status, {}, again.body)).toMatchObject({
      kind,
      message: expect.stringContaining(error.message),
    });
  });

  test('the words of xAI, of FastAPI, and of nobody', () => {
    expect(parseError(400, {}, { error: 'bad', code: 'odd' })).toMatchObject({ message: 'bad', code: 'odd' });
    expect(parseError(422, {}, { detail: [{ loc: ['body', 'n'], msg: 'too small' }] }).message).toBe(
      'body.n: too small',
    );
    expect(parseError(502, {}, undefined).message).toBe('The provider answered with status 502.');
  });

  test.each<[headers: Record<string, string>, error: JsonObject, milliseconds: number | undefined]>([
    [{ 'retry-after-ms': '120', 'retry-after': '1' }, {}, 120],
    [{ 'retry-after': '1.5' }, {}, 1500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT', date: 'Thu, 01 Jan 2026 00:00:00 GMT' }, {}, 30_000],
    [{}, { message: 'Please try again in 7.66s. Visit' }, 7660],
    [{}, { message: 'Please try again in 1m2s.' }, 62_000],
    [{}, { message: 'Please try again in 20ms.' }, 20],
    [{}, { message: 'Please retry after 20 seconds.' }, 20_000],
    [{}, { details: [{ retryDelay: '34s' }] }, 34_000],
    [{ 'retry-after': 'soon' }, { message: 'try again later' }, undefined],
  ])('waiting: %j %j', (headers, error, milliseconds) => {
    expect(parseError(429, headers, { error }).retryAfter).toBe(milliseconds);
  });

  test('Azure tells which filter it was', () => {
    const innererror = { code: 'ResponsibleAIPolicyViolation' };
    const error = parseError(400, {}, { error: { message: 'x', innererror } });
    expect(error.kind).toBe('content-filter');
    expect(renderError(error).body).toMatchObject({ error: { code: 'content_filter', innererror } });
  });
});
