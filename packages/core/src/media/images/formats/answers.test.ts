import { describe, expect, test } from 'vitest';
import { answerOf } from '../../../../test/media-world.ts';
import { GatewayError } from '../../../errors.ts';
import type { ImageResult } from '../../../protocol/image.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import { mediaFormats } from '../../formats.ts';
import { imagesFamily } from '../family.ts';

const formats = mediaFormats.images;
type Name = keyof typeof formats;
const png = 'iVBORw0KGgoAAAA';

describe('answers', () => {
  const read = (name: Name, body: unknown, asked: JsonObject = {}): ImageResult =>
    formats[name].parseAnswer(
      answerOf(body),
      imagesFamily.parseRequest({ json: { model: 'alias', prompt: 'a cat', ...asked } }),
    );

  test('of xAI hold what may be shown, and name what may not', () => {
    const data = [
      { url: 'https://x.ai/1.jpg', revised_prompt: '', mime_type: 'image/jpeg', respect_moderation: true },
      { url: '', respect_moderation: false },
    ];
    expect(read('xai', { data, usage: { cost_in_usd_ticks: 5 } })).toEqual({
      images: [{ url: 'https://x.ai/1.jpg', type: 'image/jpeg' }],
      filtered: [{ index: 1, reason: 'moderation' }],
      wireUsage: { cost_in_usd_ticks: 5 },
    });
  });

  test('of Gemini hold no drafts, and count pictures apart', () => {
    const parts = [
      { inlineData: { mimeType: 'image/png', data: 'ZHJhZnQ=' }, thought: true },
      { text: 'Here it is.' },
      { inlineData: { mimeType: 'image/png', data: png } },
    ];
    const usageMetadata = {
      promptTokenCount: 10,
      candidatesTokenCount: 1290,
      thoughtsTokenCount: 5,
      totalTokenCount: 1305,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 10 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
    };
    expect(
      read('gemini', { candidates: [{ content: { parts }, finishReason: 'STOP' }], usageMetadata }),
    ).toEqual({
      images: [{ data: png, type: 'image/png' }],
      filtered: [],
      usage: {
        inputTokens: 10,
        outputTokens: 1295,
        cachedInputTokens: 0,
        reasoningTokens: 5,
        media: { imageOutputTokens: 1290 },
      },
    });
  });

  test('of Imagen name what is filtered, with its reason or without', () => {
    const predictions = [
      { bytesBase64Encoded: png, mimeType: 'image/png', prompt: 'a big cat' },
      { raiFilteredReason: 'People are not made.' },
    ];
    expect(read('imagen', { predictions }, { n: 3 })).toEqual({
      images: [{ data: png, type: 'image/png', revisedPrompt: 'a big cat' }],
      filtered: [
        { index: 1, reason: 'People are not made.' },
        { index: 2, reason: 'filtered' },
      ],
    });
  });

  test.each<[Name, unknown, string]>([
    ['xai', { data: [{ url: '', respect_moderation: false }] }, 'moderation'],
    ['gemini', { candidates: [{ finishReason: 'IMAGE_SAFETY' }] }, 'IMAGE_SAFETY'],
    ['vertex', { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }, 'PROHIBITED_CONTENT'],
    ['imagen', { predictions: [{ raiFilteredReason: 'Violence.' }] }, 'Violence.'],
    ['imagen', {}, 'filtered'],
    [
      'openai-compatible',
      { data: [{ error: { code: 'OutputImageSensitiveContentDetected' } }] },
      'Sensitive',
    ],
  ])("of %s, %j, are OpenAI's error, and another model may do better", (name, body, reason) => {
    const error = caught(() => read(name, body));
    expect(error.code).toBe('VE_UPSTREAM_STATUS');
    expect(error.failure).toMatchObject({
      retry: 'never',
      refusal: 'content-filter',
      answer: { status: 400 },
    });
    const told: { error: JsonObject } = JSON.parse(Buffer.from(error.failure?.answer?.body ?? '').toString());
    expect(told.error).toMatchObject({ code: 'moderation_blocked', param: null });
    expect(told.error['message']).toContain(reason);
  });

  test.each<[Name, unknown]>([
    ['openai', {}],
    ['openai', { data: [] }],
    ['openai', { data: [{}] }],
    ['gemini', { candidates: [{ finishReason: 'NO_IMAGE', content: { parts: [{ text: 'No.' }] } }] }],
    ['gemini', {}],
    ['imagen', { predictions: [{}] }],
  ])('of %s, %j, are none', (name, body) => {
    expect(() => read(name, body)).toThrow(expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }));
  });
});

function caught(run: () => unknown): GatewayError {
  try {
    run();
  } catch (error) {
    if (GatewayError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
