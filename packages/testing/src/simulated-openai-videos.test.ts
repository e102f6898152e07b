import OpenAI, { APIConnectionError, APIUserAbortError, toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { clientOf, collect } from '../test/ask-with-sdk.ts';
import { failure } from '../test/catch-failure.ts';
import { compare, isAbsent, nothing, recorded, shapeOf, union } from '../test/compare-shapes.ts';
import { receiveHooks } from '../test/receive-hooks.ts';
import { manualClock, simulatedOpenAI } from './index.ts';
import { makePng } from './media-files/make-png.ts';
import { readMp4 } from './media-files/read-mp4.ts';

/* OpenAI's Videos API as OpenAI's own SDK reads it, with no gateway between. */

const wish = {
  model: 'sora-2',
  prompt: 'A calm ocean wave at sunset',
  seconds: '8',
  size: '1280x720',
} as const;

async function started(options: { jobTime?: number } = {}) {
  const clock = manualClock(Date.now());
  const upstream = await simulatedOpenAI({ clock, jobTime: 10_000, ...options });
  return { clock, upstream, client: clientOf(upstream), [Symbol.asyncDispose]: () => upstream.close() };
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

describe('a job', () => {
  test('is queued, makes progress and is complete, and the file is what was asked for', async () => {
    await using host = await started();
    const { client, clock, upstream } = host;
    const created = await client.videos.create(wish);
    expect(created).toMatchObject({ object: 'video', status: 'queued', progress: 0, error: null, ...wish });
    await clock.advance(5500);
    expect(await client.videos.retrieve(created.id)).toMatchObject({ status: 'in_progress', progress: 50 });
    await clock.advance(4500);
    const done = await client.videos.retrieve(created.id);
    expect(done).toMatchObject({
      status: 'completed',
      progress: 100,
      completed_at: created.created_at + 10,
      expires_at: created.created_at + 10 + 86_400,
    });
    const content = await client.videos.downloadContent(created.id);
    expect(content.headers.get('content-type')).toBe('video/mp4');
    expect(readMp4(await bytesOf(content))).toMatchObject({ width: 1280, height: 720, seconds: 8 });
    expect(upstream.jobs.list()).toMatchObject([
      { id: created.id, state: 'succeeded', polls: 2, downloads: 1 },
    ]);
  });

  test('has defaults: four seconds, upright', async () => {
    await using host = await started();
    const created = await host.client.videos.create({ prompt: 'A cat' });
    expect(created).toMatchObject({ model: 'sora-2', seconds: '4', size: '720x1280' });
  });

  test('can begin with a picture: uploaded in a form, or named in JSON', async () => {
    await using host = await started();
    const { client, upstream } = host;
    const png = makePng({ width: 1280, height: 720, seed: 'a' });
    const file = await toFile(png, 'frame.png', { type: 'image/png' });
    expect(await client.videos.create({ ...wish, input_reference: file })).toMatchObject({
      status: 'queued',
    });
    const input_reference = { image_url: 'https://example.com/frame.png' };
    expect(await client.videos.create({ ...wish, input_reference })).toMatchObject({ status: 'queued' });
    const answer = await fetch(`${upstream.baseURL}/videos`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...wish, input_reference }),
    });
    expect(await answer.json()).toMatchObject({ status: 'queued', seconds: '8' });
  });

  test('can be remixed once it is complete, with another prompt', async () => {
    await using host = await started();
    const { client, clock } = host;
    const source = await client.videos.create(wish);
    expect(await failure(client.videos.remix(source.id, { prompt: 'At night' }))).toMatchObject({
      status: 400,
    });
    await clock.advance(10_000);
    const remix = await client.videos.remix(source.id, { prompt: 'At night' });
    expect(remix).toMatchObject({
      status: 'queued',
      prompt: 'At night',
      remixed_from_video_id: source.id,
      seconds: '8',
      size: '1280x720',
    });
  });

  test('can be deleted', async () => {
    await using host = await started();
    const { client, upstream } = host;
    const { id } = await client.videos.create(wish);
    expect(await client.videos.delete(id)).toEqual({ id, deleted: true, object: 'video.deleted' });
    expect(await failure(client.videos.retrieve(id))).toMatchObject({ status: 404 });
    expect(await failure(client.videos.delete(id))).toMatchObject({ status: 404 });
    expect(upstream.jobs.list()).toMatchObject([{ id, deleted: true }]);
  });

  test('that is not over cannot be downloaded', async () => {
    await using host = await started();
    const { id } = await host.client.videos.create(wish);
    expect(await failure(host.client.videos.downloadContent(id))).toMatchObject({
      status: 404,
      error: { message: 'Video is not ready yet, use GET /v1/videos/{video_id} to check status.' },
    });
  });
});

