import { createXai } from '@ai-sdk/xai';
import { describe, expect, test } from 'vitest';
import { failure } from '../test/catch-failure.ts';
import { compare, isAbsent, nothing, recorded, shapeOf } from '../test/compare-shapes.ts';
import { manualClock, type SimulatedJobUpstream, simulatedXai } from './index.ts';
import { readMp4 } from './media-files/read-mp4.ts';

/* xAI's video API as the AI SDK's provider for it reads it, with no gateway between: xAI has no SDK for Node. */

const name = 'grok-imagine-video';
const prompt = 'A calm ocean wave at sunset';

function modelOf(upstream: SimulatedJobUpstream, model = name) {
  return createXai({ baseURL: upstream.baseURL, apiKey: 'right' }).video(model);
}

type Video = ReturnType<typeof modelOf>;
type Wish = Parameters<NonNullable<Video['doStart']>>[0];

const wish: Wish = {
  prompt,
  n: 1,
  duration: 3,
  aspectRatio: '9:16',
  resolution: '1280x720',
  fps: undefined,
  seed: undefined,
  image: undefined,
  frameImages: undefined,
  inputReferences: undefined,
  generateAudio: undefined,
  providerOptions: {},
};

async function start(model: Video): Promise<() => Promise<unknown>> {
  const { operation, warnings } = (await model.doStart?.(wish)) ?? {};
  expect(warnings).toEqual([]);
  return async () => model.doStatus?.({ operation: operation ?? {} });
}

function create(upstream: SimulatedJobUpstream, body: object): Promise<Response> {
  return fetch(`${upstream.baseURL}/videos/generations`, {
    method: 'POST',
    body: JSON.stringify({ model: name, prompt, ...body }),
  });
}

test('the provider makes and polls a video, and anybody can download it', async () => {
  await using upstream = await simulatedXai({ jobTime: 60_000, apiKeys: ['right'] });
  const look = await start(modelOf(upstream));
  expect(await look()).toMatchObject({ status: 'pending' });
  upstream.jobs.finish();
  const done = await look();
  expect(done).toMatchObject({
    status: 'completed',
    videos: [{ type: 'url', mediaType: 'video/mp4' }],
    providerMetadata: { xai: { duration: 3, costInUsdTicks: 2_100_000_000 } },
  });
  const { videos } = done as { videos: [{ url: string }] };
  const file = await fetch(videos[0].url);
  expect(readMp4(Buffer.from(await file.arrayBuffer()))).toMatchObject({
    width: 720,
    height: 1280,
    seconds: 3,
  });
  expect(upstream.requests.map(({ status }) => status)).toEqual([200, 202, 200, 200]);
  expect(upstream.jobs.list()).toMatchObject([{ state: 'succeeded', polls: 2, downloads: 1 }]);
});

test('what fails, is blocked, gets lost or expires is told', async () => {
  await using upstream = await simulatedXai({ jobTime: 0 });
  upstream.jobs.plan([
    { ends: { type: 'failure', message: 'Broken.' } },
    { ends: { type: 'filtered' } },
    { ends: { type: 'lost' } },
    { file: { expiresAfter: 0 } },
  ]);
  const ask = async (): Promise<unknown> => (await start(modelOf(upstream)))();
  expect(await ask()).toMatchObject({ status: 'error', error: 'Video generation failed: Broken.' });
  expect(await ask()).toMatchObject({ status: 'error', error: expect.stringContaining('content policy') });
  expect(await failure(ask())).toMatchObject({ statusCode: 404 });
  const { videos } = (await ask()) as { videos: [{ url: string }] };
  expect((await fetch(videos[0].url)).status).toBe(404);
});

describe('refused are', () => {
  test.each([
    [{ duration: 16 }, 'Invalid duration'],
    [{ resolution: '1080p' }, 'Invalid resolution'],
    [{ aspect_ratio: '21:9' }, 'Invalid aspect_ratio'],
    [{ prompt: '' }, 'A prompt or an image is required.'],
  ])('%j', async (body, message) => {
    await using upstream = await simulatedXai();
    const answer = await create(upstream, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      code: 'Client specified an invalid argument',
      error: expect.stringContaining(message),
    });
  });

  test('models that make no videos, wrong keys, and creations that a plan refuses', async () => {
    await using upstream = await simulatedXai({ apiKeys: ['right'] });
    const ask = (model: string): Promise<unknown> => failure(start(modelOf(upstream, model)));
    expect(await ask('grok-4')).toMatchObject({ statusCode: 404 });
    upstream.jobs.plan({ creation: { type: 'status', status: 429 } });
    expect(await ask(name)).toMatchObject({ statusCode: 429 });
    expect((await create(upstream, {})).status).toBe(401);
  });
});

test('chat and the list of models are there as well', async () => {
  await using upstream = await simulatedXai();
  const models = (await (await fetch(`${upstream.baseURL}/models`)).json()) as { data: { id: string }[] };
  expect(models.data.map(({ id }) => id)).toContain(name);
  const answer = await fetch(`${upstream.baseURL}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'grok-4', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  expect(answer.status).toBe(200);
});

test.skipIf(isAbsent)('the simulation has the keys and the price of the recording', async () => {
  const clock = manualClock();
  await using upstream = await simulatedXai({ clock });
  const recording = recorded('xai/grok-imagine-video').map(({ response }) => response.body);
  const created = (await (await create(upstream, { duration: 1 })).json()) as { request_id: string };
  expect(compare(shapeOf(created), shapeOf(recording[0]))).toEqual(nothing);
  const look = async (): Promise<unknown> =>
    (await fetch(`${upstream.baseURL}/videos/${created.request_id}`)).json();
  expect(compare(shapeOf(await look()), shapeOf(recording[1]))).toEqual(nothing);
  upstream.jobs.finish();
  const done = await look();
  expect(compare(shapeOf(done), shapeOf(recording[2]))).toEqual(nothing);
  expect(done).toMatchObject({ usage: { cost_in_usd_ticks: 500_000_000 } });
});
