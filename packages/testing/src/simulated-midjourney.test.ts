import { describe, expect, test } from 'vitest';
import { receiveHooks } from '../test/receive-hooks.ts';
import { manualClock, type SimulatedJobUpstream, simulatedMidjourney } from './index.ts';
import { readPngSize } from './media-files/make-png.ts';

/* The common proxy has no SDK: its clients are plain HTTP. */

type Json = Record<string, unknown>;

async function post(upstream: SimulatedJobUpstream, path: string, body: object): Promise<Json> {
  const answer = await fetch(`${upstream.baseURL}/mj/submit/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'mj-api-secret': 'right' },
    body: JSON.stringify(body),
  });
  return { httpStatus: answer.status, ...((await answer.json()) as Json) };
}

async function look(upstream: SimulatedJobUpstream, id: unknown): Promise<Json | undefined> {
  const answer = await fetch(`${upstream.baseURL}/mj/task/${String(id)}/fetch`, {
    headers: { authorization: 'Bearer right' },
  });
  const text = await answer.text();
  return text === '' ? undefined : { httpStatus: answer.status, ...(JSON.parse(text) as Json) };
}

async function sizeOf(url: unknown): Promise<ReturnType<typeof readPngSize>> {
  const answer = await fetch(String(url));
  expect(answer.headers.get('content-type')).toBe('image/png');
  return readPngSize(Buffer.from(await answer.arrayBuffer()));
}

describe('a task', () => {
  test('makes progress that can be seen, and ends with an image and its buttons', async () => {
    const clock = manualClock();
    await using upstream = await simulatedMidjourney({ clock, jobTime: 10_000, apiKeys: ['right'] });
    const submitted = await post(upstream, 'imagine', { prompt: 'Cat --ar 16:9', state: 'mine' });
    expect(submitted).toMatchObject({ code: 1, result: expect.stringMatching(/^\d{16}$/) });
    const id = submitted.result;
    expect(await look(upstream, id)).toMatchObject({
      id,
      action: 'IMAGINE',
      status: 'SUBMITTED',
      progress: '0%',
      imageUrl: null,
      state: 'mine',
      prompt: 'Cat --ar 16:9',
    });
    await clock.advance(4600);
    const half = await look(upstream, id);
    expect(half).toMatchObject({ status: 'IN_PROGRESS', progress: '40%', buttons: [] });
    expect(await sizeOf(half?.imageUrl)).toEqual({ width: 910, height: 512 });
    await clock.advance(5400);
    const done = await look(upstream, id);
    expect(done).toMatchObject({ status: 'SUCCESS', progress: '100%', failReason: null });
    expect(await sizeOf(done?.imageUrl)).toEqual({ width: 3640, height: 2048 });
    const labels = ['U1', 'U2', 'U3', 'U4', '', 'V1', 'V2', 'V3', 'V4'].map((label) => ({ label }));
    expect(done).toMatchObject({ buttons: labels });
    expect(upstream.jobs.list()).toMatchObject([{ polls: 3, downloads: 1, state: 'succeeded' }]);
  });

  test('can be gone on with: by a button, or by an action and a number', async () => {
    await using upstream = await simulatedMidjourney({ jobTime: 60_000 });
    const { result: taskId } = await post(upstream, 'imagine', { prompt: 'Cat' });
    expect(await post(upstream, 'change', { taskId, action: 'UPSCALE', index: 1 })).toMatchObject({
      code: 4,
    });
    upstream.jobs.finish();
    const buttons = (await look(upstream, taskId))?.buttons as { customId: string }[];
    const byButton = await post(upstream, 'action', { taskId, customId: buttons[1]?.customId });
    upstream.jobs.finish();
    const enlarged = await look(upstream, byButton.result);
    expect(enlarged).toMatchObject({ action: 'UPSCALE', status: 'SUCCESS', buttons: [] });
    expect(await sizeOf(enlarged?.imageUrl)).toEqual({ width: 1024, height: 1024 });
    const byNumber = await post(upstream, 'change', { taskId, action: 'VARIATION', index: 4 });
    expect(await look(upstream, byNumber.result)).toMatchObject({ action: 'VARIATION' });
    expect(await post(upstream, 'change', { taskId, action: 'UPSCALE', index: 5 })).toMatchObject({
      code: 4,
    });
    expect(await post(upstream, 'change', { taskId: '0', action: 'REROLL' })).toMatchObject({ code: 3 });
  });

  test('that fails, is against the rules, or is forgotten is told', async () => {
    await using upstream = await simulatedMidjourney({ jobTime: 0 });
    upstream.jobs.plan([
      { ends: { type: 'failure', message: 'Broken.' } },
      { ends: { type: 'filtered' } },
      { ends: { type: 'lost' } },
      { polls: { status: 500 } },
    ]);
    const ask = async (): Promise<Json | undefined> =>
      look(upstream, (await post(upstream, 'imagine', { prompt: 'Cat' })).result);
    expect(await ask()).toMatchObject({ status: 'FAILURE', failReason: 'Broken.', imageUrl: null });
    expect(await ask()).toMatchObject({
      status: 'FAILURE',
      failReason: expect.stringContaining('Banned prompt'),
    });
    expect(await ask()).toBeUndefined();
    expect(await ask()).toMatchObject({ httpStatus: 500, error: 'Internal Server Error' });
  });
});

describe('a wish', () => {
  test('waits when others are before it, and is refused when the queue is full', async () => {
    await using upstream = await simulatedMidjourney({ concurrency: 1, queueSize: 1, jobTime: 60_000 });
    const answers: Json[] = [];
    for (let count = 0; count < 3; count += 1)
      answers.push(await post(upstream, 'imagine', { prompt: 'Cat' }));
    expect(answers).toMatchObject([
      { code: 1 },
      { code: 22, properties: { numberOfQueues: 0 } },
      { code: 23, result: null },
    ]);
    expect(await look(upstream, answers[1]?.result)).toMatchObject({ status: 'NOT_START' });
    expect(upstream.jobs.list()).toHaveLength(2);
  });

  test('with a banned word, or without a prompt, is refused', async () => {
    await using upstream = await simulatedMidjourney({ bannedWords: ['gore'] });
    expect(await post(upstream, 'imagine', { prompt: 'Much Gore' })).toMatchObject({
      httpStatus: 200,
      code: 24,
      properties: { bannedWord: 'gore' },
    });
    expect(await post(upstream, 'imagine', { prompt: '' })).toMatchObject({ code: 4 });
  });

  test('is refused as a plan says: 429 is a full queue', async () => {
    await using upstream = await simulatedMidjourney();
    upstream.jobs.plan([
      { creation: { type: 'status', status: 429 } },
      { creation: { type: 'status', status: 503 } },
    ]);
    expect(await post(upstream, 'imagine', { prompt: 'Cat' })).toMatchObject({ httpStatus: 200, code: 23 });
    expect(await post(upstream, 'imagine', { prompt: 'Cat' })).toMatchObject({ httpStatus: 503 });
    expect(upstream.jobs.list()).toEqual([]);
  });

  test('without the secret is refused', async () => {
    await using upstream = await simulatedMidjourney({ apiKeys: ['other'] });
    expect((await fetch(`${upstream.baseURL}/mj/task/1/fetch`)).status).toBe(401);
  });
});

test('the notify hook gets the task when it begins and when it is over', async () => {
  await using receiver = await receiveHooks();
  const clock = manualClock();
  await using upstream = await simulatedMidjourney({ clock, jobTime: 10_000 });
  const hooked = await post(upstream, 'imagine', {
    prompt: 'Cat',
    notifyHook: receiver.url,
  });
  await post(upstream, 'imagine', { prompt: 'Dog' });
  await clock.advance(1000);
  await upstream.jobs.waitForNotices(1);
  await clock.advance(9000);
  await upstream.jobs.waitForNotices(2);
  expect(receiver.received.map(({ body }): unknown => JSON.parse(body))).toMatchObject([
    { id: hooked.result, status: 'IN_PROGRESS', progress: '0%' },
    { id: hooked.result, status: 'SUCCESS', progress: '100%' },
  ]);
  expect(clock.pending).toBe(0);
});
