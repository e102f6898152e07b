import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { contextOf, fileOf } from '../../../test/media-world.ts';
import type { ImageRequest, ImageResult } from '../../protocol/image.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Form } from '../../protocol/media.ts';
import { imageEditsFamily, imagesFamily, imageVariationsFamily } from './family.ts';

const parse = (json: JsonObject): ImageRequest =>
  imagesFamily.parseRequest({ json: { model: 'alias', prompt: 'a cat', ...json } });
const png = 'iVBORw0KGgo=';

describe('a wish for images', () => {
  test('is read with all that it says', () => {
    const request = parse({
      n: 2,
      size: '1024x1536',
      quality: 'hd',
      style: 'vivid',
      background: 'transparent',
      output_format: 'webp',
      output_compression: 80,
      response_format: 'url',
      moderation: 'low',
      user: 'me',
      stream: true,
      partial_images: 2,
      aspect_ratio: '2:3',
      resolution: '2K',
      seed: 7,
      nothing: null,
    });
    expect(request).toEqual({
      operation: 'images',
      model: 'alias',
      prompt: 'a cat',
      n: 2,
      size: { text: '1024x1536', kind: 'pixels', width: 1024, height: 1536 },
      aspectRatio: '2:3',
      resolution: '2K',
      quality: 'hd',
      style: 'vivid',
      background: 'transparent',
      outputFormat: 'webp',
      outputCompression: 80,
      delivery: 'url',
      moderation: 'low',
      user: 'me',
      stream: true,
      partialImages: 2,
      images: [],
      files: [],
      extra: { seed: 7 },
    });
  });

  test.each<[JsonObject, string]>([
    [{ n: 0 }, 'n'],
    [{ n: 'two' }, 'n'],
    [{ size: 'huge' }, 'size'],
    [{ size: '0x5' }, 'size'],
    [{ size: '99999x1' }, 'size'],
    [{ aspect_ratio: 'wide' }, 'aspect_ratio'],
    [{ response_format: 'png' }, 'response_format'],
    [{ output_compression: 101 }, 'output_compression'],
    [{ stream: 'yes' }, 'stream'],
    [{ prompt: '' }, 'prompt'],
  ])('with %j is refused by name', (body, parameter) => {
    expect(() => parse(body)).toThrow(
      expect.objectContaining({
        code: 'VE_PARAMETER_INVALID',
        details: expect.objectContaining({ parameter }),
      }),
    );
  });

  test('without a prompt is refused', () => {
    expect(() => imagesFamily.parseRequest({ json: { model: 'm' } })).toThrow(
      expect.objectContaining({ code: 'VE_PARAMETER_MISSING', details: { parameter: 'prompt' } }),
    );
  });
});

const form = (fields: Form['fields'], files: Form['files']): ImageRequest =>
  imageEditsFamily.parseRequest({
    form: { fields: [['model', 'alias'], ['prompt', 'a hat'], ...fields], files },
  });

describe('pictures to change', () => {
  test('come as files of a form, whose words are text', () => {
    const [cat, dog, mask, markup] = ['cat', 'dog', 'mask', 'markup'].map((text) => fileOf(text));
    if (!cat || !dog || !mask || !markup) throw new Error('no files');
    const request = form(
      [
        ['n', '2'],
        ['stream', 'true'],
        ['size', ''],
        ['tags[]', 'a'],
        ['tags[]', 'b'],
      ],
      [
        ['image[]', cat],
        ['image[]', dog],
        ['mask', mask],
        ['markup', markup],
      ],
    );
    expect(request).toEqual({
      operation: 'image-edits',
      model: 'alias',
      prompt: 'a hat',
      n: 2,
      stream: true,
      images: [
        { kind: 'file', file: cat },
        { kind: 'file', file: dog },
      ],
      mask: { kind: 'file', file: mask },
      files: [['markup', markup]],
      extra: { tags: ['a', 'b'] },
    });
  });

  test.each<[string, JsonObject, unknown]>([
    [
      "in OpenAI's JSON",
      { images: [{ image_url: 'https://a.example/1.png' }, { file_id: 'file-1' }] },
      [
        { kind: 'url', url: 'https://a.example/1.png' },
        { kind: 'file-id', id: 'file-1' },
      ],
    ],
    [
      "in xAI's JSON",
      { image: { url: 'https://a.example/1.png', type: 'image_url' } },
      [{ kind: 'url', url: 'https://a.example/1.png' }],
    ],
    [
      'as a data URL',
      { image: `data:image/png;base64,${png}` },
      [{ kind: 'data', type: 'image/png', data: png }],
    ],
  ])('come %s', (_, body, images) => {
    const request = imageEditsFamily.parseRequest({ json: { model: 'm', prompt: 'p', ...body } });
    expect(request.images).toEqual(images);
  });

  test.each<[JsonObject, string, string]>([
    [{}, 'VE_PARAMETER_MISSING', 'image'],
    [{ image: 'cat.png' }, 'VE_PARAMETER_INVALID', 'image'],
    [{ images: [{ image_url: 'file:///etc/passwd' }] }, 'VE_PARAMETER_INVALID', 'images[0]'],
  ])('%j are refused', (body, code, parameter) => {
    expect(() => imageEditsFamily.parseRequest({ json: { model: 'm', prompt: 'p', ...body } })).toThrow(
      expect.objectContaining({ code, details: expect.objectContaining({ parameter }) }),
    );
  });

  test('need no prompt for variations', () => {
    const request = imageVariationsFamily.parseRequest({
      form: { fields: [['model', 'dall-e-2']], files: [['image', fileOf('cat')]] },
    });
    expect(request).toMatchObject({ operation: 'image-variations', prompt: '' });
  });
});

