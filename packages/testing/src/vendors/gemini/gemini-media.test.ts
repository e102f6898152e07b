import { type GenerateContentResponse, GoogleGenAI, Modality, type Part } from '@google/genai';
import { describe, expect, test } from 'vitest';
import { collect } from '../../../test/ask-with-sdk.ts';
import { failure } from '../../../test/catch-failure.ts';
import { type SimulatedUpstream, simulatedGemini } from '../../index.ts';
import { readPngSize } from '../../media-files/make-png.ts';
import { makeWav } from '../../media-files/make-wav.ts';

function clientOf(upstream: SimulatedUpstream): GoogleGenAI {
  return new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: upstream.baseURL } });
}

function partsOf({ candidates }: GenerateContentResponse): Part[] {
  return candidates?.[0]?.content?.parts ?? [];
}

function bytesOf(data: string | undefined): Buffer {
  return Buffer.from(data ?? '', 'base64');
}

describe('images', () => {
  const model = 'gemini-2.5-flash-image';

  test.each([
    [undefined, { width: 1024, height: 1024 }],
    [{ aspectRatio: '16:9' }, { width: 1344, height: 768 }],
    [
      { aspectRatio: '2:3', imageSize: '2K' },
      { width: 1664, height: 2496 },
    ],
  ])('%j has its size', async (imageConfig, size) => {
    await using upstream = await simulatedGemini();
    const config = {
      responseModalities: [Modality.IMAGE],
      ...(imageConfig === undefined ? {} : { imageConfig }),
    };
    const answer = await clientOf(upstream).models.generateContent({ model, contents: 'a cat', config });
    const [part, ...others] = answer.candidates?.[0]?.content?.parts ?? [];
    expect(others).toEqual([]);
    expect(part?.inlineData?.mimeType).toBe('image/png');
    expect(readPngSize(bytesOf(part?.inlineData?.data))).toEqual(size);
    expect(answer.usageMetadata?.candidatesTokensDetails).toEqual([{ modality: 'IMAGE', tokenCount: 1290 }]);
  });

  test('words come before it unless they are ruled out, whole and streamed', async () => {
    await using upstream = await simulatedGemini({ answer: () => 'Behold:' });
    const { models } = clientOf(upstream);
    const whole = await models.generateContent({ model, contents: 'a cat' });
    const parts = partsOf(whole);
    expect(parts.map(({ text, inlineData }) => text ?? inlineData?.mimeType)).toEqual([
      'Behold:',
      'image/png',
    ]);
    const chunks = await collect(await models.generateContentStream({ model, contents: 'a cat' }));
    expect(chunks.flatMap(partsOf)).toEqual(parts);
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
  });

  test('a filtered image is a candidate without content; a forbidden prompt has no candidate', async () => {
    await using upstream = await simulatedGemini({ answer: () => ({ finishReason: 'content_filter' }) });
    const { models } = clientOf(upstream);
    const filtered = await models.generateContent({ model, contents: 'a cat' });
    // The SDK leaves out the words.
    expect(filtered.candidates).toEqual([{ finishReason: 'IMAGE_SAFETY', index: 0 }]);
    const blocked = await models.generateContent({ model, contents: 'a forbidden cat' });
    expect(blocked.candidates).toBeUndefined();
    expect(blocked.promptFeedback?.blockReason).toBe('PROHIBITED_CONTENT');
  });

  test.each([
    [{ imageConfig: { aspectRatio: '7:5' } }, /'1:1', '2:3'/],
    [{ imageConfig: { imageSize: '8K' } }, /'1K', '2K', '4K'/],
    [{ candidateCount: 2 }, /Multiple candidates/],
    [{ responseModalities: [Modality.AUDIO] }, /\(AUDIO\) is not supported by the model/],
  ])('refuses %j', async (config, message) => {
    await using upstream = await simulatedGemini();
    const error = await failure(clientOf(upstream).models.generateContent({ model, contents: 'x', config }));
    expect(error).toMatchObject({ status: 400, message: expect.stringMatching(message) });
  });

  test('a model that only talks draws nothing', async () => {
    await using upstream = await simulatedGemini();
    const question = { model: 'gemini-2.5-flash', contents: 'x', config: { responseModalities: ['IMAGE'] } };
    expect(await failure(clientOf(upstream).models.generateContent(question))).toMatchObject({
      status: 400,
      message: expect.stringContaining('does not support the requested response modalities: image'),
    });
  });
});

