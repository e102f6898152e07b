import { createHmac } from 'node:crypto';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import type { JobHandle, VideoRequest, Webhook } from '../../protocol/job.ts';
import type { MediaAnswer, RenderedMedia } from '../../protocol/media.ts';
import { openAIVideos as format } from './openai-videos.ts';
import { plain } from './parse-videos-request.ts';

const wish = (fields: Partial<VideoRequest>): VideoRequest => ({ ...plain, prompt: 'a fox', ...fields });
const answer = (body: unknown): MediaAnswer => ({ headers: {}, body: Buffer.from(JSON.stringify(body)) });
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUg', 'base64');
const job: JobHandle = { id: 'video_1', model: 'sora-2', results: [] };

function fieldsOf(rendered: RenderedMedia): Record<string, string> {
  if (!('form' in rendered)) throw new Error('it is no form');
  return Object.fromEntries(rendered.form.fields);
}

describe('a video is created', () => {
  test('with a form that says its length and size', () => {
    const rendered = format.renderRequest(wish({ seconds: 8, width: 1280, height: 720 }), 'sora-2');
    expect(fieldsOf(rendered)).toEqual({ model: 'sora-2', prompt: 'a fox', seconds: '8', size: '1280x720' });
    expect(rendered).toMatchObject({ dropped: [], adjusted: [] });
  });

  test('with its first picture as a file', () => {
    const rendered = format.renderRequest(wish({ image: { bytes: png, type: 'image/png' } }), 'sora-2');
    expect(rendered).toMatchObject({
      form: {
        files: [['input_reference', { name: 'input_reference.png', type: 'image/png', size: png.length }]],
      },
    });
  });

  test.each([
    [{ url: 'https://example.com/a.png' }, { image_url: 'https://example.com/a.png' }],
    [{ fileId: 'file_1' }, { file_id: 'file_1' }],
  ])('in JSON, with a picture that is somewhere else', (image, input_reference) => {
    expect(format.renderRequest(wish({ image }), 'sora-2')).toMatchObject({
      json: { model: 'sora-2', seconds: '4', size: '720x1280', input_reference },
    });
  });

  test('by a server of another maker with whatever the caller says, but for whom to call', () => {
    const extra = {
      seed: 7,
      lora: { name: 'x', callback_url: 'https://evil.example' },
      webhook_url: 'https://evil.example',
    };
    const image = { bytes: png, type: 'image/png' };
    const rendered = format.renderRequest(
      wish({ seconds: 30, aspectRatio: '1:1', n: 2, image, extra }),
      'wan-2.2',
    );
    expect(rendered).toEqual({
      json: {
        model: 'wan-2.2',
        prompt: 'a fox',
        seconds: '30',
        aspect_ratio: '1:1',
        n: 2,
        seed: 7,
        lora: { name: 'x' },
        input_reference: { image_url: `data:image/png;base64,${png.toString('base64')}` },
      },
      dropped: ['lora.callback_url', 'webhook_url'],
    });
  });

  test('at OpenAI without what OpenAI does not know, which is told', () => {
    const rendered = format.renderRequest(wish({ extra: { quality: 'hd', seed: 1 } }), 'sora-2');
    expect(rendered.dropped).toEqual(['quality', 'seed']);
    expect(Object.keys(fieldsOf(rendered))).toEqual(['model', 'prompt', 'seconds', 'size']);
  });

  test('from another one', () => {
    const remixOf = { ...job, results: [{ seconds: 8, width: 1280, height: 720 }] };
    const request = wish({ remixOf, isExact: true });
    expect(format.renderRequest(request, 'sora-2')).toMatchObject({
      json: { prompt: 'a fox' },
      below: '/video_1/remix',
    });
    expect(format.plan(request, 'sora-2')).toMatchObject({
      seconds: 8,
      width: 1280,
      height: 720,
      adjusted: [],
    });
  });
});

