import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertUsage } from './meter-usage.ts';
import { readUsage } from './read-usage.ts';

const none = { cachedInputTokens: 0, reasoningTokens: 0 };

describe('convertUsage', () => {
  test.each<[vendor: string, raw: unknown, usage: unknown]>([
    [
      'OpenAI',
      {
        prompt_tokens: 20,
        completion_tokens: 5,
        total_tokens: 25,
        prompt_tokens_details: { cached_tokens: 16, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
      { inputTokens: 20, outputTokens: 5, cachedInputTokens: 16, reasoningTokens: 3 },
    ],
    [
      'OpenAI for embeddings',
      { prompt_tokens: 8, total_tokens: 8 },
      { inputTokens: 8, outputTokens: 0, ...none },
    ],
    [
      'DeepSeek',
      { prompt_tokens: 9, completion_tokens: 4, prompt_cache_hit_tokens: 7, prompt_cache_miss_tokens: 2 },
      { inputTokens: 9, outputTokens: 4, cachedInputTokens: 7, reasoningTokens: 0 },
    ],
    [
      'Moonshot',
      { prompt_tokens: 9, completion_tokens: 4, cached_tokens: 6 },
      { inputTokens: 9, outputTokens: 4, cachedInputTokens: 6, reasoningTokens: 0 },
    ],
    [
      'a server that leaves its details null',
      {
        prompt_tokens: 9,
        completion_tokens: 4,
        prompt_tokens_details: null,
        completion_tokens_details: null,
      },
      { inputTokens: 9, outputTokens: 4, ...none },
    ],
    [
      "a server with the Responses API's names",
      { input_tokens: 9, output_tokens: 4 },
      { inputTokens: 9, outputTokens: 4, ...none },
    ],
    [
      'nothing counted',
      { prompt_tokens: 0, completion_tokens: 0 },
      { inputTokens: 0, outputTokens: 0, ...none },
    ],
  ])('%s', (_vendor, raw, usage) => {
    expect(convertUsage(raw)).toEqual(usage);
  });

  test.each([undefined, null, 'usage', 7, {}, [], { prompt_tokens: '9' }])('%j is no usage', (raw) => {
    expect(convertUsage(raw)).toBeUndefined();
  });
});

const counts = fc.record(
  {
    prompt_tokens: fc.nat(),
    completion_tokens: fc.nat(),
    prompt_tokens_details: fc.option(fc.record({ cached_tokens: fc.nat() })),
    completion_tokens_details: fc.record({ reasoning_tokens: fc.nat() }),
    service_tier: fc.constantFrom('default', 'priority'),
  },
  { requiredKeys: ['prompt_tokens'] },
);

describe('readUsage', () => {
  test('sees what JSON.parse sees, wherever the usage stands and whatever the text says', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('"usage":{"prompt_tokens":666}', '{"usage":{}}', '\\"usage": {', 'usage', '"usage'),
    );
    fc.assert(
      fc.property(
        fc.array(text),
        fc.option(counts, { nil: null }),
        fc.array(text),
        fc.constantFrom(0, 2),
        (before, usage, after, space) => {
          const answer = { choices: before.map((content) => ({ content, usage: null })), usage, after };
          expect(readUsage(Buffer.from(JSON.stringify(answer, null, space)))).toEqual(convertUsage(usage));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is undefined without one, or where it cannot be read', () => {
    for (const body of [
      '{}',
      '{"usage":null}',
      '{"usage":[]}',
      '{"usage":{"prompt_tokens":',
      '{"a":"usage"}',
      '',
    ])
      expect(readUsage(Buffer.from(body))).toBeUndefined();
  });

  test('reads an answer of 4 MB full of usage objects that are none in passing', () => {
    const body = Buffer.from(`{"a":[${'{"usage":{'.repeat(400_000)}`);
    const startedAt = performance.now();
    expect(readUsage(body)).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
