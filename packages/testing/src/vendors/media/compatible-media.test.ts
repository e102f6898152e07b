import { createXai } from '@ai-sdk/xai';
import { Mistral } from '@mistralai/mistralai';
import { generateImage } from 'ai';
import OpenAI, { toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { failure } from '../../../test/catch-failure.ts';
import { type CompatibleVendor, type SimulatedUpstream, simulatedOpenAICompatible } from '../../index.ts';
import { makePng, readPngSize } from '../../media-files/make-png.ts';
import { makeWav } from '../../media-files/make-wav.ts';

function clientOf({ baseURL }: SimulatedUpstream): OpenAI {
  return new OpenAI({ baseURL, apiKey: 'k', maxRetries: 0 });
}

describe('Mistral, read by its SDK', () => {
  test('embeddings', async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor: 'mistral' });
    const client = new Mistral({ apiKey: 'k', serverURL: upstream.origin });
    const usual = await client.embeddings.create({ model: 'mistral-embed', inputs: ['hello', 'world'] });
    expect(usual.data.map(({ embedding }) => embedding?.length)).toEqual([1024, 1024]);
    expect(usual.usage).toMatchObject({ promptTokens: 2, totalTokens: 2 });
    const small = await client.embeddings.create({
      model: 'codestral-embed',
      inputs: 'hello',
      outputDimension: 64,
      outputDtype: 'int8',
    });
    expect(small.data[0]?.embedding).toHaveLength(64);
    expect(small.data[0]?.embedding?.every(Number.isInteger)).toBe(true);
    const wrong = { model: 'mistral-embed', inputs: 'hello', outputDimension: 64 };
    expect(await failure(client.embeddings.create(wrong))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('does not support output_dimension'),
    });
  });

  test('moderations', async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor: 'mistral' });
    const client = new Mistral({ apiKey: 'k', serverURL: upstream.origin });
    const { results } = await client.classifiers.moderate({
      model: 'mistral-moderation-latest',
      inputs: ['good day', 'I will kill you'],
    });
    expect(results.map(({ categories }) => categories?.['violence_and_threats'])).toEqual([false, true]);
    expect(results[1]?.categoryScores?.['violence_and_threats']).toBeGreaterThan(0.5);
  });

  test('transcriptions, whole and as events', async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor: 'mistral', answer: () => 'Good. Day.' });
    const client = new Mistral({ apiKey: 'k', serverURL: upstream.origin });
    const file = { fileName: 'a.wav', content: new Uint8Array(makeWav({ seconds: 1 })) };
    const asked = { model: 'voxtral-mini-latest', file, language: 'en' };
    const whole = await client.audio.transcriptions.complete({
      ...asked,
      timestampGranularities: ['segment'],
      diarize: true,
    });
    expect(whole).toMatchObject({ text: 'Good. Day.', language: 'en', usage: { promptAudioSeconds: 1 } });
    expect(whole.segments).toMatchObject([
      { text: 'Good.', start: 0, end: 0.5, speakerId: 'speaker_1' },
      { text: ' Day.', start: 0.5, end: 1 },
    ]);
    const events = [];
    for await (const { data } of await client.audio.transcriptions.stream(asked)) events.push(data);
    expect(events[0]).toMatchObject({ type: 'transcription.language', audioLanguage: 'en' });
    const said = events.map((event) => (event.type === 'transcription.text.delta' ? event.text : ''));
    expect(said.join('')).toBe('Good. Day.');
    expect(events.at(-1)).toMatchObject({ type: 'transcription.done', text: 'Good. Day.' });
    const text = { fileName: 'a.wav', content: Buffer.from('no sound') };
    expect(
      await failure(client.audio.transcriptions.complete({ model: asked.model, file: text })),
    ).toMatchObject({ statusCode: 400, message: expect.stringContaining('could not be decoded') });
  });
});