describe('what it says of a video', () => {
  const video = { id: 'video_1', object: 'video', seconds: '8', size: '1280x720', expires_at: 1_700_000_000 };

  test.each([
    ['queued', { state: 'queued' }],
    ['in_progress', { state: 'running', progress: 40 }],
    [
      'completed',
      {
        state: 'succeeded',
        progress: 100,
        results: [{ type: 'video/mp4', seconds: 8, width: 1280, height: 720 }],
        expiresAt: 1_700_000_000_000,
      },
    ],
    [
      'failed',
      {
        state: 'failed',
        error: { code: 'generation_failed', message: 'the upstream could not make the video' },
      },
    ],
    ['cancelled', { state: 'failed', error: { code: 'cancelled' } }],
  ])('%s', (status, report) => {
    expect(format.parseStatus(answer({ ...video, status, progress: 40 }))).toMatchObject(report);
  });

  test('a video that its filter stops is told as one, also where it calls that finished', () => {
    const error = { code: 'moderation_blocked', message: 'no' };
    for (const status of ['failed', 'completed'])
      expect(format.parseStatus(answer({ ...video, status, error }))).toMatchObject({
        state: 'failed',
        error: { filtered: true, message: 'no' },
      });
  });

  test.each(['', '.', '..', 5.5, null, { a: 1 }])('a job without a name is none: %s', (id) => {
    expect(() => format.parseCreated(answer({ id, status: 'queued' }))).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });

  test.each(['', '[]', 'nonsense', '"text"'])('what is no object is refused: %s', (text) => {
    expect(() => format.parseStatus({ headers: {}, body: Buffer.from(text) })).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });
});

test('a name leads nowhere else than to the video', () => {
  const id = '../files?x=#/..';
  expect(format.status({ ...job, id })).toEqual({ method: 'GET', path: '/videos/..%2Ffiles%3Fx%3D%23%2F..' });
  expect(format.remove?.({ ...job, id })?.method).toBe('DELETE');
  expect(format.content(job, 'video')).toEqual({ call: { method: 'GET', path: '/videos/video_1/content' } });
  expect(format.content(job, 'thumbnail')).toEqual({
    call: { method: 'GET', path: '/videos/video_1/content?variant=thumbnail' },
  });
  expect(format.content(job, 'video', 1)).toBeUndefined();
});

describe('a webhook', () => {
  const secret = `whsec_${Buffer.from('a secret of some length').toString('base64')}`;
  const now = Date.now();
  const event = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'video.completed',
    data: { id: 'video_1' },
  });

  function signed(body: string, { at = now, key = 'a secret of some length' } = {}): Webhook {
    const timestamp = String(Math.floor(at / 1000));
    const signature = createHmac('sha256', key).update(`wh_1.${timestamp}.${body}`).digest('base64');
    const headers = {
      'webhook-id': 'wh_1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')} v1,${signature}`,
    };
    return { headers, body: Buffer.from(body), secret, now };
  }

  test('says which video to ask about', () => {
    expect(format.parseWebhook?.(signed(event))).toEqual({ id: 'video_1', report: undefined });
    expect(format.parseWebhook?.(signed(event.replace('completed', 'failed')))).toMatchObject({
      id: 'video_1',
    });
  });

  test('that OpenAI takes for its own is one', async () => {
    const client = new OpenAI({ apiKey: 'key' });
    const { headers } = signed(event);
    await expect(client.webhooks.verifySignature(event, headers, secret)).resolves.toBeUndefined();
  });

  test('of other things matters to nobody', () => {
    expect(format.parseWebhook?.(signed('{"type":"response.completed","data":{"id":"r"}}'))).toBeUndefined();
    expect(format.parseWebhook?.(signed('nonsense'))).toBeUndefined();
  });

  test.each<[string, Webhook]>([
    ['signed with another key', signed(event, { key: 'another' })],
    ['that is changed', { ...signed(event), body: Buffer.from(event.replace('video_1', 'video_2')) }],
    ['that is old', signed(event, { at: now - 301_000 })],
    ['from the future', signed(event, { at: now + 302_000 })],
    ['without a signature', { ...signed(event), headers: {} }],
    ['where no secret is configured', { ...signed(event), secret: undefined }],
    ['where the secret is empty', { ...signed(event), secret: '' }],
  ])('%s is refused', (_title, hook) => {
    expect(() => format.parseWebhook?.(hook)).toThrow(
      expect.objectContaining({ code: 'VE_UNAUTHENTICATED' }),
    );
  });

  test('by a secret in plain text is read as well', () => {
    expect(format.parseWebhook?.({ ...signed(event), secret: 'a secret of some length' })).toBeDefined();
  });
});
