import { beforeAll, expect, test } from 'vitest';
import type { ChatDialect } from '../protocol/content.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { Usage } from '../protocol/usage.ts';
import { codecOf, loadCodecs } from './load-codecs.ts';
import { convertUsage } from './openai-chat/meter-usage.ts';
import { toUsage } from './shared/to-usage.ts';

beforeAll(() => loadCodecs());

function billed(dialect: ChatDialect, answer: JsonObject): Usage | undefined {
  const { usage } = codecOf(dialect).parseAnswer(answer);
  return usage && toUsage(usage);
}

const claude = { type: 'message', role: 'assistant', model: 'claude', id: 'msg_1', stop_reason: 'end_turn' };

test('Anthropic: what was written to the cache, for how long, and the searches', () => {
  const usage = {
    input_tokens: 10,
    output_tokens: 5,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 30,
    cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
    server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
  };
  expect(billed('anthropic-messages', { ...claude, content: [], usage })).toEqual({
    inputTokens: 140,
    outputTokens: 5,
    cachedInputTokens: 100,
    cacheWriteTokens: 30,
    cacheWriteHourTokens: 10,
    reasoningTokens: 0,
    media: { searches: 2 },
  });
});

test('Bedrock: what is kept for an hour stands in its details', () => {
  const usage = {
    inputTokens: 10,
    outputTokens: 5,
    totalTokens: 45,
    cacheWriteInputTokens: 30,
    cacheDetails: [
      { ttl: '1h', inputTokens: 10 },
      { ttl: '5m', inputTokens: 20 },
    ],
  };
  const message = { role: 'assistant', content: [{ text: 'Hi' }] };
  expect(billed('bedrock', { output: { message }, stopReason: 'end_turn', usage })).toMatchObject({
    inputTokens: 40,
    cacheWriteTokens: 30,
    cacheWriteHourTokens: 10,
  });
});

test('OpenAI: what was written to the cache, sound, and searches of a response', () => {
  expect(
    convertUsage({
      prompt_tokens: 50,
      completion_tokens: 9,
      prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 20, audio_tokens: 5 },
      completion_tokens_details: { audio_tokens: 4 },
    }),
  ).toEqual({
    inputTokens: 50,
    outputTokens: 9,
    cachedInputTokens: 10,
    cacheWriteTokens: 20,
    reasoningTokens: 0,
    media: { audioInputTokens: 5, audioOutputTokens: 4 },
  });
  const search = { type: 'web_search_call', status: 'completed', id: 'ws_1' };
  const output = [
    { ...search, action: { type: 'search', query: 'a' } },
    { ...search, id: 'ws_2', action: { type: 'open_page', url: 'https://a' } },
    { ...search, id: 'ws_3', action: { type: 'search', query: 'b' } },
  ];
  const usage = { input_tokens: 7, output_tokens: 3, input_tokens_details: { cache_write_tokens: 6 } };
  const response = { id: 'resp_1', object: 'response', status: 'completed', model: 'm', output, usage };
  expect(billed('openai-responses', response)).toMatchObject({
    cacheWriteTokens: 6,
    media: { searches: 2 },
  });
});

test.each([
  ['gemini-3-pro-preview', 2],
  ['gemini-2.5-flash', 1],
])('Google: %s is billed for %d searches', (modelVersion, searches) => {
  const groundingMetadata = { webSearchQueries: ['one', 'two', 'one'] };
  const content = { role: 'model', parts: [{ text: 'Hi' }] };
  const candidates = [{ index: 0, content, finishReason: 'STOP', groundingMetadata }];
  const usageMetadata = { promptTokenCount: 4, candidatesTokenCount: 1, totalTokenCount: 5 };
  expect(billed('gemini', { candidates, usageMetadata, modelVersion })).toMatchObject({
    inputTokens: 4,
    media: { searches },
  });
});