describe('the list', () => {
  test('comes in pages, newest first', async () => {
    await using host = await started();
    const { client } = host;
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push((await client.videos.create(wish)).id);
    const page = await client.videos.list({ limit: 2 });
    expect(page.data.map(({ id }) => id)).toEqual([ids[4], ids[3]]);
    expect(page).toMatchObject({ has_more: true, last_id: ids[3] });
    expect((await collect(page)).map(({ id }) => id)).toEqual(ids.toReversed());
    const oldest = await collect(await client.videos.list({ order: 'asc', after: ids[1] ?? '' }));
    expect(oldest.map(({ id }) => id)).toEqual(ids.slice(2));
  });
});

describe('the file', () => {
  test('can be had in parts', async () => {
    await using host = await started();
    const { client, upstream } = host;
    const { id } = await client.videos.create(wish);
    upstream.jobs.finish();
    const whole = await bytesOf(await client.videos.downloadContent(id));
    for (const [range, expected] of [
      ['bytes=0-99', whole.subarray(0, 100)],
      ['bytes=100-', whole.subarray(100)],
      ['bytes=-7', whole.subarray(-7)],
    ] as const) {
      const part = await client.videos.downloadContent(id, {}, { headers: { range } });
      expect(part.status).toBe(206);
      expect((await bytesOf(part)).equals(expected)).toBe(true);
    }
    const beyond = { headers: { range: `bytes=${whole.length}-` } };
    expect(await failure(client.videos.downloadContent(id, {}, beyond))).toMatchObject({ status: 416 });
  });

  test.each([
    ['thumbnail', 'image/webp', 'WEBP'],
    ['spritesheet', 'image/jpeg', '\xff\xd8'],
  ] as const)('has a %s', async (variant, type, mark) => {
    await using host = await started();
    const { client, upstream } = host;
    const { id } = await client.videos.create(wish);
    upstream.jobs.finish();
    const content = await client.videos.downloadContent(id, { variant });
    expect(content.headers.get('content-type')).toBe(type);
    expect((await bytesOf(content)).toString('latin1')).toContain(mark);
  });

  test('can be as large as a test wants, and still plays', async () => {
    await using host = await started();
    const { client, upstream } = host;
    upstream.jobs.plan({ file: { bytes: 3_000_000 } });
    const { id } = await client.videos.create(wish);
    upstream.jobs.finish();
    const bytes = await bytesOf(await client.videos.downloadContent(id));
    expect(bytes).toHaveLength(3_000_000);
    expect(readMp4(bytes)).toMatchObject({ seconds: 8 });
    const across = { headers: { range: 'bytes=1000-2999998' } };
    const part = await bytesOf(await client.videos.downloadContent(id, {}, across));
    expect(part.equals(bytes.subarray(1000, 2_999_999))).toBe(true);
  });

  test.each([
    [undefined, 404],
    [410, 410],
  ])('expires: by itself, or with the status %s', async (status, expected) => {
    await using host = await started();
    const { client, clock, upstream } = host;
    upstream.jobs.plan({ file: { expiresAfter: 60_000, ...(status === undefined ? {} : { status }) } });
    const { id } = await client.videos.create(wish);
    await clock.advance(10_000 + 59_999);
    await (await client.videos.downloadContent(id)).arrayBuffer();
    await clock.advance(1);
    expect(await failure(client.videos.downloadContent(id))).toMatchObject({ status: expected });
  });
});

