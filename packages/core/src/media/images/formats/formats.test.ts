import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonIn } from '../../../../test/media-world.ts';
import { GatewayError } from '../../../errors.ts';
import type { ImageRequest } from '../../../protocol/image.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { RenderedMedia } from '../../../protocol/media.ts';
import { mediaFormats } from '../../formats.ts';
import { imagesFamily } from '../family.ts';

const formats = mediaFormats.images;
type Name = keyof typeof formats;
const models: Readonly<Record<Name, readonly string[]>> = {
  openai: ['gpt-image-1.5', 'gpt-image-2', 'dall-e-3', 'my-deployment'],
  'openai-compatible': ['flux'],
  siliconflow: ['flux'],
  together: ['flux'],
  gemini: ['gemini-2.5-flash-image', 'gemini-3-pro-image-preview', 'gemini-3.1-flash-image'],
  vertex: ['gemini-2.5-flash-image', 'gemini-3-pro-image'],
  imagen: ['imagen-4.0-generate-001', 'imagen-3.0-generate-002'],
  xai: ['grok-imagine-image', 'grok-2-image'],
};
const all: readonly (readonly [Name, string])[] = [
  ...models.openai.map((model) => ['openai', model] as const),
  ['openai-compatible', 'flux'],
  ['siliconflow', 'flux'],
  ['together', 'flux'],
  ...models.gemini.map((model) => ['gemini', model] as const),
  ...models.vertex.map((model) => ['vertex', model] as const),
  ...models.imagen.map((model) => ['imagen', model] as const),
  ...models.xai.map((model) => ['xai', model] as const),
];

const parse = (json: JsonObject): ImageRequest =>
  imagesFamily.parseRequest({ json: { model: 'alias', prompt: 'a cat', ...json } });
const render = async (name: Name, model: string, json: JsonObject): Promise<RenderedMedia> =>
  formats[name].renderRequest(parse({ model, ...json }), model);

describe('each vendor is asked in its own words', () => {
  const legacy = { size: '1024x1024', quality: 'hd', style: 'vivid', response_format: 'url', n: 2 };
  test.each<[Name, string, JsonObject, readonly string[], readonly string[]]>([
    [
      'openai',
      'gpt-image-1.5',
      { model: 'gpt-image-1.5', prompt: 'a cat', n: 2, size: '1024x1024', quality: 'high' },
      ['style'],
      ['quality: hd -> high'],
    ],
    ['openai', 'dall-e-3', { model: 'dall-e-3', prompt: 'a cat', ...legacy }, [], []],
    ['openai-compatible', 'flux', { model: 'flux', prompt: 'a cat', ...legacy }, [], []],
    [
      'together',
      'flux',
      {
        model: 'flux',
        prompt: 'a cat',
        n: 2,
        width: 1024,
        height: 1024,
        quality: 'hd',
        style: 'vivid',
        response_format: 'url',
      },
      [],
      [],
    ],
    [
      'siliconflow',
      'flux',
      {
        model: 'flux',
        prompt: 'a cat',
        batch_size: 2,
        image_size: '1024x1024',
        quality: 'hd',
        style: 'vivid',
      },
      [],
      [],
    ],
    [
      'xai',
      'grok-imagine-image',
      {
        model: 'grok-imagine-image',
        prompt: 'a cat',
        n: 2,
        aspect_ratio: '1:1',
        resolution: '1k',
        quality: 'high',
        response_format: 'url',
      },
      ['style'],
      ['quality: hd -> high'],
    ],
    [
      'xai',
      'grok-2-image',
      { model: 'grok-2-image', prompt: 'a cat', n: 2, response_format: 'url' },
      ['size', 'quality', 'style'],
      [],
    ],
    [
      'gemini',
      'gemini-3-pro-image-preview',
      {
        contents: [{ role: 'user', parts: [{ text: 'a cat' }] }],
        generationConfig: {
          responseModalities: ['IMAGE'],
          imageConfig: { aspectRatio: '1:1', imageSize: '1K' },
        },
      },
      ['quality', 'style'],
      ['n: 2 -> 1'],
    ],
    [
      'gemini',
      'gemini-2.5-flash-image',
      {
        contents: [{ role: 'user', parts: [{ text: 'a cat' }] }],
        generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '1:1' } },
      },
      ['quality', 'style'],
      ['n: 2 -> 1'],
    ],
    [
      'imagen',
      'imagen-4.0-generate-001',
      {
        instances: [{ prompt: 'a cat' }],
        parameters: { sampleCount: 2, aspectRatio: '1:1', sampleImageSize: '1K', includeRaiReason: true },
      },
      ['quality', 'style'],
      [],
    ],
  ])('%s, for %s', async (name, model, json, dropped, adjusted) => {
    const rendered = await render(name, model, legacy);
    expect({ adjusted: [], ...rendered }).toEqual({ json, dropped, adjusted });
  });
});

