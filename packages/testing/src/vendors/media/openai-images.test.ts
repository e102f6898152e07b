import OpenAI, { toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { failure } from '../../../test/catch-failure.ts';
import { type SimulatedUpstream, simulatedAzureOpenAI, simulatedOpenAI } from '../../index.ts';
import { makePng, readPngSize } from '../../media-files/make-png.ts';

function clientOf({ baseURL }: SimulatedUpstream): OpenAI {
  return new OpenAI({ baseURL, apiKey: 'sk-any', maxRetries: 0 });
}

function bytesOf(image: { readonly b64_json?: string } | undefined): Buffer {
  return Buffer.from(image?.b64_json ?? '', 'base64');
}

function picture(name: string, size = 64): Promise<File> {
  return toFile(makePng({ width: size, height: size, seed: name }), `${name}.png`, { type: 'image/png' });
}

describe('images that are made', () => {
  test('a newer model answers with the image itself, what it looks like and its tokens', async () => {
    await using upstream = await simulatedOpenAI();
    const answer = await clientOf(upstream).images.generate({
      model: 'gpt-image-1',
      prompt: 'a siamese cat',
      n: 2,
      size: '1536x1024',
      quality: 'low',
    });
    expect(answer).toMatchObject({
      background: 'opaque',
      output_format: 'png',
      quality: 'low',
      size: '1536x1024',
    });
    expect(answer.data).toHaveLength(2);
    expect(answer.data?.map((image) => readPngSize(bytesOf(image)))).toEqual([
      { width: 1536, height: 1024 },
      { width: 1536, height: 1024 },
    ]);
    expect(bytesOf(answer.data?.[0])).not.toEqual(bytesOf(answer.data?.[1]));
    expect(answer.usage).toMatchObject({ input_tokens: 3, output_tokens: 816, total_tokens: 819 });
  });

  test.each([
    ['jpeg', /^\xff\xd8\xff/],
    ['webp', /^RIFF....WEBP/s],
  ] as const)('%s is what it says', async (output_format, beginning) => {
    await using upstream = await simulatedOpenAI();
    const { data } = await clientOf(upstream).images.generate({
      model: 'gpt-image-1',
      prompt: 'x',
      output_format,
    });
    expect(bytesOf(data?.[0]).toString('latin1', 0, 16)).toMatch(beginning);
  });

  test('an older model gives an address that downloads without a key, and says how it has changed the prompt', async () => {
    await using upstream = await simulatedOpenAI({ apiKeys: ['sk-any'] });
    const answer = await clientOf(upstream).images.generate({
      model: 'dall-e-3',
      prompt: 'a cat',
      size: '1792x1024',
    });
    const [image] = answer.data ?? [];
    expect(image?.revised_prompt).toContain('a cat');
    const file = await fetch(image?.url ?? '');
    expect(file.headers.get('content-type')).toBe('image/png');
    expect(readPngSize(await file.bytes())).toEqual({ width: 1792, height: 1024 });
    const whole = await clientOf(upstream).images.generate({
      model: 'dall-e-3',
      prompt: 'a cat',
      size: '1792x1024',
      response_format: 'b64_json',
    });
    expect(bytesOf(whole.data?.[0])).toEqual(
      Buffer.from(await (await fetch(image?.url ?? '')).arrayBuffer()),
    );
  });

  test('a stream has the partial images that were asked for, then the whole one with its usage', async () => {
    await using upstream = await simulatedOpenAI();
    const stream = await clientOf(upstream).images.generate({
      model: 'gpt-image-1',
      prompt: 'a cat',
      stream: true,
      partial_images: 2,
    });
    const types: unknown[] = [];
    for await (const event of stream) {
      types.push(event.type === 'image_generation.partial_image' ? event.partial_image_index : event.usage);
      expect(readPngSize(bytesOf(event))).toEqual({ width: 1024, height: 1024 });
    }
    expect(types).toEqual([0, 1, expect.objectContaining({ output_tokens: 4160 })]);
  });

  test('Azure finds the model behind the deployment', async () => {
    await using upstream = await simulatedAzureOpenAI({ deployments: { painter: 'gpt-image-1' } });
    const answer = await clientOf(upstream).images.generate({ model: 'painter', prompt: 'x' });
    expect(answer.size).toBe('1024x1024');
    const client = new OpenAI({
      baseURL: `${upstream.origin}/openai/deployments/painter`,
      defaultQuery: { 'api-version': '2025-04-01-preview' },
      apiKey: 'k',
    });
    expect((await client.images.generate({ prompt: 'x' })).data).toHaveLength(1);
  });
});

describe('images that are changed', () => {
  test('takes one, several, and a mask', async () => {
    await using upstream = await simulatedOpenAI();
    const { images } = clientOf(upstream);
    const model = 'gpt-image-1';
    const image = await picture('a');
    const one = await images.edit({ model, image, mask: await picture('mask'), prompt: 'add a hat' });
    expect(one.usage?.input_tokens_details.image_tokens).toBe(646);
    const two = await images.edit({ model, image: [image, await picture('b')], prompt: 'join them', n: 2 });
    expect(two.data).toHaveLength(2);
    expect(upstream.requests[1]?.rawBody.toString('latin1')).toContain('name="image[]"');
  });

  test('streams under names of its own', async () => {
    await using upstream = await simulatedOpenAI();
    const stream = await clientOf(upstream).images.edit({
      model: 'gpt-image-1',
      image: await picture('a'),
      prompt: 'x',
      stream: true,
      partial_images: 1,
    });
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    expect(types).toEqual(['image_edit.partial_image', 'image_edit.completed']);
  });

  test('JSON names the images by address', async () => {
    await using upstream = await simulatedOpenAI();
    const url = `data:image/png;base64,${makePng({ width: 8, height: 8, seed: '' }).toString('base64')}`;
    const body = { model: 'gpt-image-1', prompt: 'x', images: [{ image_url: url }] };
    const answer = await clientOf(upstream).post<OpenAI.ImagesResponse>('/images/edits', { body });
    expect(answer.data).toHaveLength(1);
  });

  test('a variation needs no prompt', async () => {
    await using upstream = await simulatedOpenAI();
    const answer = await clientOf(upstream).images.createVariation({
      model: 'dall-e-2',
      image: await picture('a'),
      n: 2,
      size: '256x256',
    });
    expect(answer.data?.map(({ url }) => url?.includes('256x256'))).toEqual([true, true]);
  });

  test('refuses what is no image, and a mask of another size', async () => {
    await using upstream = await simulatedOpenAI();
    const { images } = clientOf(upstream);
    const edit = async (image: File, mask?: File): Promise<unknown> =>
      await failure(
        images.edit({ model: 'gpt-image-1', prompt: 'x', image, ...(mask === undefined ? {} : { mask }) }),
      );
    const text = await toFile(Buffer.from('hello'), 'a.txt', { type: 'text/plain' });
    expect(await edit(text)).toMatchObject({
      status: 400,
      param: 'image',
      code: 'unsupported_file_mimetype',
    });
    const broken = await toFile(Buffer.from('hello'), 'a.png', { type: 'image/png' });
    expect(await edit(broken)).toMatchObject({ status: 400, param: 'image', code: 'invalid_image_file' });
    expect(await edit(await picture('a'), await picture('b', 32))).toMatchObject({
      status: 400,
      param: 'mask',
    });
  });
});

describe('refusals', () => {
  test.each([
    [{ size: '100x100' }, 'size', /'1024x1024', '1024x1536', '1536x1024', and 'auto'/],
    [{ n: 11 }, 'n', /<= 10, but got 11/],
    [{ quality: 'hd' as const }, 'quality', /'low', 'medium', 'high', and 'auto'/],
    [{ response_format: 'url' as const }, 'response_format', /^400 Unknown parameter/],
    [{ partial_images: 4 }, 'partial_images', /<= 3/],
    [{ model: 'gpt-image-2', size: '1000x1000' }, 'size', /divisible by 16/],
    [{ model: 'gpt-image-2', size: '3840x640' }, 'size', /1:3 and 3:1/],
    [{ model: 'dall-e-3', n: 2 }, 'n', /<= 1/],
    [{ model: 'gpt-4o' }, 'model', /'gpt-image-1'/],
  ])('%j names the parameter', async (extra, param, message) => {
    await using upstream = await simulatedOpenAI();
    const body = { model: 'gpt-image-1', prompt: 'a cat', ...extra };
    const error = await failure(clientOf(upstream).images.generate(body));
    expect(error).toMatchObject({ status: 400, param, message: expect.stringMatching(message) });
  });

  test('a forbidden prompt is refused as a whole', async () => {
    await using upstream = await simulatedOpenAI();
    const wish = { model: 'gpt-image-1', prompt: 'a forbidden thing' };
    expect(await failure(clientOf(upstream).images.generate(wish))).toMatchObject({
      status: 400,
      code: 'moderation_blocked',
      type: 'image_generation_user_error',
    });
  });

  test('a filtered image fails the request, and ends a stream after what was shown', async () => {
    await using upstream = await simulatedOpenAI({ answer: () => ({ finishReason: 'content_filter' }) });
    const { images } = clientOf(upstream);
    const wish = { model: 'gpt-image-1', prompt: 'a cat' };
    expect(await failure(images.generate(wish))).toMatchObject({ code: 'moderation_blocked' });
    const stream = await images.generate({ ...wish, stream: true, partial_images: 1 });
    const seen: string[] = [];
    const error = await failure(
      (async () => {
        for await (const { type } of stream) seen.push(type);
      })(),
    );
    expect(seen).toEqual(['image_generation.partial_image']);
    expect(error).toMatchObject({ code: 'moderation_blocked' });
  });
});