describe('refused are', () => {
  test.each([
    [{ seconds: '5' }, 'seconds', "Invalid value: '5'. Supported values are: '4', '8', and '12'."],
    [
      { size: '1x1' },
      'size',
      "Invalid value: '1x1'. Supported values are: '720x1280', '1280x720', '1024x1792', and '1792x1024'.",
    ],
    [{ fps: 24 }, 'fps', "Unknown parameter: 'fps'."],
    [{ prompt: undefined }, 'prompt', "Missing required parameter: 'prompt'."],
    [
      { input_reference: 'https://example.com' },
      'input_reference',
      "Invalid type for 'input_reference': expected a file, but got a string instead.",
    ],
  ])('%j', async (extra, param, message) => {
    await using host = await started();
    const answer = await fetch(`${host.upstream.baseURL}/videos`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...wish, ...extra }),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error', param, message } });
    expect(host.upstream.jobs.creations).toBe(0);
  });

  test('a picture of another size than the video, and a text as a picture', async () => {
    await using host = await started();
    const { client } = host;
    const small = await toFile(makePng({ width: 64, height: 64, seed: 'a' }), 'a.png', { type: 'image/png' });
    expect(await failure(client.videos.create({ ...wish, input_reference: small }))).toMatchObject({
      status: 400,
      error: { message: 'Inpaint image must match the requested width and height' },
    });
    const text = await toFile(Buffer.from('hello'), 'a.txt', { type: 'text/plain' });
    expect(await failure(client.videos.create({ ...wish, input_reference: text }))).toMatchObject({
      status: 400,
      code: 'unsupported_file_mimetype',
    });
  });

  test('models that make no videos, and wrong keys', async () => {
    await using upstream = await simulatedOpenAI({ apiKeys: ['sk-right'] });
    const right = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'sk-right', maxRetries: 0 });
    expect(await failure(right.videos.create({ ...wish, model: 'gpt-4o' }))).toMatchObject({ status: 404 });
    expect(await failure(clientOf(upstream).videos.create(wish))).toMatchObject({ status: 401 });
  });
});

describe('a plan', () => {
  test('makes jobs fail, or the filter take them, or the vendor lose them', async () => {
    await using host = await started();
    const { client, clock, upstream } = host;
    upstream.jobs.plan([
      { ends: { type: 'failure', code: 'internal_error', message: 'Broken.' } },
      { ends: { type: 'filtered' } },
      { ends: { type: 'lost' } },
    ]);
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1) ids.push((await client.videos.create(wish)).id);
    const [failed = '', filtered = '', lost = '', usual = ''] = ids;
    expect(await client.videos.retrieve(lost)).toMatchObject({ status: 'queued' });
    await clock.advance(10_000);
    expect(await client.videos.retrieve(failed)).toMatchObject({
      status: 'failed',
      error: { code: 'internal_error', message: 'Broken.' },
      completed_at: null,
    });
    expect(await client.videos.retrieve(filtered)).toMatchObject({
      status: 'failed',
      error: { code: 'moderation_blocked' },
    });
    expect(await failure(client.videos.retrieve(lost))).toMatchObject({ status: 404 });
    expect(await client.videos.retrieve(usual)).toMatchObject({ status: 'completed' });
    expect(upstream.jobs.list().map(({ state }) => state)).toEqual([
      'failed',
      'filtered',
      'lost',
      'succeeded',
    ]);
    expect((await collect(await client.videos.list())).map(({ id }) => id)).toEqual([
      usual,
      filtered,
      failed,
    ]);
  });

  test('refuses creations without making a job', async () => {
    await using host = await started();
    const { client, upstream } = host;
    upstream.jobs.plan((_request, index) =>
      index < 3 ? { creation: { type: 'status', status: [429, 503, 500][index] ?? 500 } } : undefined,
    );
    for (const status of [429, 503, 500]) {
      expect(await failure(client.videos.create(wish))).toMatchObject({ status });
    }
    await client.videos.create(wish);
    expect(upstream.jobs.creations).toBe(4);
    expect(upstream.jobs.list()).toHaveLength(1);
  });

  test('resets the connection, or stays silent, after the job was made', async () => {
    await using host = await started();
    const { client, upstream } = host;
    upstream.jobs.plan([{ creation: { type: 'reset' } }, { creation: { type: 'hang' } }]);
    expect(await failure(client.videos.create(wish))).toBeInstanceOf(APIConnectionError);
    const leaving = new AbortController();
    const left = failure(client.videos.create(wish, { signal: leaving.signal }));
    await upstream.waitForRequests(2);
    leaving.abort();
    expect(await left).toBeInstanceOf(APIUserAbortError);
    expect(upstream.jobs.list()).toHaveLength(2);
    expect(upstream.requests.map(({ status }) => status)).toEqual([undefined, undefined]);
  });

  test('answers polls with 500 for a while', async () => {
    await using host = await started({ jobTime: 120_000 });
    const { client, clock, upstream } = host;
    upstream.jobs.plan({ polls: { status: 500, from: 10_000, until: 70_000 } });
    const { id } = await client.videos.create(wish);
    expect(await client.videos.retrieve(id)).toMatchObject({ status: 'queued' });
    await clock.advance(10_000);
    expect(await failure(client.videos.retrieve(id))).toMatchObject({ status: 500 });
    await clock.advance(60_000);
    expect(await client.videos.retrieve(id)).toMatchObject({ status: 'in_progress' });
    expect(upstream.jobs.list()).toMatchObject([{ polls: 3 }]);
  });

  test('needs no clock: jobs can be made older, and ended', async () => {
    await using upstream = await simulatedOpenAI({ jobTime: 60_000 });
    const client = clientOf(upstream);
    const first = await client.videos.create(wish);
    upstream.jobs.advance(30_000);
    const second = await client.videos.create(wish);
    expect(await client.videos.retrieve(first.id)).toMatchObject({ status: 'in_progress' });
    expect(await client.videos.retrieve(second.id)).toMatchObject({ status: 'queued' });
    upstream.jobs.finish({ type: 'filtered' }, first.id);
    upstream.jobs.finish();
    expect(await client.videos.retrieve(first.id)).toMatchObject({ status: 'failed' });
    expect(await client.videos.retrieve(second.id)).toMatchObject({ status: 'completed' });
    expect(() => upstream.jobs.finish(undefined, 'video_0')).toThrow(RangeError);
  });
});

