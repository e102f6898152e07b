import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type GenerateVideosParameters, GoogleGenAI } from '@google/genai';
import { describe, expect, test } from 'vitest';
import type { JobHandle, VideoRequest } from '../../protocol/job.ts';
import type { MediaAnswer } from '../../protocol/media.ts';
import { plain } from './parse-videos-request.ts';
import { veoOnGemini } from './veo-on-gemini.ts';
import { veoOnVertex } from './veo-on-vertex.ts';

const wish = (fields: Partial<VideoRequest>): VideoRequest => ({ ...plain, prompt: 'a fox', ...fields });
const answer = (body: unknown): MediaAnswer => ({ headers: {}, body: Buffer.from(JSON.stringify(body)) });
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUg', 'base64');
const data = png.toString('base64');
const model = 'veo-3.1-generate-preview';
const name = `models/${model}/operations/abc`;
const resource = `projects/acme/locations/us-central1/publishers/google/models/${model}`;
const operation = `${resource}/operations/1234-ab`;
const handle = (id: string, results: JobHandle['results'] = []): JobHandle => ({ id, model, results });

/** The body that Google's own SDK sends. */
async function sentBy(request: GenerateVideosParameters): Promise<unknown> {
  const server = createServer((incoming, response) => {
    response.setHeader('content-type', 'application/json');
    const answered = json(incoming).then((sent) =>
      response.end(JSON.stringify({ name, metadata: { sent } })),
    );
    answered.catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: `http://127.0.0.1:${port}` } });
  const { metadata } = await client.models.generateVideos(request);
  await new Promise((resolve) => server.close(resolve));
  return metadata?.['sent'];
}

describe('Veo is asked', () => {
  test('as its own SDK asks it', async () => {
    const image = { imageBytes: data, mimeType: 'image/png' };
    const body = await sentBy({
      model,
      source: { prompt: 'a fox', image },
      config: {
        durationSeconds: 8,
        aspectRatio: '16:9',
        resolution: '1080p',
        negativePrompt: 'rain',
        personGeneration: 'allow_adult',
        lastFrame: image,
      },
    });
    const extra = { negative_prompt: 'rain', personGeneration: 'allow_adult', last_frame: data };
    const request = wish({ width: 1920, height: 1080, image: { bytes: png, type: 'image/png' }, extra });
    expect(veoOnGemini.renderRequest(request, model)).toEqual({ json: body, dropped: [], adjusted: [] });
  });

  test('for the length and shape, and for the size where somebody wants one', () => {
    expect(veoOnGemini.renderRequest(wish({ seconds: 4 }), model)).toEqual({
      json: { instances: [{ prompt: 'a fox' }], parameters: { durationSeconds: 4, aspectRatio: '16:9' } },
      dropped: [],
      adjusted: [],
    });
    expect(veoOnGemini.renderRequest(wish({ width: 1080, height: 1920 }), model)).toMatchObject({
      json: { parameters: { durationSeconds: 8, aspectRatio: '9:16', resolution: '1080p' } },
    });
  });

  test('nothing about a size that Veo 2 has only one of', () => {
    const rendered = veoOnGemini.renderRequest(wish({ resolution: '720p' }), 'veo-2.0-generate-001');
    expect(rendered).toMatchObject({ json: { parameters: { durationSeconds: 8, aspectRatio: '16:9' } } });
    expect(JSON.stringify(rendered)).not.toContain('resolution');
  });

  test('with the pictures that it is made after', () => {
    const url = `data:image/png;base64,${data}`;
    const picture = { bytesBase64Encoded: data, mimeType: 'image/png' };
    const extra = { last_frame: url, reference_images: [url] };
    expect(
      veoOnGemini.renderRequest(wish({ image: { bytes: png, type: 'image/png' }, extra }), model),
    ).toMatchObject({
      json: {
        instances: [
          {
            image: picture,
            lastFrame: picture,
            referenceImages: [{ image: picture, referenceType: 'asset' }],
          },
        ],
      },
      dropped: [],
    });
  });

  test('in its own words, as far as each way to it has them; the others are told', () => {
    const extra = {
      negative_prompt: 'rain',
      seed: 3,
      quality: 'hd',
      storageUri: 'gs://mine',
      generateAudio: false,
    };
    expect(veoOnGemini.renderRequest(wish({ extra }), model)).toMatchObject({
      json: { parameters: { negativePrompt: 'rain' } },
      dropped: ['seed', 'quality', 'storageUri', 'generateAudio'],
    });
    expect(veoOnVertex.renderRequest(wish({ extra, n: 2 }), model)).toMatchObject({
      json: { parameters: { negativePrompt: 'rain', seed: 3, generateAudio: false, sampleCount: 2 } },
      dropped: ['quality', 'storageUri'],
    });
  });

  test.each<[string, Partial<VideoRequest>, string]>([
    [
      'a picture that was not fetched',
      { image: { url: 'https://example.com/a.png' } },
      'VE_PARAMETER_INVALID',
    ],
    ["a file of somebody's", { image: { fileId: 'file_1' } }, 'VE_PARAMETER_UNSUPPORTED'],
    ['a remix', { remixOf: handle(name) }, 'VE_PARAMETER_UNSUPPORTED'],
  ])('%s is refused', (_title, fields, code) => {
    expect(() => veoOnGemini.renderRequest(wish(fields), model)).toThrow(expect.objectContaining({ code }));
  });
});

