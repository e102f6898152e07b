import { beforeAll, describe, expect, test } from 'vitest';
import { loadCodecs } from '../dialects/load-codecs.ts';
import { ByteCall } from '../dialects/shared/byte-call.ts';
import { GatewayError } from '../errors.ts';
import type { Dialect } from '../protocol/call.ts';
import { isContinuable, isDeath } from './can-continue.ts';

beforeAll(async () => {
  await loadCodecs();
});

const questions: Readonly<Record<Exclude<Dialect, 'bedrock'>, object>> = {
  'openai-chat': { messages: [{ role: 'user', content: 'x' }] },
  'openai-responses': { input: 'x', store: false },
  'anthropic-messages': { max_tokens: 5, messages: [{ role: 'user', content: 'x' }] },
  gemini: { contents: [{ parts: [{ text: 'x' }] }] },
};

function call(dialect: keyof typeof questions, more: object, envelope: Partial<ByteCall> = {}): ByteCall {
  const body = Buffer.from(JSON.stringify({ model: 'm', ...questions[dialect], ...more }));
  return new ByteCall(body, {
    operation: 'chat',
    dialect,
    model: 'm',
    stream: true,
    wantsUsage: true,
    choices: 1,
    headers: {},
    splice: {},
    ...envelope,
  });
}

const dialects = Object.keys(questions) as (keyof typeof questions)[];

describe('what can be gone on with', () => {
  test.each(dialects)('a plain text in %s', (dialect) => {
    expect(isContinuable(call(dialect, {}))).toBe(true);
    expect(isContinuable(call(dialect, {}, { stream: false }))).toBe(false);
    expect(isContinuable(call(dialect, {}, { choices: 2 }))).toBe(false);
    expect(isContinuable(call(dialect, {}, { operation: 'completions' }))).toBe(false);
    expect(isContinuable(call(dialect, {}, { isBackground: true }))).toBe(false);
    expect(isContinuable(call(dialect, {}, { previousId: 'resp_1' }))).toBe(false);
  });

  const more: readonly (readonly [keyof typeof questions, object])[] = [
    ['openai-chat', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['openai-chat', { functions: [{ name: 'f', parameters: {} }] }],
    ['openai-chat', { modalities: ['text', 'audio'], audio: { voice: 'a', format: 'wav' } }],
    ['openai-chat', { logprobs: true, top_logprobs: 2 }],
    ['openai-chat', { response_format: { type: 'json_object' } }],
    ['openai-chat', { messages: 'no list' }],
    ['openai-responses', { tools: [{ type: 'web_search' }] }],
    ['openai-responses', { text: { format: { type: 'json_object' } } }],
    ['openai-responses', { prompt: { id: 'pmpt_1' } }],
    ['openai-responses', { conversation: 'conv_1' }],
    ['openai-responses', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    ['anthropic-messages', { mcp_servers: [{ type: 'url', url: 'https://x', name: 'x' }] }],
    ['anthropic-messages', { tools: [{ name: 'f', input_schema: { type: 'object' } }] }],
    ['anthropic-messages', { output_config: { format: { type: 'json_schema', schema: {} } } }],
    ['gemini', { generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } }],
    ['gemini', { generationConfig: { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING' } } }],
    ['gemini', { generationConfig: { responseMimeType: 'application/json' } }],
    ['gemini', { generationConfig: { candidateCount: 2 } }],
    ['gemini', { tools: [{ googleSearch: {} }] }],
  ];

  test.each(more)('in %s not with %j', (dialect, said) => {
    expect(isContinuable(call(dialect, said))).toBe(false);
  });

  test('a text may be asked for in so many words', () => {
    expect(isContinuable(call('openai-chat', { modalities: ['text'], tools: [] }))).toBe(true);
    expect(isContinuable(call('openai-responses', { text: { format: { type: 'text' } } }))).toBe(true);
    expect(isContinuable(call('gemini', { generationConfig: { responseMimeType: 'text/plain' } }))).toBe(
      true,
    );
  });
});

const status = (upstreamStatus: number): GatewayError =>
  new GatewayError('VE_UPSTREAM_STATUS', { upstreamStatus });

test('items that cannot be looked up are no rejection that nobody hears of', async () => {
  const unheard: unknown[] = [];
  const hear = (error: unknown): void => void unheard.push(error);
  process.on('unhandledRejection', hear);
  const asked = call('openai-responses', { input: [{ type: 'item_reference', id: 'msg_1' }] });
  asked.keptItems = {
    find: () => Promise.reject(new GatewayError('VE_STORE_FAILED')),
    keepers: () => Promise.resolve(new Map()),
  };
  expect(isContinuable(asked)).toBe(false);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  process.off('unhandledRejection', hear);
  expect(unheard).toEqual([]);
});

test('an upstream that dies is gone on from; a deadline, the caller and a refusal are ends', () => {
  for (const code of ['VE_UPSTREAM_RESET', 'VE_UPSTREAM_TIMEOUT', 'VE_UPSTREAM_PROTOCOL'] as const)
    expect(isDeath(new GatewayError(code))).toBe(true);
  for (const code of [500, 529, 429]) expect(isDeath(status(code))).toBe(true);
  for (const code of ['VE_DEADLINE', 'VE_CLIENT_CLOSED', 'VE_CLOSING', 'VE_INTERNAL'] as const)
    expect(isDeath(new GatewayError(code))).toBe(false);
  expect(isDeath(status(400))).toBe(false);
  expect(isDeath(new Error('of a sink'))).toBe(false);
});