describe('webhooks', () => {
  test.each(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'any text'])(
    'tell that a job is over, so that the SDK can verify it, signed with %s',
    async (secret) => {
      await using receiver = await receiveHooks();
      await using host = await started();
      const { client, clock, upstream } = host;
      const early = await client.videos.create(wish);
      upstream.sendWebhooks({ url: receiver.url, secret });
      upstream.jobs.plan({ takes: 20_000, ends: { type: 'failure' } });
      const late = await client.videos.create(wish);
      await clock.advance(19_999);
      await upstream.jobs.waitForNotices(1);
      expect(clock.pending).toBe(1);
      await clock.advance(1);
      await upstream.jobs.waitForNotices(2);
      const events = await Promise.all(
        receiver.received.map(({ body, headers }) =>
          client.webhooks.unwrap(body, headers as Record<string, string>, secret),
        ),
      );
      expect(events).toMatchObject([
        { object: 'event', type: 'video.completed', data: { id: early.id } },
        { object: 'event', type: 'video.failed', data: { id: late.id } },
      ]);
      expect(upstream.jobs.notices).toMatchObject([
        { jobId: early.id, status: 200 },
        { jobId: late.id, status: 200 },
      ]);
    },
  );

  test('come at once for a job that is ended by hand, and nobody waits where nobody listens', async () => {
    await using host = await started();
    const { client, upstream } = host;
    upstream.sendWebhooks({ url: 'http://127.0.0.1:9/', secret: 'a' });
    const { id } = await client.videos.create(wish);
    upstream.jobs.finish();
    expect(await upstream.jobs.waitForNotices(1)).toMatchObject([{ jobId: id, status: undefined }]);
  });
});

describe.skipIf(isAbsent)('recordings', () => {
  test('have the same keys', async () => {
    await using host = await started();
    const { client, upstream } = host;
    const { id } = await client.videos.create(wish);
    const shapes = [shapeOf(await client.videos.retrieve(id))];
    upstream.jobs.finish();
    shapes.push(shapeOf(await client.videos.retrieve(id)));
    const recording = union(
      recorded('openai/sora-create-poll-download').flatMap(({ response }) =>
        response.body === undefined ? [] : [shapeOf(response.body)],
      ),
    );
    // The recording is put together from documentation, which lacks what the SDK's types have and has a quality.
    const { forgotten } = compare(union(shapes), recording, ['quality']) as { forgotten: string[] };
    expect({ ...nothing, forgotten }).toEqual(nothing);
  });
});
