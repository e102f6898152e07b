import { expect, test } from 'vitest';
import type { Call, Dialect, Operation } from '../protocol/call.ts';
import { type BoundFacts, boundCall } from './bound-call.ts';
import { estimateInput } from './estimate-input.ts';
import { readCall } from './read-call.ts';

const facts: BoundFacts = { model: 'gpt-5.2', window: undefined, maxOutput: undefined };

function read(body: object, dialect: Dialect = 'openai-chat', operation: Operation = 'chat'): Call {
  const model = dialect === 'gemini' ? { model: 'm' } : {};
  return readCall(Buffer.from(JSON.stringify(body)), { operation, dialect, headers: {}, ...model });
}

const ask = (content: unknown, more: object = {}): Call =>
  read({ model: 'm', messages: [{ role: 'user', content }], ...more });

test('a prompt of text has no more tokens than its body has bytes, and a few around it', () => {
  const call = ask('Hello'.repeat(1000));
  expect(boundCall(call, facts).promptTokens).toBe(call.bytes.byteLength + 512);
  expect(boundCall(call, { ...facts, window: 1000 }).promptTokens).toBe(1000);
});

test.each([
  ['openai-chat', { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }],
  ['openai-chat', { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(40_000)}` } }],
  ['openai-chat', { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
  ['anthropic-messages', { type: 'image', source: { type: 'url', url: 'https://example.com/a' } }],
  [
    'anthropic-messages',
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(9000) } },
  ],
] as const)('a picture in %s is bound by what any picture has, not by its bytes', (dialect, part) => {
  const body = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: [part] }] };
  const { prompt, promptTokens } = boundCall(read(body, dialect), facts);
  expect(prompt.image).toBe(10_000);
  expect(promptTokens).toBeLessThan(11_000);
});

test('a name that is written with escapes is a name all the same', () => {
  const text =
    '{"model":"m","messages":[{"content":[{"type":"\\u0069mage_url","\\u0069mage_url":{"url":"https://a/b"}}]}]}';
  const call = readCall(Buffer.from(text), { operation: 'chat', dialect: 'openai-chat', headers: {} });
  expect(boundCall(call, facts).prompt.image).toBe(10_000);
});

test('sound, films and documents have bounds of their own', () => {
  const sound = { type: 'input_audio', input_audio: { format: 'wav', data: 'A'.repeat(400_000) } };
  expect(boundCall(ask([sound]), facts).prompt.audio).toBe(301 * 32);
  const gemini = (part: object): number => {
    const { prompt } = boundCall(read({ contents: [{ parts: [part] }] }, 'gemini'), facts);
    return prompt.text + prompt.video + prompt.audio + prompt.image;
  };
  expect(gemini({ inlineData: { mimeType: 'video/mp4', data: 'A'.repeat(100_000) } })).toBeGreaterThan(
    7 * 300,
  );
  expect(gemini({ fileData: { mimeType: 'video/mp4', fileUri: 'https://a/b' } })).toBeGreaterThan(1_000_000);
  expect(gemini({ inlineData: { mimeType: 'application/pdf', data: 'A'.repeat(100_000) } })).toBeGreaterThan(
    75_000,
  );
  const file = { type: 'file', file: { file_id: 'file-1' } };
  expect(boundCall(ask([file]), facts).promptTokens).toBeGreaterThan(250_000);
  expect(boundCall(ask([file]), { ...facts, window: 128_000 }).promptTokens).toBe(128_000);
});

test('what a vendor keeps and the caller only names can fill the window', () => {
  const call = read({ model: 'm', input: 'Hi', previous_response_id: 'resp_1' }, 'openai-responses');
  expect(boundCall(call, { ...facts, window: 400_000 }).promptTokens).toBe(400_000);
  expect(boundCall(call, facts).promptTokens).toBe(262_144);
});

test('the bound is never below the estimate', () => {
  const words = ['Hello ', '这是一个句子', '"quoted\n"', 'a'];
  for (const text of words)
    for (const count of [1, 100, 5000]) {
      const call = ask(text.repeat(count));
      expect(boundCall(call, facts).promptTokens).toBeGreaterThan(estimateInput(call.bytes));
    }
});

test('the longest answer is as the caller says, as the model can, as the window holds, or 32,768', () => {
  const known = { ...facts, window: 128_000, maxOutput: 16_384 };
  expect(boundCall(ask('Hi', { max_tokens: 100 }), known).mostOutput).toBe(100);
  expect(boundCall(ask('Hi', { max_tokens: 100, n: 3 }), known).mostOutput).toBe(300);
  expect(boundCall(ask('Hi', { max_tokens: 1e9 }), known).mostOutput).toBe(128_000);
  expect(boundCall(ask('Hi'), known).mostOutput).toBe(16_384);
  expect(boundCall(ask('Hi'), { ...known, maxOutput: undefined }).mostOutput).toBe(128_000);
  expect(boundCall(ask('Hi'), facts).mostOutput).toBe(32_768);
  const generationConfig = { maxOutputTokens: 50, candidateCount: 2 };
  expect(boundCall(read({ contents: [], generationConfig }, 'gemini'), known).mostOutput).toBe(100);
  expect(boundCall(read({ model: 'm', input: 'Hi' }, 'openai-chat', 'embeddings'), known).mostOutput).toBe(0);
});
