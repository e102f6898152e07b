import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type GenerateVideosConfig, GoogleGenAI } from '@google/genai';
import { describe, expect, test } from 'vitest';
import { failure } from '../test/catch-failure.ts';
import { compare, isAbsent, nothing, recorded, shapeOf } from '../test/compare-shapes.ts';
import { manualClock, type SimulatedUpstream, selfSignedCertificate, simulatedGemini } from './index.ts';
import { makePng } from './media-files/make-png.ts';
import { readMp4 } from './media-files/read-mp4.ts';

/* Veo at the Gemini Developer API as Google's own SDK reads it, with no gateway between. */

const model = 'veo-3.1-generate-preview';
const prompt = 'A calm ocean wave at sunset';

function clientOf(upstream: SimulatedUpstream, apiKey = 'test'): GoogleGenAI {
  return new GoogleGenAI({
    apiKey,
    httpOptions: { baseUrl: upstream.baseURL, retryOptions: { attempts: 1 } },
  });
}

async function started(options: { apiKeys?: string[] } = {}) {
  const clock = manualClock();
  const upstream = await simulatedGemini({ clock, jobTime: 10_000, ...options });
  return { clock, upstream, client: clientOf(upstream), [Symbol.asyncDispose]: () => upstream.close() };
}

const image = {
  imageBytes: makePng({ width: 1280, height: 720, seed: 'a' }).toString('base64'),
  mimeType: 'image/png',
};

describe('an operation', () => {
  test('is a name alone until it is done, and then has the file', async () => {
    await using host = await started();
    const { client, clock, upstream } = host;
    const config = { durationSeconds: 4, aspectRatio: '9:16', resolution: '720p' };
    let operation = await client.models.generateVideos({ model, source: { prompt }, config });
    expect(operation.name).toMatch(/^models\/veo-3.1-generate-preview\/operations\/\w{12}$/);
    expect(operation.done).toBeUndefined();
    await clock.advance(9_999);
    operation = await client.operations.getVideosOperation({ operation });
    expect(operation.done).toBeUndefined();
    await clock.advance(1);
    operation = await client.operations.getVideosOperation({ operation });
    expect(operation.done).toBe(true);
    const uri = operation.response?.generatedVideos?.[0]?.video?.uri ?? '';
    expect(uri.startsWith(`${upstream.origin}/v1beta/files/`)).toBe(true);
    const answer = await fetch(uri, { headers: { 'x-goog-api-key': 'test' } });
    expect(readMp4(Buffer.from(await answer.arrayBuffer()))).toMatchObject({
      width: 720,
      height: 1280,
      seconds: 4,
    });
    expect(upstream.jobs.list()).toMatchObject([{ state: 'succeeded', polls: 2, downloads: 1, seconds: 4 }]);
  });

  test('has a file that the SDK can download, through the redirect', async () => {
    const certificate = selfSignedCertificate();
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, certificate.cert]);
    const folder = await mkdtemp(join(tmpdir(), 'veo-'));
    try {
      await using upstream = await simulatedGemini({ tls: certificate, apiKeys: ['right'] });
      const client = clientOf(upstream, 'right');
      const created = await client.models.generateVideos({ model, source: { prompt } });
      upstream.jobs.finish();
      const operation = await client.operations.getVideosOperation({ operation: created });
      const [file] = operation.response?.generatedVideos ?? [];
      const downloadPath = join(folder, 'video.mp4');
      await client.files.download({ file: file ?? '', downloadPath });
      expect(readMp4(await readFile(downloadPath))).toMatchObject({ width: 1280, height: 720, seconds: 8 });
      expect(upstream.requests.slice(-2).map(({ status }) => status)).toEqual([302, 200]);
    } finally {
      setDefaultCACertificates(trusted);
      await rm(folder, { recursive: true });
    }
  });

  test('takes frames, references, several samples and what is not wanted', async () => {
    await using host = await started();
    const { client, upstream } = host;
    const config: GenerateVideosConfig = {
      numberOfVideos: 2,
      lastFrame: image,
      negativePrompt: 'people',
      personGeneration: 'allow_adult',
      resolution: '1080p',
      referenceImages: [{ image }],
    };
    const operation = await client.models.generateVideos({ model, source: { prompt, image }, config });
    upstream.jobs.finish();
    const done = await client.operations.getVideosOperation({ operation });
    const uris = done.response?.generatedVideos?.map(({ video }) => video?.uri);
    expect(new Set(uris).size).toBe(2);
    expect(upstream.jobs.list()).toMatchObject([{ width: 1920, height: 1080, seconds: 8 }]);
  });

  test('that nobody knows is not found, nor is its file', async () => {
    await using host = await started();
    const { upstream } = host;
    const lost = await fetch(`${upstream.baseURL}/v1beta/models/${model}/operations/0`);
    expect(await lost.json()).toMatchObject({ error: { code: 404, status: 'NOT_FOUND' } });
    const file = await fetch(`${upstream.baseURL}/v1beta/files/0:download?alt=media`);
    expect(await file.json()).toMatchObject({ error: { code: 403, status: 'PERMISSION_DENIED' } });
  });
});

