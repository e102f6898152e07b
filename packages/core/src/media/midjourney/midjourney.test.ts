import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ImageJobRequest } from '../../protocol/job.ts';
import type { MediaAnswer } from '../../protocol/media.ts';
import { midjourney as format } from './midjourney.ts';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUg', 'base64');
const answer = (body: unknown): MediaAnswer => ({ headers: {}, body: Buffer.from(JSON.stringify(body)) });
const wish = (fields: Partial<ImageJobRequest> = {}): ImageJobRequest => ({
  prompt: 'a fox',
  width: undefined,
  height: undefined,
  aspectRatio: undefined,
  images: [],
  n: undefined,
  extra: {},
  ...fields,
});

describe('Midjourney is asked', () => {
  test.each<[string, string, Partial<ImageJobRequest>, string]>([
    ['in its version', 'midjourney-v7', {}, 'a fox --v 7'],
    ['in no version', 'midjourney', {}, 'a fox'],
    ['in the version of its other self', 'niji-6', {}, 'a fox --niji 6'],
    ['in a shape', 'midjourney-v6', { aspectRatio: '16:9' }, 'a fox --ar 16:9 --v 6'],
    ['in a size', 'midjourney-v6', { width: 1792, height: 1024 }, 'a fox --ar 7:4 --v 6'],
    ['in a square, which it makes anyway', 'midjourney-v6', { width: 1024, height: 1024 }, 'a fox --v 6'],
    [
      'in its own words',
      'midjourney-v7',
      { extra: { negative_prompt: 'rain', seed: 7, stylize: '250' } },
      'a fox --no rain --seed 7 --stylize 250 --v 7',
    ],
    [
      'as the caller writes it himself',
      'midjourney-v7',
      { prompt: 'a fox --ar 1:1 --v 6.1', aspectRatio: '16:9' },
      'a fox --ar 1:1 --v 6.1',
    ],
  ])('%s', (_title, model, fields, prompt) => {
    expect(format.renderRequest(wish(fields), model)).toMatchObject({
      json: { prompt, base64Array: [] },
      dropped: [],
    });
  });

  test('with pictures, and never to call anybody', () => {
    const request = wish({
      images: [{ bytes: png, type: 'image/png' }],
      n: 4,
      extra: { notifyHook: 'https://evil.example', quality: 'hd', botType: 'MID_JOURNEY' },
    });
    expect(format.renderRequest(request, 'midjourney-v7')).toEqual({
      json: {
        prompt: 'a fox --v 7',
        base64Array: [`data:image/png;base64,${png.toString('base64')}`],
        botType: 'MID_JOURNEY',
      },
      dropped: ['notifyHook', 'quality', 'n'],
    });
  });

  test('with one parameter for each that is told, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('-', '—', ' ', 'a') }), (text) => {
        const rendered = format.renderRequest(wish({ extra: { negative_prompt: text } }), 'midjourney');
        const prompt = 'json' in rendered ? JSON.stringify(rendered.json) : '';
        expect(prompt.split(/--|—/).length).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('what its proxy answers', () => {
  test.each([1, 21, 22])('code %s is a job', (code) => {
    expect(format.parseCreated(answer({ code, description: 'ok', result: '1320098173412546' }))).toEqual({
      id: '1320098173412546',
      state: 'queued',
    });
  });

  test('a full queue sends the call elsewhere', () => {
    expect(() => format.parseCreated(answer({ code: 23, description: 'queue is full' }))).toThrow(
      expect.objectContaining({
        code: 'VE_UPSTREAM_STATUS',
        details: { upstreamStatus: 429, reason: 'queue is full' },
        failure: expect.objectContaining({ retry: 'elsewhere' }),
      }),
    );
  });

  test.each([
    [24, 'may contain sensitive words', { code: 'content_filtered', filtered: true }],
    [4, 'prompt is empty', { code: 'invalid_request', message: 'prompt is empty' }],
    [9, 'no account', { code: 'generation_failed' }],
  ])('code %s is a refusal', (code, description, error) => {
    expect(format.parseCreated(answer({ code, description }))).toMatchObject({ state: 'failed', error });
  });

  const imageUrl = 'https://cdn.example.com/grid.png';

  test.each<[string, object, object]>([
    ['NOT_START', {}, { state: 'queued' }],
    ['SUBMITTED', { progress: '0%' }, { state: 'queued', progress: 0 }],
    ['IN_PROGRESS', { progress: '40%', imageUrl }, { state: 'running', progress: 40, preview: imageUrl }],
    [
      'SUCCESS',
      { progress: '100%', imageUrl },
      { state: 'succeeded', progress: 100, results: [{ url: imageUrl }] },
    ],
    ['SUCCESS', { imageUrl: 'javascript:1' }, { state: 'failed', error: { code: 'result_missing' } }],
    ['FAILURE', { failReason: 'Banned prompt detected' }, { state: 'failed', error: { filtered: true } }],
    ['FAILURE', { failReason: 'timed out' }, { state: 'failed', error: { message: 'timed out' } }],
    ['CANCEL', {}, { state: 'failed', error: { code: 'cancelled' } }],
    ['MODAL', {}, { state: 'failed', error: { code: 'input_required' } }],
  ])('%s with %j', (status, fields, report) => {
    expect(format.parseStatus(answer({ id: '1', action: 'IMAGINE', status, ...fields }))).toMatchObject(
      report,
    );
  });

  test('nothing at all is what it says of a job that it has forgotten', () => {
    expect(() => format.parseStatus({ headers: {}, body: Buffer.alloc(0) })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ upstreamStatus: 404 }) }),
    );
  });

  test('a job is asked about by its name, and fetched from its address', () => {
    const job = { id: 'a/b', model: 'midjourney-v7', results: [{ url: imageUrl }] };
    expect(format.status(job)).toEqual({ method: 'GET', path: '/mj/task/a%2Fb/fetch' });
    expect(format.content(job, 'video')).toEqual({ result: { url: imageUrl } });
    expect(format.content(job, 'thumbnail')).toBeUndefined();
  });
});