describe('the answer', () => {
  const made: ImageResult = {
    images: [{ data: png, revisedPrompt: 'a siamese cat' }, { url: 'https://vendor.example/2.png' }],
    filtered: [{ index: 2, reason: 'SAFETY' }],
    size: '1024x1024',
    usage: {
      inputTokens: 10,
      outputTokens: 100,
      cachedInputTokens: 0,
      reasoningTokens: 0,
      media: { imageInputTokens: 4, imageOutputTokens: 90 },
    },
  };
  const served = { 'https://vendor.example/2.png': 'hello' };
  const read = async (request: ImageRequest): Promise<{ body: JsonObject; kept: string[] }> => {
    const context = contextOf(served);
    const { type, body } = await imagesFamily.renderAnswer(made, request, context);
    expect(type).toBe('application/json');
    return { body: JSON.parse(body.toString()), kept: context.kept };
  };

  test('has the pictures as they came, where nobody asks for a form', async () => {
    expect((await read(parse({}))).body).toEqual({
      created: 1_700_000_000,
      size: '1024x1024',
      data: [{ b64_json: png, revised_prompt: 'a siamese cat' }, { url: 'https://vendor.example/2.png' }],
      filtered: [{ index: 2, reason: 'SAFETY' }],
      usage: {
        input_tokens: 10,
        input_tokens_details: { text_tokens: 6, image_tokens: 4 },
        output_tokens: 100,
        output_tokens_details: { text_tokens: 10, image_tokens: 90 },
        total_tokens: 110,
      },
    });
  });

  test('has addresses where these are asked for', async () => {
    const { body, kept } = await read(parse({ response_format: 'url' }));
    expect(body['data']).toEqual([
      { url: 'https://gateway/kept/1', revised_prompt: 'a siamese cat' },
      { url: 'https://vendor.example/2.png' },
    ]);
    expect(kept).toEqual([`image/png ${png}`]);
  });

  test('has the pictures themselves where these are asked for', async () => {
    const { body, kept } = await read(parse({ response_format: 'b64_json' }));
    expect(body['data']).toEqual([
      { b64_json: png, revised_prompt: 'a siamese cat' },
      { b64_json: Buffer.from('hello').toString('base64') },
    ]);
    expect(kept).toEqual([]);
  });

  test.each([
    ['images', 'image_generation.completed'],
    ['image-edits', 'image_edit.completed'],
  ] as const)('to a stream of %s is its last events, which the openai SDK reads', async (operation, type) => {
    const request = { ...parse({ stream: true }), operation };
    const { type: contentType, body } = await imagesFamily.renderAnswer(made, request, contextOf(served));
    const client = new OpenAI({
      apiKey: 'x',
      fetch: async () => new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }),
    });
    const stream = await client.images.generate({ prompt: 'x', stream: true });
    const events: unknown[] = [];
    for await (const event of stream) events.push(event);
    expect(events).toMatchObject([
      { type, b64_json: png, size: '1024x1024', output_format: 'png', created_at: 1_700_000_000 },
      { type, filtered: [{ index: 2, reason: 'SAFETY' }], usage: { total_tokens: 110 } },
    ]);
    expect(events[0]).not.toHaveProperty('usage');
  });

  test('is counted by pictures, their quality and size as told, else as asked for', () => {
    expect(imagesFamily.usageOf(made, parse({ quality: 'hd', size: '512x512' }))).toEqual({
      ...made.usage,
      media: { imageInputTokens: 4, imageOutputTokens: 90, images: 2, quality: 'hd', size: '1024x1024' },
    });
    expect(
      imagesFamily.usageOf({ images: [{ url: 'x' }], filtered: [] }, parse({ size: '512x512' })),
    ).toEqual({
      inputTokens: 0,
      outputTokens: 0,
      cachedInputTokens: 0,
      reasoningTokens: 0,
      media: { images: 1, size: '512x512' },
    });
  });
});