describe('on Gemini', () => {
  test('an operation is asked about by its name', () => {
    expect(veoOnGemini.parseCreated(answer({ name }))).toEqual({ id: name, state: 'running' });
    expect(veoOnGemini.status(handle(name))).toEqual({ method: 'GET', path: `/${name}` });
  });

  test.each(['models/../../secrets', 'models//x', '/x', 'a b', 'x?key=1', ''])('%s is no name', (bad) => {
    expect(() => veoOnGemini.parseCreated(answer({ name: bad }))).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });

  const done = (generateVideoResponse: unknown): MediaAnswer =>
    answer({ name, done: true, response: { generateVideoResponse } });

  test('some of several videos may be filtered', () => {
    const sample = { video: { uri: 'https://g/v1beta/files/f1:download?alt=media' } };
    const report = veoOnGemini.parseStatus(
      done({ generatedSamples: [sample], raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['no faces'] }),
    );
    expect(report).toMatchObject({
      state: 'succeeded',
      results: [{ url: sample.video.uri, type: 'video/mp4' }],
    });
  });

  test.each([
    [{ raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['no faces', 'nor feet'] }, 'no faces nor feet'],
    [{ generatedSamples: [], raiMediaFilteredCount: 2 }, 'the upstream has filtered every video'],
  ])('with none left it is filtered', (response, message) => {
    expect(veoOnGemini.parseStatus(done(response))).toEqual({
      state: 'failed',
      error: { code: 'content_filtered', message, filtered: true },
    });
  });

  test.each([done({}), answer({ name, done: true }), done({ generatedSamples: [{ video: {} }, 7, null] })])(
    'an end without a video is a failure',
    (body) => {
      expect(veoOnGemini.parseStatus(body)).toMatchObject({
        state: 'failed',
        error: { code: 'result_missing' },
      });
    },
  );

  test.each([
    [
      { code: 13, message: 'sorry' },
      { code: 'internal', message: 'sorry' },
    ],
    [
      { code: 8, status: 'RESOURCE_EXHAUSTED', message: 'x' },
      { code: 'resource_exhausted', message: 'x' },
    ],
    [
      { code: 3, message: "The prompt could violate Google's usage guidelines." },
      { code: 'content_filtered', filtered: true },
    ],
    [{}, { code: 'generation_failed' }],
  ])('an error is told by its word', (error, told) => {
    expect(veoOnGemini.parseStatus(answer({ name, done: true, error }))).toMatchObject({
      state: 'failed',
      error: told,
    });
  });

  test("the key goes to the upstream's own address, and nowhere else", () => {
    const at = (url: string): unknown => veoOnGemini.content(handle(name, [{ url }]), 'video');
    const call = { method: 'GET', path: '/files/f-1_x:download?alt=media' };
    expect(at('https://generativelanguage.googleapis.com/v1beta/files/f-1_x:download?alt=media')).toEqual({
      call,
    });
    const elsewhere = 'https://storage.example.com/video.mp4';
    expect(at(elsewhere)).toEqual({ result: { url: elsewhere } });
    expect(veoOnGemini.content(handle(name, [{ data: 'AAAA' }]), 'video')).toEqual({
      result: { data: 'AAAA' },
    });
    expect(veoOnGemini.content(handle(name), 'video')).toBeUndefined();
    expect(veoOnGemini.content(handle(name, [{ url: elsewhere }]), 'thumbnail')).toBeUndefined();
  });
});

describe('on Vertex', () => {
  test('an operation is asked about at its model', () => {
    expect(veoOnVertex.parseCreated(answer({ name: operation }))).toEqual({
      id: operation,
      state: 'running',
    });
    expect(veoOnVertex.status(handle(operation))).toEqual({
      method: 'POST',
      path: `/${resource}:fetchPredictOperation`,
      json: { operationName: operation },
    });
    expect(() => veoOnVertex.parseCreated(answer({ name: resource }))).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });

  test('videos come by their bytes, or lie in a bucket', () => {
    const videos = [
      { bytesBase64Encoded: 'AAAA', mimeType: 'video/mp4' },
      { gcsUri: 'gs://bucket/a dir/v.mp4' },
      { gcsUri: 'https://elsewhere' },
      null,
    ];
    const report = veoOnVertex.parseStatus(answer({ name: operation, done: true, response: { videos } }));
    expect(report).toEqual({
      state: 'succeeded',
      progress: 100,
      results: [
        { data: 'AAAA', type: 'video/mp4' },
        { url: 'https://storage.googleapis.com/bucket/a%20dir/v.mp4', type: 'video/mp4' },
      ],
    });
    const [, second] = report.results ?? [];
    expect(veoOnVertex.content(handle(operation, report.results), 'video', 1)).toEqual({ result: second });
  });

  test('a filtered video is told as one', () => {
    const response = { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['no'] };
    expect(veoOnVertex.parseStatus(answer({ done: true, response }))).toMatchObject({
      error: { filtered: true },
    });
  });
});