describe('xAI, read by its provider of the AI SDK', () => {
  const model = 'grok-imagine-image';

  test('draws in a shape, never in a size', async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor: 'xai' });
    const provider = createXai({ baseURL: upstream.baseURL, apiKey: 'k' });
    const { images } = await generateImage({
      model: provider.image(model),
      prompt: 'a cat',
      n: 2,
      aspectRatio: '16:9',
      maxRetries: 0,
    });
    expect(images.map(({ mediaType }) => mediaType)).toEqual(['image/jpeg', 'image/jpeg']);
    const sized = { model, prompt: 'a cat', size: '1024x1024' } as const;
    expect(await failure(clientOf(upstream).images.generate(sized))).toMatchObject({ status: 400 });
  });

  test('changes what it is given', async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor: 'xai' });
    const provider = createXai({ baseURL: upstream.baseURL, apiKey: 'k' });
    const png = makePng({ width: 8, height: 8, seed: '' });
    const prompt = { text: 'add a hat', images: [png] };
    const { images } = await generateImage({ model: provider.image(model), prompt, maxRetries: 0 });
    expect(images).toHaveLength(1);
    expect(upstream.requests[0]?.path).toBe('/v1/images/edits');
  });

  test('gives an address unless it is asked for the image', async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor: 'xai', apiKeys: ['k'] });
    const { data } = await clientOf(upstream).images.generate({ model, prompt: 'a cat' });
    const file = await fetch(data?.[0]?.url ?? '');
    expect(file.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await file.arrayBuffer()).toString('hex', 0, 3)).toBe('ffd8ff');
  });

  test('marks a filtered image, and refuses a forbidden prompt', async () => {
    await using upstream = await simulatedOpenAICompatible({
      vendor: 'xai',
      answer: (_request, index) => (index === 1 ? { finishReason: 'content_filter' } : undefined),
    });
    const wish = { model, prompt: 'a cat', n: 2, response_format: 'b64_json' } as const;
    const { data } = await clientOf(upstream).images.generate(wish);
    expect(data).toMatchObject([{ respect_moderation: true }, { respect_moderation: false }]);
    const provider = createXai({ baseURL: upstream.baseURL, apiKey: 'k' });
    const asked = generateImage({ model: provider.image(model), prompt: 'a cat', n: 2, maxRetries: 0 });
    expect(await failure(asked)).toMatchObject({ message: expect.stringContaining('content policy') });
    const refused = await failure(clientOf(upstream).images.generate({ ...wish, prompt: 'a forbidden cat' }));
    expect(refused).toMatchObject({
      status: 400,
      error: 'Generated image rejected by content moderation.',
    });
  });
});

describe.each<[CompatibleVendor, object, object]>([
  ['together', { width: 512, height: 256, n: 2 }, { response_format: 'base64' }],
  ['siliconflow', { image_size: '512x256', batch_size: 2 }, {}],
])('%s', (vendor, extra, asData) => {
  test('gives images by address, which download without a key', async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor, apiKeys: ['k'] });
    const wish = { model: 'black-forest-labs/FLUX.1-schnell', prompt: 'a cat', ...extra };
    const { data } = await clientOf(upstream).images.generate(wish);
    expect(data).toHaveLength(2);
    const file = await fetch(data?.[1]?.url ?? '');
    expect(readPngSize(await file.bytes())).toEqual({ width: 512, height: 256 });
    const whole = await clientOf(upstream).images.generate({ ...wish, ...asData });
    const [first] = whole.data ?? [];
    expect(typeof (vendor === 'together' ? first?.b64_json : first?.url)).toBe('string');
  });
});

test.each<[CompatibleVendor, string, unknown]>([
  ['together', 'Salesforce/Llama-Rank-V1', { text: 'red apples' }],
  ['siliconflow', 'BAAI/bge-reranker-v2-m3', { text: 'red apples' }],
  ['vllm', 'BAAI/bge-reranker-v2-m3', { text: 'red apples', multi_modal: null }],
])('%s ranks documents', async (vendor, model, document) => {
  await using upstream = await simulatedOpenAICompatible({ vendor });
  const body = {
    model,
    query: 'red apples',
    documents: ['blue sky', 'red apples'],
    top_n: 1,
    return_documents: true,
  };
  const answer = await clientOf(upstream).post<{ results: object[] }>('/rerank', { body });
  expect(answer.results).toEqual([{ index: 1, relevance_score: 0.99, document }]);
});

test.each<[CompatibleVendor, string]>([
  ['groq', 'whisper-large-v3'],
  ['vllm', 'openai/whisper-large-v3'],
])('%s hears recordings', async (vendor, model) => {
  await using upstream = await simulatedOpenAICompatible({ vendor });
  const file = await toFile(makeWav({ seconds: 1 }), 'a.wav');
  const { text } = await clientOf(upstream).audio.transcriptions.create({ model, file });
  expect(text).toBe('A recording of 1.0 seconds.');
});

test.each<[CompatibleVendor, string]>([
  ['groq', 'canopylabs/orpheus-v1-english'],
  ['vllm', 'Qwen/Qwen3-TTS'],
])('%s speaks with voices of its own', async (vendor, model) => {
  await using upstream = await simulatedOpenAICompatible({ vendor });
  const wish = { model, voice: 'vivian', input: 'Hello', response_format: 'wav' } as const;
  const answer = await clientOf(upstream).audio.speech.create(wish);
  expect(answer.headers.get('content-type')).toBe('audio/wav');
});

test('what a vendor does not have is no address of its', async () => {
  await using upstream = await simulatedOpenAICompatible({ vendor: 'deepseek' });
  const asked = clientOf(upstream).images.generate({ model: 'deepseek-chat', prompt: 'x' });
  expect(await failure(asked)).toMatchObject({ status: 404 });
});
