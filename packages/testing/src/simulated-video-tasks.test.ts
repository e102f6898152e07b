import { describe, expect, test } from 'vitest';
import { manualClock, type SimulatedJobUpstream, simulatedVideoTasks } from './index.ts';
import { readMp4 } from './media-files/read-mp4.ts';

/* Aggregators have no SDK: their clients are plain HTTP. */

const wish = { model: 'sora-2.0-turbo', prompt: 'A calm ocean wave', size: '1920x1080', duration: '15s' };

async function create(upstream: SimulatedJobUpstream, body: object): Promise<Response> {
  return fetch(`${upstream.baseURL}/video/generations`, {
    method: 'POST',
    headers: { authorization: 'Bearer right', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function look(upstream: SimulatedJobUpstream, id: string): Promise<Record<string, unknown>> {
  const headers = { authorization: 'Bearer right' };
  const answer = await fetch(`${upstream.baseURL}/video/generations/${id}`, { headers });
  return { httpStatus: answer.status, ...((await answer.json()) as object) };
}

async function started(upstream: SimulatedJobUpstream, body: object = wish): Promise<string> {
  const answer = await create(upstream, body);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { id: string }).id;
}

test('a task is queued, processed and has succeeded, and anybody can download the file', async () => {
  const clock = manualClock();
  await using upstream = await simulatedVideoTasks({ clock, jobTime: 10_000, apiKeys: ['right'] });
  const id = await started(upstream);
  expect(id).toMatch(/^task_/);
  const head = { id, object: 'video.generation', model: wish.model, created: Date.UTC(2026, 0, 1) / 1000 };
  expect(await look(upstream, id)).toEqual({ httpStatus: 200, ...head, status: 'queued' });
  await clock.advance(5500);
  expect(await look(upstream, id)).toEqual({ httpStatus: 200, ...head, status: 'processing', progress: 50 });
  await clock.advance(4500);
  const done = await look(upstream, id);
  expect(done).toMatchObject({
    ...head,
    status: 'succeeded',
    data: [{ revised_prompt: wish.prompt, duration: 15, width: 1920, height: 1080 }],
    usage: { total_tokens: expect.any(Number) },
  });
  const [{ url } = { url: '' }] = done.data as { url: string }[];
  const file = await fetch(url);
  expect(file.headers.get('content-type')).toBe('video/mp4');
  expect(readMp4(Buffer.from(await file.arrayBuffer()))).toMatchObject({
    width: 1920,
    height: 1080,
    seconds: 15,
  });
  expect(upstream.jobs.list()).toMatchObject([{ polls: 3, downloads: 1 }]);
});

test.each([
  [{ duration: 10 }, 10],
  [{ duration: '8' }, 8],
  [{ seconds: '4' }, 4],
  [{}, 5],
])('%j is a length', async (length, seconds) => {
  await using upstream = await simulatedVideoTasks();
  await started(upstream, { model: 'veo-3-video', prompt: 'A cat', ...length });
  expect(upstream.jobs.list()).toMatchObject([{ seconds, width: 1280, height: 720 }]);
});

test('a file that has expired is gone', async () => {
  await using upstream = await simulatedVideoTasks({ jobTime: 0 });
  upstream.jobs.plan({ file: { expiresAfter: 0, status: 410 } });
  const done = await look(upstream, await started(upstream));
  const [{ url } = { url: '' }] = done.data as { url: string }[];
  expect((await fetch(url)).status).toBe(410);
});

test('what fails, is filtered or gets lost is told', async () => {
  await using upstream = await simulatedVideoTasks({ jobTime: 0 });
  upstream.jobs.plan([
    { ends: { type: 'failure', code: 'busy', message: 'Broken.' } },
    { ends: { type: 'filtered' } },
    { ends: { type: 'lost' } },
    { polls: { status: 500 } },
  ]);
  expect(await look(upstream, await started(upstream))).toMatchObject({
    status: 'failed',
    error: { code: 'busy', message: 'Broken.' },
  });
  expect(await look(upstream, await started(upstream))).toMatchObject({
    status: 'failed',
    error: { code: 'content_policy_violation' },
  });
  expect(await look(upstream, await started(upstream))).toMatchObject({ httpStatus: 404 });
  expect(await look(upstream, await started(upstream))).toMatchObject({ httpStatus: 500 });
});

describe('refused are', () => {
  test.each([
    [{ ...wish, duration: 61 }, 'duration'],
    [{ ...wish, duration: 'long' }, 'duration'],
    [{ ...wish, size: 'big' }, 'size'],
    [{ ...wish, prompt: '' }, 'prompt'],
  ])('%j', async (body, param) => {
    await using upstream = await simulatedVideoTasks();
    const answer = await create(upstream, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { param } });
  });

  test('unknown models, wrong keys, and creations that a plan refuses', async () => {
    await using upstream = await simulatedVideoTasks({ models: ['other', wish.model], apiKeys: ['right'] });
    expect((await create(upstream, { ...wish, model: 'unknown' })).status).toBe(404);
    upstream.jobs.plan({ creation: { type: 'status', status: 503 } });
    expect((await create(upstream, wish)).status).toBe(503);
    expect((await fetch(`${upstream.baseURL}/video/generations/task_0`)).status).toBe(401);
  });
});
