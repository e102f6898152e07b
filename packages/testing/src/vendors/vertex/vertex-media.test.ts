import { GoogleGenAI, type GoogleGenAIOptions } from '@google/genai';
import { describe, expect, test } from 'vitest';
import { failure } from '../../../test/catch-failure.ts';
import { type SimulatedUpstream, simulatedVertex } from '../../index.ts';
import { readPngSize } from '../../media-files/make-png.ts';

function clientOf(upstream: SimulatedUpstream): GoogleGenAI {
  return new GoogleGenAI({
    vertexai: true,
    project: 'p',
    location: 'eu',
    httpOptions: { baseUrl: upstream.baseURL },
    googleAuthOptions: withToken(),
  });
}

/** In place of Google's servers, which give out tokens. */
function withToken(): NonNullable<GoogleGenAIOptions['googleAuthOptions']> {
  const authClient = { getRequestHeaders: () => new Headers({ authorization: 'Bearer k' }) };
  const options: object = { authClient };
  return options;
}

describe('Imagen', () => {
  const model = 'imagen-4.0-generate-001';

  test('gives as many images as are asked for, of the size and format', async () => {
    await using upstream = await simulatedVertex();
    const { models } = clientOf(upstream);
    const config = { numberOfImages: 2, aspectRatio: '16:9' };
    const { generatedImages } = await models.generateImages({ model, prompt: 'a cat', config });
    expect(
      generatedImages?.map(({ image }) => readPngSize(Buffer.from(image?.imageBytes ?? '', 'base64'))),
    ).toEqual([
      { width: 1408, height: 768 },
      { width: 1408, height: 768 },
    ]);
    const jpeg = await models.generateImages({
      model,
      prompt: 'a cat',
      config: { outputMimeType: 'image/jpeg' },
    });
    expect(jpeg.generatedImages?.[0]?.image?.imageBytes).toMatch(/^\/9j\//);
    expect(jpeg.generatedImages?.[0]?.image?.mimeType).toBe('image/jpeg');
  });

  test('says how the prompt was enhanced', async () => {
    await using upstream = await simulatedVertex({ answer: () => 'A fluffy cat at dawn.' });
    const config = { enhancePrompt: true };
    const { generatedImages } = await clientOf(upstream).models.generateImages({
      model,
      prompt: 'a cat',
      config,
    });
    expect(generatedImages?.[0]?.enhancedPrompt).toBe('A fluffy cat at dawn.');
  });

  test('of a filtered image there is a reason where it is asked for, and nothing where it is not', async () => {
    await using upstream = await simulatedVertex({
      answer: (_request, index) => (index === 1 ? { finishReason: 'content_filter' } : undefined),
    });
    const { models } = clientOf(upstream);
    const ask = async (includeRaiReason: boolean): Promise<unknown[]> => {
      const config = { numberOfImages: 2, includeRaiReason };
      const { generatedImages } = await models.generateImages({ model, prompt: 'a cat', config });
      return (generatedImages ?? []).map(({ raiFilteredReason }) => raiFilteredReason?.slice(0, 14));
    };
    expect(await ask(true)).toEqual([undefined, 'Unable to show']);
    expect(await ask(false)).toEqual([undefined]);
  });

  test.each([
    [{ prompt: 'a forbidden cat' }, /sensitive words/],
    [{ config: { numberOfImages: 5 } }, /\[1, 4\]/],
    [{ config: { aspectRatio: '2:1' } }, /1:1, 3:4, 4:3, 9:16, 16:9/],
    [{ config: { outputMimeType: 'image/webp' } }, /image\/png or image\/jpeg/],
    [{ model: 'gemini-2.5-flash' }, /cannot be accessed through Vertex Predict/],
  ])('refuses %j', async (extra, message) => {
    await using upstream = await simulatedVertex();
    const error = await failure(
      clientOf(upstream).models.generateImages({ model, prompt: 'a cat', ...extra }),
    );
    expect(error).toMatchObject({ status: 400, message: expect.stringMatching(message) });
  });
});

describe('embeddings', () => {
  test('a batch is predicted, with its tokens and billable characters', async () => {
    await using upstream = await simulatedVertex();
    const { embeddings, metadata } = await clientOf(upstream).models.embedContent({
      model: 'text-embedding-005',
      contents: ['Hello world', 'Ruby'],
      config: { outputDimensionality: 128, taskType: 'RETRIEVAL_QUERY', autoTruncate: true },
    });
    expect(embeddings?.map(({ values }) => values?.length)).toEqual([128, 128]);
    expect(embeddings?.[0]?.statistics).toMatchObject({ truncated: false, tokenCount: 2 });
    expect(metadata?.billableCharacterCount).toBe(14);
    expect(upstream.requests[0]?.body).toMatchObject({
      instances: [{ content: 'Hello world', task_type: 'RETRIEVAL_QUERY' }, { content: 'Ruby' }],
      parameters: { outputDimensionality: 128, autoTruncate: true },
    });
  });

  test('newer models take one content at a time', async () => {
    await using upstream = await simulatedVertex();
    const { models } = clientOf(upstream);
    const config = { outputDimensionality: 64 };
    const { embeddings } = await models.embedContent({
      model: 'gemini-embedding-2',
      contents: 'Hello',
      config,
    });
    expect(embeddings?.[0]?.values).toHaveLength(64);
    expect(embeddings?.[0]?.statistics?.tokenCount).toBe(1);
    expect(upstream.requests[0]?.path).toContain(':embedContent');
    const two = { model: 'gemini-embedding-001', contents: ['a', 'b'] };
    expect(await failure(models.embedContent(two))).toMatchObject({
      status: 400,
      message: expect.stringContaining('1 instance(s) is allowed per prediction. Actual: 2'),
    });
  });
});

test('images and speech of Gemini are the same as at the other address', async () => {
  await using upstream = await simulatedVertex();
  const { models } = clientOf(upstream);
  const image = await models.generateContent({
    model: 'gemini-2.5-flash-image',
    contents: 'a cat',
    config: { responseModalities: ['IMAGE'] },
  });
  expect(readPngSize(Buffer.from(image.data ?? '', 'base64'))).toEqual({ width: 1024, height: 1024 });
  const speech = await models.generateContent({
    model: 'gemini-2.5-pro-preview-tts',
    contents: 'Hello',
    config: { responseModalities: ['AUDIO'] },
  });
  expect(speech.usageMetadata?.trafficType).toBe('ON_DEMAND');
  expect(Buffer.from(speech.data ?? '', 'base64').length).toBeGreaterThan(10_000);
});
