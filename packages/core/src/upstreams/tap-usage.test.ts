import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageTap } from './tap-usage.ts';

/** What the tap finds in a body that comes in pieces of these sizes. */
function read(body: string, sizes: readonly number[] = []): UsageTap['usage'] {
  const tap = new UsageTap();
  let rest = Buffer.from(body);
  for (const size of sizes) {
    tap.see(rest.subarray(0, size));
    rest = rest.subarray(size);
  }
  tap.see(rest);
  return tap.usage;
}

const none = { cachedInputTokens: 0, reasoningTokens: 0 };

test('reads usage as OpenAI, Anthropic and Google say it', () => {
  const openai = { prompt_tokens: 5, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 2 } };
  expect(read(JSON.stringify({ id: 'a', usage: openai, z: 1 }))).toEqual({
    ...none,
    inputTokens: 5,
    outputTokens: 3,
    cachedInputTokens: 2,
  });
  // What Anthropic has in its cache is counted beside the rest.
  const anthropic = {
    input_tokens: 5,
    output_tokens: 3,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 10,
    cache_creation: { ephemeral_5m_input_tokens: 6, ephemeral_1h_input_tokens: 4 },
    server_tool_use: { web_search_requests: 2 },
  };
  expect(read(JSON.stringify({ usage: anthropic }))).toEqual({
    ...none,
    inputTokens: 115,
    outputTokens: 3,
    cachedInputTokens: 100,
    cacheWriteTokens: 10,
    cacheWriteHourTokens: 4,
    media: { searches: 2 },
  });
  const google = { promptTokenCount: 5, candidatesTokenCount: 3, thoughtsTokenCount: 4, totalTokenCount: 12 };
  expect(read(JSON.stringify({ usageMetadata: google }))).toEqual({
    ...none,
    inputTokens: 5,
    outputTokens: 7,
    reasoningTokens: 4,
  });
});

test('what stands deeper, or in a text, is not usage', () => {
  const usage = { prompt_tokens: 5, completion_tokens: 3 };
  expect(
    read(JSON.stringify({ a: { usage }, b: [{ usage }], c: JSON.stringify({ usage }) })),
  ).toBeUndefined();
  expect(read('{"a":"usage","b":{"prompt_tokens":5}}')).toBeUndefined();
  expect(read('{"usage":null}')).toBeUndefined();
  expect(read('{"usage":{"prompt_tokens":5')).toBeUndefined();
  expect(read('[{"usage":{"prompt_tokens":5}}]')).toBeUndefined();
});

test('finds the same wherever the bytes are cut, whatever else is in the answer', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' })),
      fc.nat({ max: 1000 }),
      fc.array(fc.integer({ min: 1, max: 20 })),
      (others, tokens, sizes) => {
        const { usage: _, usageMetadata: __, ...rest } = others;
        const usage = { prompt_tokens: tokens, completion_tokens: 1 };
        const found = read(JSON.stringify({ ...rest, usage, last: rest }, null, tokens % 3), sizes);
        expect(found).toEqual({ ...none, inputTokens: tokens, outputTokens: 1 });
      },
    ),
  );
});
