import { type GenerateVideosConfig, GoogleGenAI } from '@google/genai';
import { expect, test } from 'vitest';
import { failure } from '../test/catch-failure.ts';
import { manualClock, type SimulatedUpstream, simulatedVertex } from './index.ts';
import { makePng } from './media-files/make-png.ts';
import { readMp4 } from './media-files/read-mp4.ts';

/* Veo at Vertex AI as Google's own SDK reads it, with no gateway between. */

const model = 'veo-3.1-generate-001';
const source = { prompt: 'A calm ocean wave at sunset' };

function clientOf(upstream: SimulatedUpstream, token = 'k'): GoogleGenAI {
  // In place of Google's servers, which give out tokens.
  const authClient = { getRequestHeaders: () => new Headers({ authorization: `Bearer ${token}` }) };
  const googleAuthOptions: object = { authClient };
  return new GoogleGenAI({
    vertexai: true,
    project: 'p',
    location: 'eu',
    httpOptions: { baseUrl: upstream.baseURL, retryOptions: { attempts: 1 } },
    googleAuthOptions,
  });
}

async function started() {
  const clock = manualClock();
  const upstream = await simulatedVertex({ clock, jobTime: 10_000, apiKeys: ['k'] });
  return { clock, upstream, client: clientOf(upstream), [Symbol.asyncDispose]: () => upstream.close() };
}

test('the finished operation brings the bytes of the videos', async () => {
  await using host = await started();
  const { client, clock, upstream } = host;
  const config: GenerateVideosConfig = {
    durationSeconds: 6,
    aspectRatio: '9:16',
    numberOfVideos: 2,
    generateAudio: true,
    seed: 7,
    labels: { team: 'a' },
  };
  const operation = await client.models.generateVideos({ model, source, config });
  expect(operation.name).toMatch(
    /^projects\/p\/locations\/eu\/publishers\/google\/models\/veo.*\/operations\//,
  );
  await clock.advance(9_999);
  expect((await client.operations.getVideosOperation({ operation })).done).toBeUndefined();
  await clock.advance(1);
  const { done, response } = await client.operations.getVideosOperation({ operation });
  expect(done).toBe(true);
  const videos = response?.generatedVideos?.map(({ video }) => video) ?? [];
  expect(videos.map((video) => video?.mimeType)).toEqual(['video/mp4', 'video/mp4']);
  for (const video of videos) {
    expect(readMp4(Buffer.from(video?.videoBytes ?? '', 'base64'))).toMatchObject({
      width: 720,
      height: 1280,
      seconds: 6,
    });
  }
  expect(upstream.jobs.list()).toMatchObject([{ polls: 2, state: 'succeeded' }]);
});

test('with a bucket of the caller, it brings their addresses', async () => {
  await using host = await started();
  const { client, upstream } = host;
  const config = { outputGcsUri: 'gs://bucket/folder/' };
  const operation = await client.models.generateVideos({ model, source, config });
  upstream.jobs.finish();
  const { response } = await client.operations.getVideosOperation({ operation });
  expect(response?.generatedVideos?.[0]?.video?.uri).toMatch(/^gs:\/\/bucket\/folder\/\w+\/sample_0\.mp4$/);
});

test('what is filtered, fails or gets lost is told', async () => {
  await using host = await started();
  const { client, upstream } = host;
  upstream.jobs.plan([
    { ends: { type: 'filtered' } },
    { ends: { type: 'failure', code: '3', message: 'Broken.' } },
    { ends: { type: 'lost' } },
  ]);
  const ask = async () => {
    const operation = await client.models.generateVideos({ model, source });
    upstream.jobs.finish();
    return client.operations.getVideosOperation({ operation });
  };
  expect((await ask()).response).toMatchObject({ raiMediaFilteredCount: 1 });
  expect((await ask()).error).toEqual({ code: 3, message: 'Broken.' });
  expect(await failure(ask())).toMatchObject({ status: 404 });
});

test('wrong wishes, tokens and models are refused', async () => {
  await using host = await started();
  const { client, upstream } = host;
  const { generateVideos } = client.models;
  const image = { imageBytes: makePng({ width: 16, height: 16, seed: 'a' }).toString('base64') };
  for (const wrong of [
    { model, source, config: { durationSeconds: 40 } },
    { model, source, config: { aspectRatio: '21:9' } },
    { model, source: { ...source, image } },
  ]) {
    expect(await failure(generateVideos(wrong))).toMatchObject({ status: 400 });
  }
  expect(await failure(generateVideos({ model: 'gemini-2.5-pro', source }))).toMatchObject({ status: 404 });
  expect(await failure(clientOf(upstream, 'other').models.generateVideos({ model, source }))).toMatchObject({
    status: 401,
  });
  expect(upstream.jobs.creations).toBe(0);
});
