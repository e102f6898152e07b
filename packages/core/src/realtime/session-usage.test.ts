import { expect, test } from 'vitest';
import { SessionUsage } from './session-usage.ts';

function usageOf(...events: readonly unknown[]) {
  const usage = new SessionUsage();
  for (const event of events)
    usage.take(Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)));
  return usage.value;
}

const done = {
  type: 'response.done',
  response: {
    usage: {
      total_tokens: 253,
      input_tokens: 132,
      output_tokens: 121,
      input_token_details: {
        text_tokens: 119,
        audio_tokens: 13,
        image_tokens: 0,
        cached_tokens: 64,
        cached_tokens_details: { text_tokens: 64, audio_tokens: 0, image_tokens: 0 },
      },
      output_token_details: { text_tokens: 30, audio_tokens: 91 },
    },
  },
};

test('of a response, with what was sound', () => {
  expect(usageOf(done)).toEqual({
    inputTokens: 132,
    outputTokens: 121,
    cachedInputTokens: 64,
    reasoningTokens: 0,
    media: { audioInputTokens: 13, audioOutputTokens: 91 },
  });
});

test('is added up over a session', () => {
  const plain = { type: 'response.done', response: { usage: { input_tokens: 1, output_tokens: 2 } } };
  expect(usageOf(done, { type: 'response.output_text.delta', delta: 'x' }, plain, done)).toMatchObject({
    inputTokens: 265,
    outputTokens: 244,
    cachedInputTokens: 128,
    media: { audioInputTokens: 26, audioOutputTokens: 182 },
  });
});

test('is nothing where nothing was told', () => {
  const cancelled = { type: 'response.done', response: { status: 'cancelled', usage: null } };
  const quoted = { type: 'response.output_text.done', text: JSON.stringify(done) };
  const nested = { type: 'error', error: { message: '"response.done"', response: done.response } };
  expect(usageOf(cancelled, quoted, nested, '{"type":"response.done"', '"response.done"')).toBeUndefined();
});

test('figures that are none count as nothing', () => {
  const usage = {
    input_tokens: -5,
    output_tokens: 1.5,
    input_token_details: 'many',
    output_token_details: null,
  };
  expect(usageOf({ type: 'response.done', response: { usage } })).toEqual({
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
  });
});
