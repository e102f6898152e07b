import { expect, test } from 'vitest';
import type { ImageRequest } from '../../protocol/image.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { imagesFamily } from './family.ts';
import { ImageEvents } from './openai-stream.ts';

const request = (n?: number): ImageRequest =>
  imagesFamily.parseRequest({
    json: { model: 'm', prompt: 'p', stream: true, ...(n === undefined ? {} : { n }) },
  });
const event = (data: JsonObject & { readonly type: string }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const partial = event({
  type: 'image_generation.partial_image',
  b64_json: 'AAAA',
  partial_image_index: 0,
});
const usage = {
  input_tokens: 10,
  input_tokens_details: { text_tokens: 10, image_tokens: 0 },
  output_tokens: 200,
  total_tokens: 210,
};
const completed = event({ type: 'image_generation.completed', b64_json: 'AAAA', usage });

/** All that passes, byte by byte. */
function pass(events: ImageEvents, text: string): string {
  const pieces = [...Buffer.from(text)].map((byte) => events.take(Buffer.from([byte])));
  return Buffer.concat(pieces).toString();
}

test('events pass as they are, whole ones only, and what they count is read', () => {
  const events = new ImageEvents(request());
  expect(pass(events, partial + completed.slice(0, 20))).toBe(partial);
  expect([events.isComplete(), events.usage]).toEqual([false, undefined]);
  expect(pass(events, completed.slice(20))).toBe(completed);
  expect(events.isComplete()).toBe(true);
  expect(events.end().length).toBe(0);
  expect(events.usage).toEqual({
    inputTokens: 10,
    outputTokens: 200,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    media: { imageInputTokens: 0, imageOutputTokens: 200, images: 1 },
  });
});

test('a stream of several is complete with the last of them, and ends well with fewer', () => {
  const events = new ImageEvents(request(2));
  pass(events, completed);
  expect(events.isComplete()).toBe(false);
  expect(events.end().length).toBe(0);
  pass(events, completed);
  expect([events.isComplete(), events.usage?.outputTokens, events.usage?.media?.images]).toEqual([
    true,
    400,
    2,
  ]);
});

test('a last event without its empty line is given on with one', () => {
  const events = new ImageEvents(request());
  expect(pass(events, completed.slice(0, -2))).toBe('');
  expect(events.end().toString()).toBe(completed);
  expect(events.usage?.outputTokens).toBe(200);
});

test('a stream that ends without its image is broken, and the caller is told so', () => {
  const events = new ImageEvents(request());
  pass(events, partial);
  expect(() => events.end()).toThrow(expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }));
  expect(events.breakOff(new Error('gone')).toString()).toMatch(/^(event: error\n)?data: \{"error":/);
});

test("the vendor's own error is the end", () => {
  const events = new ImageEvents(request());
  const error = event({ type: 'error', error: { code: 'moderation_blocked' } });
  expect(pass(events, error)).toBe(error);
  expect(events.isComplete()).toBe(true);
  expect(events.end().length).toBe(0);
});
