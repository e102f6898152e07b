import { createXai } from '@ai-sdk/xai';
import { describe, expect, test } from 'vitest';
import type { JobHandle, VideoRequest } from '../../protocol/job.ts';
import type { MediaAnswer } from '../../protocol/media.ts';
import { plain } from './parse-videos-request.ts';
import { xaiVideos as format } from './xai-videos.ts';

const wish = (fields: Partial<VideoRequest>): VideoRequest => ({ ...plain, prompt: 'a fox', ...fields });
const answer = (body: unknown): MediaAnswer => ({ headers: {}, body: Buffer.from(JSON.stringify(body)) });
const model = 'grok-imagine-video';
const url = 'https://vidgen.x.ai/v.mp4';
const job: JobHandle = { id: 'r-1', model, results: [{ url, seconds: 3 }] };

describe('xAI is asked', () => {
  test('as its own SDK asks it', async () => {
    let sent: unknown;
    const xai = createXai({
      apiKey: 'key',
      fetch: async (address, init) => {
        sent = await new Request(address, init).json();
        return Response.json({ request_id: 'r-1' });
      },
    });
    await xai.video(model).doStart?.({
      prompt: 'a fox',
      n: 1,
      duration: 10,
      aspectRatio: '16:9',
      resolution: '1280x720',
      fps: undefined,
      seed: undefined,
      image: { type: 'url', url: 'https://example.com/a.png' },
      frameImages: undefined,
      inputReferences: undefined,
      generateAudio: true,
      providerOptions: {},
    });
    const request = wish({
      seconds: 10,
      width: 1280,
      height: 720,
      image: { url: 'https://example.com/a.png' },
      extra: { generate_audio: true },
    });
    expect(format.renderRequest(request, model)).toEqual({
      json: sent,
      below: '/generations',
      dropped: [],
      adjusted: [],
    });
  });

  test('for a video in the shape of its first picture, unless another is wanted', () => {
    const image = { bytes: Buffer.from('abc'), type: 'image/png' };
    expect(format.renderRequest(wish({ image, extra: { quality: 'hd' } }), model)).toEqual({
      json: {
        model,
        prompt: 'a fox',
        duration: 8,
        resolution: '480p',
        image: { url: 'data:image/png;base64,YWJj' },
      },
      below: '/generations',
      dropped: ['quality'],
      adjusted: [],
    });
    expect(format.plan(wish({ image }), model)).toMatchObject({
      seconds: 8,
      width: undefined,
      height: undefined,
    });
  });

  test('to change a video by its address', () => {
    expect(format.renderRequest(wish({ remixOf: job }), model)).toEqual({
      json: { model, prompt: 'a fox', video: { url } },
      below: '/edits',
      dropped: [],
    });
    expect(() => format.renderRequest(wish({ remixOf: { ...job, results: [] } }), model)).toThrow(
      expect.objectContaining({ code: 'VE_PARAMETER_UNSUPPORTED' }),
    );
  });
});

describe('what xAI says of a video', () => {
  test.each<[string, unknown, object]>([
    ['pending', { status: 'pending', progress: 12 }, { state: 'running', progress: 12 }],
    [
      'done',
      { status: 'done', video: { url, duration: 3, respect_moderation: true } },
      { state: 'succeeded', progress: 100, results: [{ url, type: 'video/mp4', seconds: 3 }] },
    ],
    ['done without a word', { video: { url } }, { state: 'succeeded' }],
    [
      'kept as a file',
      { status: 'done', video: { file_output: { public_url: url } } },
      { results: [{ url }] },
    ],
    [
      'blocked',
      { status: 'done', video: { url, respect_moderation: false } },
      { state: 'failed', error: { code: 'content_filtered', filtered: true } },
    ],
    ['expired', { status: 'expired' }, { state: 'failed', error: { code: 'expired' } }],
    [
      'failed',
      { status: 'failed', error: { code: 'invalid_image', message: 'cannot read it' } },
      { state: 'failed', error: { code: 'invalid_image', message: 'cannot read it' } },
    ],
    [
      'done with nothing',
      { status: 'done', video: null },
      { state: 'failed', error: { code: 'result_missing' } },
    ],
  ])('%s', (_title, body, report) => {
    expect(format.parseStatus(answer(body))).toMatchObject(report);
  });

  test('nothing at all is one that is being made', () => {
    expect(format.parseStatus({ headers: {}, body: Buffer.alloc(0) })).toEqual({ state: 'running' });
  });

  test('it is told by its number, and fetched from its address', () => {
    expect(format.parseCreated(answer({ request_id: 'r-1' }))).toEqual({ id: 'r-1', state: 'queued' });
    expect(format.status(job)).toEqual({ method: 'GET', path: '/videos/r-1' });
    expect(format.content(job, 'video')).toEqual({ result: job.results[0] });
    expect(format.content(job, 'spritesheet')).toBeUndefined();
  });
});
