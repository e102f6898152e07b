import { describe, expect, test } from 'vitest';
import type { VideoRequest } from '../../protocol/job.ts';
import type { MediaAnswer } from '../../protocol/media.ts';
import { plain } from './parse-videos-request.ts';
import { taskVideos as format } from './task-videos.ts';

const wish = (fields: Partial<VideoRequest>): VideoRequest => ({ ...plain, prompt: 'a fox', ...fields });
const answer = (body: unknown): MediaAnswer => ({ headers: {}, body: Buffer.from(JSON.stringify(body)) });
const url = 'https://cdn.example.com/v.mp4';

describe('an aggregator is asked', () => {
  test('for whatever the caller wants, but not whom to call', () => {
    const request = wish({
      seconds: 40,
      width: 1024,
      height: 1024,
      resolution: '1080p',
      n: 2,
      image: { bytes: Buffer.from('abc'), type: 'image/png' },
      extra: { quality: 'hd', notify_hook: 'https://evil.example', metadata: { fps: 24, callbackUrl: 'x' } },
    });
    expect(format.renderRequest(request, 'sora-2-turbo')).toEqual({
      json: {
        model: 'sora-2-turbo',
        prompt: 'a fox',
        duration: 40,
        size: '1024x1024',
        resolution: '1080p',
        n: 2,
        image: 'data:image/png;base64,YWJj',
        quality: 'hd',
        metadata: { fps: 24 },
      },
      dropped: ['notify_hook', 'metadata.callbackUrl'],
    });
    expect(format.plan(request, 'sora-2-turbo')).toMatchObject({
      seconds: 40,
      width: 1024,
      n: 2,
      adjusted: [],
    });
  });

  test('what the caller names otherwise does not take the place of what was understood', () => {
    const rendered = format.renderRequest(
      wish({ extra: { model: 'x', prompt: 'y', duration: 9 }, seconds: 4 }),
      'm',
    );
    expect(rendered).toMatchObject({ json: { model: 'm', prompt: 'a fox', duration: 4 } });
  });
});

describe('its task', () => {
  test.each<[string, unknown, object]>([
    ['by its id', { id: 'task_1', status: 'queued' }, { id: 'task_1', state: 'queued' }],
    ['by another name', { task_id: 'abcd', status: 'processing' }, { id: 'abcd', state: 'running' }],
    [
      'in an envelope',
      { code: 'success', data: { task_id: 7, status: 'SUBMITTED' } },
      { id: '7', state: 'queued' },
    ],
    ['without a state', { task_id: 'abcd' }, { id: 'abcd', state: 'queued' }],
  ])('is known %s', (_title, body, report) => {
    expect(format.parseCreated(answer(body))).toEqual(report);
  });

  test('is read as its clients read it', () => {
    const task = {
      id: 'task_1',
      object: 'video.generation',
      created: 1716382910,
      model: 'sora-2.0-turbo',
      status: 'succeeded',
      data: [{ url, revised_prompt: 'a red fox', duration: 15.0, width: 1920, height: 1080 }],
      usage: { prompt_tokens: 45, completion_tokens: 8900, total_tokens: 8945 },
    };
    expect(format.parseStatus(answer(task))).toEqual({
      state: 'succeeded',
      progress: 100,
      results: [{ url, type: 'video/mp4', seconds: 15, width: 1920, height: 1080 }],
      revisedPrompt: 'a red fox',
      usage: { inputTokens: 45, outputTokens: 8900, cachedInputTokens: 0, reasoningTokens: 0 },
    });
  });

  test.each<[string, object]>([
    ['at the top', { url, metadata: { duration: 5, width: 1280, height: 720 } }],
    ['in what it is about', { content: { result_url: url, duration: 5, width: 1280, height: 720 } }],
    ['in an object', { data: { video_url: url, duration: 5, width: 1280, height: 720 } }],
  ])('may tell its video %s', (_title, place) => {
    expect(format.parseStatus(answer({ task_id: 'a', status: 'completed', ...place }))).toMatchObject({
      state: 'succeeded',
      results: [{ url, seconds: 5, width: 1280, height: 720 }],
    });
  });

  test.each<[object, object]>([
    [
      { status: 'failed', error: { code: 'x_1', message: 'sorry' } },
      { code: 'x_1', message: 'sorry' },
    ],
    [
      { status: 'FAILURE', fail_reason: 'content policy violation' },
      { code: 'generation_failed', filtered: true },
    ],
    [{ status: 'cancelled' }, { code: 'cancelled' }],
    [{ status: 'expired', error: null }, { code: 'expired' }],
    [{ status: 'timeout' }, { code: 'timeout' }],
    [{ status: 'succeeded', data: [{ url: 'file:///etc/passwd' }] }, { code: 'result_missing' }],
  ])('that failed says why', (task, error) => {
    expect(format.parseStatus(answer({ id: 'a', ...task }))).toMatchObject({ state: 'failed', error });
  });

  test('in a state that nobody knows is on its way', () => {
    expect(format.parseStatus(answer({ id: 'a', status: 'rendering', progress: '63%' }))).toEqual({
      state: 'running',
      progress: 63,
    });
  });

  test('that says nothing is none', () => {
    expect(() => format.parseStatus(answer({ hello: 1 }))).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });
});