describe('a plan', () => {
  test('filters all samples, or some', async () => {
    await using host = await started();
    const { client, upstream } = host;
    upstream.jobs.plan([{ ends: { type: 'filtered' } }, { ends: { type: 'filtered', count: 1 } }]);
    for (const kept of [0, 1]) {
      const config = { numberOfVideos: 2 };
      const operation = await client.models.generateVideos({ model, source: { prompt }, config });
      upstream.jobs.finish();
      const { response, done, error } = await client.operations.getVideosOperation({ operation });
      expect({ done, error }).toEqual({ done: true, error: undefined });
      expect(response?.generatedVideos ?? []).toHaveLength(kept);
      expect(response?.raiMediaFilteredCount).toBe(2 - kept);
      expect(response?.raiMediaFilteredReasons).toHaveLength(2 - kept);
    }
  });

  test('makes an operation fail, get lost, or be hard to ask about', async () => {
    await using host = await started();
    const { client, clock, upstream } = host;
    upstream.jobs.plan([
      { ends: { type: 'failure', message: 'Broken.' } },
      { ends: { type: 'lost' }, takes: 0 },
      { polls: { status: 500, until: 60_000 } },
      { file: { expiresAfter: 0 } },
    ]);
    const [failed, lost, hard, expired] = [
      await client.models.generateVideos({ model, source: { prompt } }),
      await client.models.generateVideos({ model, source: { prompt } }),
      await client.models.generateVideos({ model, source: { prompt } }),
      await client.models.generateVideos({ model, source: { prompt } }),
    ];
    expect(await failure(client.operations.getVideosOperation({ operation: lost }))).toMatchObject({
      status: 404,
    });
    expect(await failure(client.operations.getVideosOperation({ operation: hard }))).toMatchObject({
      status: 500,
    });
    await clock.advance(60_000);
    const { error, done } = await client.operations.getVideosOperation({ operation: failed });
    expect({ error, done }).toEqual({ error: { code: 13, message: 'Broken.' }, done: true });
    const { response } = await client.operations.getVideosOperation({ operation: hard });
    expect(response?.generatedVideos).toHaveLength(1);
    const gone = await client.operations.getVideosOperation({ operation: expired });
    const answer = await fetch(gone.response?.generatedVideos?.[0]?.video?.uri ?? '');
    expect(answer.status).toBe(403);
  });

  test('refuses creations in the words of the vendor', async () => {
    await using host = await started();
    const { client, upstream } = host;
    upstream.jobs.plan([{ creation: { type: 'status', status: 429 } }]);
    expect(await failure(client.models.generateVideos({ model, source: { prompt } }))).toMatchObject({
      status: 429,
      message: expect.stringContaining('RESOURCE_EXHAUSTED'),
    });
    expect(upstream.jobs.list()).toEqual([]);
  });
});

describe('refused are', () => {
  test.each<[GenerateVideosConfig, string]>([
    [
      { durationSeconds: 5 },
      'The number value for `durationSeconds` is out of bound. Please provide a value between 4 and 8, inclusive.',
    ],
    [{ aspectRatio: '1:1' }, '`aspectRatio` does not support `1:1` as a valid value.'],
    [{ resolution: '8k' }, '`resolution` does not support `8k` as a valid value.'],
    [
      { resolution: '1080p', durationSeconds: 4 },
      'Resolution 1080p requires duration seconds to be 8 seconds, but got 4.',
    ],
    [
      { durationSeconds: 4, referenceImages: [{ image }] },
      'Reference images require duration seconds to be 8',
    ],
    [{ lastFrame: image }, '`lastFrame` needs `image`'],
    [{ numberOfVideos: 5 }, 'The number value for `sampleCount` is out of bound.'],
  ])('%j', async (config, message) => {
    await using host = await started();
    const error = await failure(host.client.models.generateVideos({ model, source: { prompt }, config }));
    expect(error).toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });

  test.each([
    [{ instances: [{ prompt, image: { inlineData: {} } }] }, "`inlineData` isn't supported by this model."],
    [{ instances: [{ prompt }], parameters: { fps: 24 } }, "`fps` isn't supported by this model."],
    [{ instances: [{}] }, 'A prompt or an image is required.'],
    [{ instance: [] }, 'Unknown name \\"instance\\"'],
    [
      { instances: [{ prompt }], parameters: { durationSeconds: '4' } },
      'The value type for `durationSeconds` needs to be a number.',
    ],
  ])('%j', async (body, message) => {
    await using host = await started();
    const answer = await fetch(`${host.upstream.baseURL}/v1beta/models/${model}:predictLongRunning`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(message);
  });

  test('models that make no videos, and wrong keys', async () => {
    await using host = await started({ apiKeys: ['right'] });
    const { upstream } = host;
    const right = clientOf(upstream, 'right');
    expect(
      await failure(right.models.generateVideos({ model: 'gemini-2.5-pro', source: { prompt } })),
    ).toMatchObject({
      status: 404,
    });
    expect(await failure(host.client.models.generateVideos({ model, source: { prompt } }))).toMatchObject({
      status: 400,
    });
  });
});

test.skipIf(isAbsent)('the simulation has the keys of the recording', async () => {
  await using host = await started();
  const { upstream } = host;
  const [, before, after, redirect] = recorded('gemini/veo-3.1-create-poll-download').map(
    ({ response }) => response,
  );
  const created = await fetch(`${upstream.baseURL}/v1beta/models/${model}:predictLongRunning`, {
    method: 'POST',
    body: JSON.stringify({ instances: [{ prompt }], parameters: { durationSeconds: 4 } }),
  });
  const { name } = (await created.json()) as { name: string };
  const look = async (): Promise<Set<string>> =>
    shapeOf(await (await fetch(`${upstream.baseURL}/v1beta/${name}`)).json());
  expect(compare(await look(), shapeOf(before?.body))).toEqual(nothing);
  upstream.jobs.finish();
  expect(compare(await look(), shapeOf(after?.body))).toEqual(nothing);
  const moved = await fetch(`${upstream.baseURL}/v1beta/files/0:download?alt=media`, { redirect: 'manual' });
  expect(moved.status).toBe(302);
  expect(compare(shapeOf(await moved.json()), shapeOf(redirect?.body))).toEqual(nothing);
});