describe('speech', () => {
  const model = 'gemini-2.5-flash-preview-tts';
  const speechConfig = { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } };
  const config = { responseModalities: [Modality.AUDIO], speechConfig };

  test('is 24 kHz PCM, the same whole and in pieces', async () => {
    await using upstream = await simulatedGemini();
    const { models } = clientOf(upstream);
    const question = { model, contents: 'Ruby is a programming language.', config };
    const whole = await models.generateContent(question);
    expect(whole.candidates?.[0]?.content?.parts?.[0]?.inlineData?.mimeType).toBe(
      'audio/L16;codec=pcm;rate=24000',
    );
    expect(bytesOf(whole.data).length).toBe(Math.round(2.1 * 24_000) * 2);
    const chunks = await collect(await models.generateContentStream(question));
    expect(chunks.length).toBeGreaterThan(2);
    expect(Buffer.concat(chunks.map(({ data }) => bytesOf(data)))).toEqual(bytesOf(whole.data));
    expect(whole.usageMetadata?.candidatesTokensDetails).toEqual([{ modality: 'AUDIO', tokenCount: 53 }]);
  });

  test.each([
    [{ responseModalities: [Modality.TEXT] }, /\(TEXT\) is not supported by the model.*\* AUDIO/],
    [
      { ...config, speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Bob' } } } },
      /Voice name Bob is not supported\. Allowed voice names are: achernar/,
    ],
    [{ ...config, systemInstruction: 'Be loud.' }, /Developer instruction is not enabled/],
    [
      { ...config, speechConfig: { multiSpeakerVoiceConfig: { speakerVoiceConfigs: [{ speaker: 'A' }] } } },
      /must equal 2/,
    ],
  ])('refuses %j', async (wrong, message) => {
    await using upstream = await simulatedGemini();
    const question = { model, contents: 'x', config: wrong };
    const error = await failure(clientOf(upstream).models.generateContent(question));
    expect(error).toMatchObject({ status: 400, message: expect.stringMatching(message) });
  });

  test('a recording in a chat is heard, and counted as sound', async () => {
    await using upstream = await simulatedGemini();
    const data = makeWav({ seconds: 2 }).toString('base64');
    const answer = await clientOf(upstream).models.generateContent({
      model: 'gemini-2.5-flash',
      contents: [{ text: 'Transcribe this.' }, { inlineData: { mimeType: 'audio/wav', data } }],
    });
    expect(answer.text).toBe('A recording of 2.0 seconds.');
    expect(answer.usageMetadata?.promptTokensDetails?.[1]).toEqual({ modality: 'AUDIO', tokenCount: 64 });
  });
});

describe('embeddings', () => {
  const model = 'gemini-embedding-001';

  test('have the dimensions that are asked for, one vector for every content', async () => {
    await using upstream = await simulatedGemini();
    const { models } = clientOf(upstream);
    const config = { outputDimensionality: 768, taskType: 'RETRIEVAL_DOCUMENT', title: 'Languages' };
    const { embeddings } = await models.embedContent({ model, contents: ['Ruby', 'Python', 'Ruby'], config });
    expect(embeddings?.map(({ values }) => values?.length)).toEqual([768, 768, 768]);
    expect(embeddings?.[0]).toEqual(embeddings?.[2]);
    expect(embeddings?.[0]).not.toEqual(embeddings?.[1]);
    expect(Math.hypot(...(embeddings?.[0]?.values ?? []))).toBeCloseTo(1, 5);
    expect(upstream.requests[0]?.path).toContain(':batchEmbedContents');
    const usual = await models.embedContent({ model, contents: 'Ruby' });
    expect(usual.embeddings?.[0]?.values).toHaveLength(3072);
  });

  test('one content alone has an address of its own', async () => {
    await using upstream = await simulatedGemini();
    const answer = await fetch(`${upstream.baseURL}/v1beta/models/${model}:embedContent`, {
      method: 'POST',
      body: JSON.stringify({ content: { parts: [{ text: 'Ruby' }] }, output_dimensionality: 2 }),
    });
    const text = await answer.text();
    const { embeddings } = await clientOf(upstream).models.embedContent({
      model,
      contents: 'Ruby',
      config: { outputDimensionality: 2 },
    });
    expect(JSON.parse(text)).toEqual({ embedding: embeddings?.[0] });
  });

  test.each([
    [{ config: { taskType: 'COOKING' } }, /TYPE_ENUM/],
    [{ config: { title: 'x' } }, /RETRIEVAL_DOCUMENT/],
    [{ config: { outputDimensionality: 4000 } }, /\[1, 3072\]/],
    [{ contents: Array.from({ length: 101 }, () => 'x') }, /at most 100 requests/],
    [{ contents: '' }, /requests is not specified/],
    [{ contents: [{ parts: [] }] }, /contents is not specified/],
    [{ model: 'gemini-2.5-flash' }, /not supported for batchEmbedContents/],
  ])('refusal %#', async (extra, message) => {
    await using upstream = await simulatedGemini();
    const question = { model, contents: 'x', ...extra };
    const error = await failure(clientOf(upstream).models.embedContent(question));
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });
});

test('models list what they can be asked for', async () => {
  await using upstream = await simulatedGemini();
  const { models } = clientOf(upstream);
  const actions = async (model: string): Promise<unknown> => (await models.get({ model })).supportedActions;
  expect(await actions('gemini-embedding-001')).toContain('embedContent');
  expect(await actions('imagen-4.0-generate-001')).toEqual(['predict']);
  expect(await actions('gemini-2.5-flash-image')).toContain('generateContent');
});
