import { createGateway, type Gateway, openai } from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { collect } from '../clients/collect.ts';
import { wav } from './operations.ts';
import { openStudio, type Studio } from './studio.ts';
import { operatorKey } from './vendors.ts';

const events = 'text/event-stream; charset=utf-8';

/** Streams in which a vendor quotes the key that it was shown. */
const quoting = [
  {
    name: 'a transcript',
    model: 'gpt-4o-transcribe',
    path: '/v1/audio/transcriptions',
    body: [
      { type: 'transcript.text.delta', delta: `the key is ${operatorKey}` },
      { type: 'transcript.text.done', text: `the key is ${operatorKey}` },
    ],
  },
  {
    name: 'speech',
    model: 'gpt-4o-mini-tts',
    path: '/v1/audio/speech',
    body: [
      { type: 'speech.audio.delta', audio: operatorKey },
      { type: 'speech.audio.done', usage: { note: operatorKey, output_tokens: 1 } },
    ],
  },
  {
    name: 'pictures',
    model: 'gpt-image-1.5',
    path: '/v1/images/generations',
    body: [
      { type: 'image_generation.partial_image', b64_json: operatorKey },
      { type: 'image_generation.completed', b64_json: 'AAAA', background: operatorKey },
    ],
  },
] as const;

function askFor(gateway: Gateway, path: string): Promise<Response> {
  if (path.endsWith('transcriptions')) {
    const form = new FormData();
    form.set('file', new File([new Uint8Array(wav)], 'fox.wav', { type: 'audio/wav' }));
    form.set('model', 'made');
    form.set('stream', 'true');
    return gateway.fetch(`http://gateway${path}`, { method: 'POST', body: form });
  }
  const body = { model: 'made', prompt: 'x', input: 'x', voice: 'alloy', stream: true, stream_format: 'sse' };
  return gateway.fetch(`http://gateway${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe.each(quoting)('a stream of $name', ({ model, path, body }) => {
  test.each([1, 3, 1000])('has no key of the operator in it, in writes of %i bytes', async (chunkSize) => {
    const text = body.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    await using upstream = await replay({ status: 200, headers: { 'content-type': events }, body: text });
    upstream.fail({ type: 'write', chunkSize });
    await using gateway = createGateway({
      open: true,
      upstreams: { own: openai({ apiKey: operatorKey, baseURL: `${upstream.origin}/v1` }) },
      models: { made: `own/${model}` },
    });
    const answer = await askFor(gateway, path);
    expect(answer.status).toBe(200);
    const told = await answer.text();
    expect(upstream.requests[0]?.headers.authorization).toContain(operatorKey);
    expect(told).not.toContain(operatorKey);
    expect(told).toContain(body[1].type);
  });
});

const openTwo = (): Promise<Studio> =>
  openStudio({ vendors: ['openai', 'openai'], models: ['gpt-image-1.5', 'gpt-image-1.5'] });

describe('a stream of pictures', () => {
  const asked = { model: 'made', prompt: 'a fox', stream: true, partial_images: 3 } as const;

  test('that breaks off ends with an error, and is not begun anew', async () => {
    await using one = await openTwo();
    one.upstream.fail({ type: 'cut', afterEvents: 2, how: 'reset' });
    const stream = await one.client.images.generate(asked);
    await expect(collect(stream)).rejects.toMatchObject({ message: expect.stringMatching(/\w/) });
    expect(one.upstreams.map(({ requests }) => requests.length)).toEqual([1, 0]);
  });

  test('that begins with an error is one, with its status', async () => {
    await using one = await openTwo();
    for (const upstream of one.upstreams) upstream.fail({ type: 'error-event', afterEvents: 0 });
    const answer = await one.ask('/v1/images/generations', asked);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers.get('content-type')).toContain('json');
    await answer.text();
  });

  test('is closed at the vendor as soon as nobody looks any more', async () => {
    await using one = await openTwo();
    one.upstream.fail({ type: 'hang-mid-stream', afterEvents: 1 });
    const leaving = new AbortController();
    const stream = await one.client.images.generate(asked, { signal: leaving.signal });
    for await (const { type } of stream) {
      expect(type).toBe('image_generation.partial_image');
      leaving.abort();
    }
    await one.upstream.requests[0]?.closed;
    expect(one.upstream.requests[0]?.aborted).toBe(true);
  });
});

describe('a size', () => {
  test.each([
    ['xai', 'grok-imagine-image', '1792x1024', 'size: 1792x1024 -> 16:9, 1k', { aspect_ratio: '16:9' }],
    [
      'vertex',
      'imagen-4.0-generate-001',
      '1024x1792',
      'size: 1024x1792 -> 9:16, 1K',
      { parameters: { aspectRatio: '9:16' } },
    ],
    ['gemini', 'gemini-2.5-flash-image', '1536x1024', 'size: 1536x1024 -> 3:2', {}],
    ['openai', 'gpt-image-1.5', '1536x1024', null, { size: '1536x1024' }],
    ['openai', 'gpt-image-1.5', '16:9', 'size: 16:9 -> 1536x1024', { size: '1536x1024' }],
    ['together', 'black-forest-labs/FLUX.1-schnell', '512x256', null, { width: 512, height: 256 }],
    ['siliconflow', 'black-forest-labs/FLUX.1-schnell', '512x256', null, { image_size: '512x256' }],
  ] as const)('%s, %s: %s', async (vendor, model, size, adjusted, sent) => {
    await using studio = await openStudio({ vendors: [vendor], models: [model] });
    const answer = await studio.ask('/v1/images/generations', { model: 'made', prompt: 'a fox', size });
    await answer.arrayBuffer();
    expect([answer.status, answer.headers.get('x-vector-adjusted')]).toEqual([200, adjusted]);
    expect(studio.upstream.requests[0]?.body).toMatchObject(sent);
  });

  test.each([
    ['openai', 'gpt-image-1.5', '800x600', /1024x1024, 1536x1024, 1024x1536/],
    ['openai', 'gpt-image-2', '1000x1000', /divisible by 16/],
    ['xai', 'grok-imagine-image', '5:1', /16:9/],
    ['gemini', 'gemini-2.5-flash-image', '7:1', /21:9/],
  ] as const)('%s, %s: %s is a 400 that names those there are', async (vendor, model, size, values) => {
    await using studio = await openStudio({ vendors: [vendor], models: [model] });
    const answer = await studio.ask('/v1/images/generations', { model: 'made', prompt: 'a fox', size });
    expect(await answer.json()).toMatchObject({
      error: { param: 'size', message: expect.stringMatching(values) },
    });
    expect([answer.status, studio.upstream.requests.length]).toEqual([400, 0]);
  });
});
