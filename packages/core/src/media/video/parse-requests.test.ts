import * as fc from 'fast-check';
import OpenAI, { toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import type { JobHandle } from '../../protocol/job.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaBody, UploadedFile } from '../../protocol/media.ts';
import { fetchStart } from './fetch-start.ts';
import { openAIVideos } from './openai-videos.ts';
import { parseTaskRequest } from './parse-task-request.ts';
import { parseRemixRequest, parseVideosRequest, plain } from './parse-videos-request.ts';
import { veoOnGemini } from './veo-on-gemini.ts';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAE', 'base64');
const text = Buffer.from('These are words, and no picture at all.');
const pngUrl = `data:image/png;base64,${png.toString('base64')}`;

function upload(bytes: Buffer, type = 'application/octet-stream'): UploadedFile {
  return {
    name: 'a.png',
    type,
    size: bytes.length,
    start: bytes.subarray(0, 4096),
    open: async function* () {
      yield bytes.subarray(0, 3);
      yield bytes.subarray(3);
    },
  };
}

/** What the official SDK sends. */
async function sentBy(act: (client: OpenAI) => Promise<unknown>): Promise<MediaBody> {
  let body: MediaBody | undefined;
  const client = new OpenAI({
    apiKey: 'key',
    fetch: async (url, init) => {
      const request = new Request(url, init);
      if (request.headers.get('content-type') === 'application/json')
        body = { json: (await request.json()) as JsonObject };
      else body = { form: await formOf(await request.formData()) };
      return Response.json({ id: 'video_1' });
    },
  });
  await act(client);
  if (body === undefined) throw new Error('nothing was sent');
  return body;
}

async function formOf(data: FormData): Promise<Extract<MediaBody, { form: unknown }>['form']> {
  const fields: [string, string][] = [];
  const files: [string, UploadedFile][] = [];
  for (const [name, value] of data) {
    if (typeof value === 'string') fields.push([name, value]);
    else files.push([name, upload(Buffer.from(await value.arrayBuffer()), value.type)]);
  }
  return { fields, files };
}

const parse = (json: JsonObject): ReturnType<typeof parseTaskRequest> =>
  parseTaskRequest({ json: { model: 'sora-2-turbo', prompt: 'a fox', ...json } });

function never(): never {
  throw new Error('it was fetched');
}

async function fetchPage(): Promise<{ type: string; body: Buffer }> {
  return { type: 'text/html', body: text };
}

const problem = (parameter: string, reason: RegExp | string = /./): object => ({
  code: 'VE_PARAMETER_INVALID',
  details: { parameter, reason: expect.stringMatching(reason) },
});

describe('the official face', () => {
  test('reads what the official SDK sends', async () => {
    const file = await toFile(png, 'a.png', { type: 'image/png' });
    const body = await sentBy((client) =>
      client.videos.create({
        model: 'sora-2',
        prompt: 'a fox',
        seconds: '8',
        size: '1280x720',
        input_reference: file,
      }),
    );
    expect('form' in body).toBe(true);
    expect(await parseVideosRequest(body)).toEqual({
      ...plain,
      prompt: 'a fox',
      seconds: 8,
      width: 1280,
      height: 720,
      isExact: true,
      image: { bytes: png, type: 'image/png' },
    });
  });

  test.each([
    [{ image_url: 'https://example.com/a.png' }, { url: 'https://example.com/a.png' }],
    [{ image_url: pngUrl }, { bytes: png, type: 'image/png' }],
    [{ file_id: 'file_1' }, { fileId: 'file_1' }],
  ])('reads a picture that is told, in a form and in JSON', async (input_reference, image) => {
    const form = await sentBy((client) => client.videos.create({ prompt: 'a fox', input_reference }));
    expect('form' in form).toBe(true);
    for (const body of [form, { json: { prompt: 'a fox', input_reference } }])
      expect(await parseVideosRequest(body)).toMatchObject({ image, isExact: true });
  });

  test('reads what changes a video', async () => {
    const source: JobHandle = { id: 'video_9', model: 'sora-2', results: [] };
    const body = await sentBy((client) => client.videos.remix('video_1', { prompt: 'at night' }));
    expect(parseRemixRequest(body, source)).toEqual({
      ...plain,
      prompt: 'at night',
      isExact: true,
      remixOf: source,
    });
  });

  test('keeps what servers of other makers may know', async () => {
    const request = await parseVideosRequest({ json: { model: 'm', prompt: 'a fox', seed: 3, seconds: 8 } });
    expect(request).toMatchObject({ seconds: 8, extra: { seed: 3 } });
  });

  test.each<[JsonObject, object]>([
    [{}, { code: 'VE_PARAMETER_MISSING', details: { parameter: 'prompt' } }],
    [{ prompt: '' }, problem('prompt')],
    [{ prompt: ['a'] }, problem('prompt')],
    [{ prompt: 'a', seconds: '8s' }, problem('seconds', 'whole number')],
    [{ prompt: 'a', seconds: '0' }, problem('seconds')],
    [{ prompt: 'a', seconds: 2.5 }, problem('seconds')],
    [{ prompt: 'a', seconds: {} }, problem('seconds')],
    [{ prompt: 'a', size: 'large' }, problem('size', '1280x720')],
    [{ prompt: 'a', size: '1x1' }, problem('size')],
    [{ prompt: 'a', size: '99999x99999' }, problem('size')],
    [{ prompt: 'a', input_reference: 'words' }, problem('input_reference', 'PNG')],
    [{ prompt: 'a', input_reference: 7 }, problem('input_reference')],
    [{ prompt: 'a', input_reference: {} }, problem('input_reference', 'either')],
    [
      { prompt: 'a', input_reference: { file_id: 'f', image_url: pngUrl } },
      problem('input_reference', 'either'),
    ],
    [
      { prompt: 'a', input_reference: { image_url: `data:text/plain;base64,${text.toString('base64')}` } },
      problem('input_reference.image_url', 'picture'),
    ],
    [
      { prompt: 'a', input_reference: { image_url: 'file:///etc/passwd' } },
      problem('input_reference.image_url'),
    ],
  ])('refuses %j', async (json, error) => {
    await expect(parseVideosRequest({ json })).rejects.toMatchObject(error);
  });

  test.each<[string, Extract<MediaBody, { form: unknown }>['form'], object]>([
    [
      'words in place of a picture',
      { fields: [['prompt', 'a']], files: [['input_reference', upload(text, 'image/png')]] },
      problem('input_reference', 'picture'),
    ],
    [
      'a file that nobody expects',
      { fields: [['prompt', 'a']], files: [['video', upload(png)]] },
      problem('video', 'input_reference'),
    ],
    [
      'the same twice',
      {
        fields: [
          ['prompt', 'a'],
          ['prompt', 'b'],
        ],
        files: [],
      },
      problem('prompt', 'twice'),
    ],
    [
      'two pictures',
      {
        fields: [
          ['prompt', 'a'],
          ['input_reference', pngUrl],
        ],
        files: [['input_reference', upload(png)]],
      },
      problem('input_reference', 'twice'),
    ],
    [
      'a picture that is too large',
      { fields: [['prompt', 'a']], files: [['input_reference', { ...upload(png), size: 1e9 }]] },
      problem('input_reference', 'larger'),
    ],
  ])('refuses %s in a form', async (_title, form, error) => {
    await expect(parseVideosRequest({ form })).rejects.toMatchObject(error);
  });

  test('a 40-second video is refused with the lengths that there are', async () => {
    const request = await parseVideosRequest({ json: { prompt: 'a fox', seconds: '40' } });
    expect(() => openAIVideos.plan(request, 'sora-2')).toThrow(
      expect.objectContaining(problem('seconds', '4, 8, 12')),
    );
  });
});

describe("the aggregators' face", () => {
  test('reads the call through the images endpoint', async () => {
    expect(await parse({ size: '1024x1024', quality: 'hd', response_format: 'url' })).toEqual({
      ...plain,
      prompt: 'a fox',
      width: 1024,
      height: 1024,
      extra: { quality: 'hd' },
    });
    expect(await parse({ type: 'video', duration: 10 })).toMatchObject({ seconds: 10, extra: {} });
    expect(await parse({ duration: '15s', style: 'cinematic' })).toMatchObject({
      seconds: 15,
      prompt: 'a fox\n\nStyle: cinematic',
      originalPrompt: 'a fox',
    });
  });

  test.each<[JsonObject, number | undefined]>([
    [{ duration: 10 }, 10],
    [{ duration: '10' }, 10],
    [{ duration: '15s' }, 15],
    [{ duration: '7.5 seconds' }, 7.5],
    [{ seconds: '8' }, 8],
    [{ seconds: 8, duration: '8s' }, 8],
    [{ duration: null }, undefined],
    [{ duration: '' }, undefined],
  ])('%j is a length', async (json, seconds) => {
    expect((await parse(json)).seconds).toBe(seconds);
  });

  test.each<[JsonObject, object]>([
    [{ size: '1280*720' }, { width: 1280, height: 720 }],
    [{ size: '16:9' }, { aspectRatio: '16:9', width: undefined }],
    [{ size: '1080P' }, { resolution: '1080p' }],
    [{ size: 'auto' }, { width: undefined, aspectRatio: undefined }],
    [
      { width: 1280, height: '720' },
      { width: 1280, height: 720 },
    ],
    [
      { aspect_ratio: '9:16', resolution: '4K' },
      { aspectRatio: '9:16', resolution: '4k' },
    ],
    [
      { size: '1024x1024', aspect_ratio: '9:16' },
      { aspectRatio: '9:16', width: 1024, height: 1024 },
    ],
    [{ resolution: '1280x720' }, { width: 1280, height: 720 }],
    [{ aspect_ratio: 'auto' }, { aspectRatio: undefined }],
  ])('%j is a size', async (json, look) => {
    expect(await parse(json)).toMatchObject(look);
  });

  test.each<[JsonObject, object]>([
    [{ image: 'https://example.com/a.png' }, { url: 'https://example.com/a.png' }],
    [{ image_url: { url: pngUrl } }, { bytes: png, type: 'image/png' }],
    [{ image: png.toString('base64') }, { bytes: png, type: 'image/png' }],
    [{ images: [pngUrl] }, { bytes: png }],
    [{ image: pngUrl, images: [pngUrl] }, { bytes: png }],
    [{ input_reference: { file_id: 'f' } }, { fileId: 'f' }],
  ])('%j is the picture that it begins with', async (json, image) => {
    expect((await parse(json)).image).toMatchObject(image);
  });

  test('takes a form as well, with the picture as a file', async () => {
    const fields: [string, string][] = [
      ['prompt', 'a fox'],
      ['duration', '6'],
      ['n', '2'],
      ['tags[]', 'a'],
      ['tags[]', 'b'],
    ];
    const request = await parseTaskRequest({ form: { fields, files: [['image', upload(png)]] } });
    expect(request).toMatchObject({
      seconds: 6,
      n: 2,
      image: { bytes: png, type: 'image/png' },
      extra: { tags: ['a', 'b'] },
    });
  });

  test.each<[JsonObject, string]>([
    [{ duration: 'long' }, 'duration'],
    [{ duration: -1 }, 'duration'],
    [{ duration: 0 }, 'duration'],
    [{ duration: 86_400 }, 'duration'],
    [{ duration: [10] }, 'duration'],
    [{ duration: 5, seconds: 6 }, 'seconds'],
    [{ size: 'huge' }, 'size'],
    [{ size: 720 }, 'size'],
    [{ size: {} }, 'size'],
    [{ width: 1280 }, 'height'],
    [{ height: 720 }, 'width'],
    [{ width: 1.5, height: 720 }, 'width'],
    [{ aspect_ratio: 'wide' }, 'aspect_ratio'],
    [{ aspect_ratio: '0:1' }, 'aspect_ratio'],
    [{ resolution: 'sharp' }, 'resolution'],
    [{ n: 0 }, 'n'],
    [{ n: 11 }, 'n'],
    [{ n: 'many' }, 'n'],
    [{ type: 'image' }, 'type'],
    [{ style: 7 }, 'style'],
    [{ response_format: 'b64_json' }, 'response_format'],
    [{ image: 'words' }, 'image'],
    [{ image: pngUrl, image_url: 'https://example.com/b.png' }, 'image'],
    [{ prompt: '' }, 'prompt'],
  ])('refuses %j by name', async (json, parameter) => {
    await expect(parse(json)).rejects.toMatchObject(problem(parameter));
  });

  test('whatever JSON comes, it is understood or refused by name', async () => {
    const names = [
      'duration',
      'seconds',
      'size',
      'width',
      'height',
      'aspect_ratio',
      'resolution',
      'n',
      'image',
      'images',
      'style',
    ];
    const json = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(json, async (fields) => {
        const outcome = await parse(JSON.parse(JSON.stringify(fields))).catch((error: unknown) => error);
        const isRefused = outcome instanceof Error;
        expect(outcome).toMatchObject(isRefused ? { code: 'VE_PARAMETER_INVALID' } : { isExact: false });
      }),
    );
  });
});

describe('a picture at an address', () => {
  const url = 'https://example.com/a.png';
  const request = { ...plain, prompt: 'a fox', image: { url } };

  test('is fetched for vendors that take none', async () => {
    const fetched = await fetchStart(request, veoOnGemini, async (at) => {
      expect(at).toBe(url);
      return { type: 'image/png; q=1', body: png };
    });
    expect(fetched.image).toEqual({ bytes: png, type: 'image/png' });
  });

  test('is told as it is to those that do', async () => {
    expect(await fetchStart(request, openAIVideos, never)).toBe(request);
    expect(await fetchStart({ ...request, image: undefined }, veoOnGemini, never)).toMatchObject({
      prompt: 'a fox',
    });
  });

  test('that is no picture is refused', async () => {
    await expect(fetchStart(request, veoOnGemini, fetchPage)).rejects.toMatchObject(
      problem('input_reference'),
    );
  });
});