test('nothing that a caller asks for is lost without a word', async () => {
  const words = fc.record(
    {
      n: fc.integer({ min: 2, max: 4 }),
      size: fc.constantFrom('1024x1024', '1024x1536', '2048x2048', '1536x1024', '1:1', '1K', '9:16'),
      quality: fc.constantFrom('low', 'high', 'hd', 'standard'),
      style: fc.constantFrom('vivid', 'natural'),
      background: fc.constantFrom('transparent', 'opaque'),
      output_format: fc.constantFrom('png', 'jpeg', 'webp'),
      output_compression: fc.integer({ min: 1, max: 100 }),
      moderation: fc.constantFrom('low'),
      user: fc.constantFrom('me'),
      partial_images: fc.integer({ min: 1, max: 3 }),
      input_fidelity: fc.constantFrom('high'),
      seed: fc.integer({ min: 1, max: 9 }),
      negative_prompt: fc.constantFrom('dogs'),
      wish: fc.constantFrom('some'),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...all), words, async ([name, model], body) => {
      const rendered = await render(name, model, body).catch(refusedSize);
      fc.pre(rendered !== undefined);
      const { dropped, ...sent } = rendered;
      expect(dropped.filter((parameter) => !(parameter in body))).toEqual([]);
      // Whatever is taken away and is not named as dropped makes another request, or is named as adjusted.
      for (const parameter of Object.keys(body)) {
        const rest: JsonObject = { ...body, [parameter]: null };
        const { dropped: left, ...without } = await render(name, model, rest);
        expect(left).not.toContain(parameter);
        // How far a picture is compressed is told of some formats only.
        if (parameter === 'output_format') continue;
        expect([parameter, isDeepStrictEqual(without, sent)]).toEqual([
          parameter,
          dropped.includes(parameter),
        ]);
      }
    }),
  );
});

/** A size that the model does not make is no loss without a word. */
function refusedSize(error: unknown): undefined {
  if (GatewayError.isInstance(error) && error.details.parameter === 'size') return undefined;
  throw error;
}

test('one image, of any size, in any form, is what everybody makes', async () => {
  for (const [name, model] of all) {
    const asked = { n: 1, size: 'auto', aspect_ratio: 'auto', response_format: 'b64_json' };
    const { dropped, adjusted = [] } = await render(name, model, asked);
    expect([model, dropped, adjusted]).toEqual([model, [], []]);
  }
});

test.each<[Name, string, JsonObject, string, string]>([
  ['xai', 'grok-imagine-image', { n: 11 }, 'n', 'at most 10'],
  ['xai', 'grok-imagine-image', { quality: 'best' }, 'quality', 'low, medium, high'],
  ['xai', 'grok-imagine-image', { aspect_ratio: '21:9' }, 'aspect_ratio', '20:9'],
  ['imagen', 'imagen-4.0-generate-001', { n: 5 }, 'n', 'at most 4'],
  ['gemini', 'gemini-3-pro-image', { resolution: '8K' }, 'resolution', '1K, 2K, 4K'],
  ['openai', 'gpt-image-1', { size: '640x480' }, 'size', '1024x1024'],
])('%s of %s refuses %j, and says what it takes', async (name, model, body, parameter, values) => {
  await expect(render(name, model, body)).rejects.toMatchObject({
    code: 'VE_PARAMETER_INVALID',
    details: { parameter, reason: expect.stringContaining(values) },
  });
});

describe('streams', () => {
  test("are asked of OpenAI's newer models; everybody else makes whole pictures", async () => {
    const { streaming } = formats.openai;
    expect(streaming?.asks(parse({ stream: true }), 'gpt-image-1.5')).toBe(true);
    expect(streaming?.asks(parse({}), 'gpt-image-1.5')).toBe(false);
    // Whatever the caller calls it.
    expect(streaming?.asks(parse({ model: 'gpt-image-1.5', stream: true }), 'dall-e-3')).toBe(false);
    const asked = { stream: true, partial_images: 2 };
    expect(jsonIn(await render('openai', 'gpt-image-1.5', asked))).toMatchObject(asked);
    expect(Object.keys(formats).filter((name) => formats[name as Name].streaming !== undefined)).toEqual([
      'openai',
    ]);
    expect((await render('xai', 'grok-imagine-image', asked)).dropped).toEqual(['partial_images']);
  });

  test('hold the pictures, never addresses, and say so', async () => {
    const asked = { stream: true, response_format: 'url' };
    expect((await render('openai', 'gpt-image-1.5', asked)).dropped).toEqual(['response_format']);
    const { dropped, ...xai } = await render('xai', 'grok-imagine-image', asked);
    expect([dropped, jsonIn({ dropped, ...xai })['response_format']]).toEqual([
      ['response_format'],
      'b64_json',
    ]);
  });
});
