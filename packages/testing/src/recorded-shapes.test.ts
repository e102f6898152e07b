import { describe, expect, test } from 'vitest';
import { compare, isAbsent, nothing, recorded, shapeOf, union } from '../test/compare-shapes.ts';
import {
  type CompatibleVendor,
  type SimulatedUpstream,
  simulatedAzureOpenAI,
  simulatedGemini,
  simulatedOpenAI,
  simulatedOpenAICompatible,
} from './index.ts';
import { makeWav } from './media-files/make-wav.ts';

/* The simulation against recordings of the real services, key by key. They lie beside the repository, not in it. */

function chunksOf(text: string): unknown[] {
  return [...text.matchAll(/^data: (\{.*\})$/gm)].map((match): unknown => JSON.parse(match[1] ?? ''));
}

function recordedChunks(...names: readonly string[]): Set<string> {
  return union(recorded(...names).map(({ response }) => shapeOf(chunksOf(response.text ?? ''), 'chunks')));
}

const messages = [{ role: 'user', content: 'Hello' }];
const tools = [{ type: 'function', function: { name: 'f', parameters: { properties: { city: {} } } } }];
const asked = { stream: true, stream_options: { include_usage: true } };

async function simulatedChunks(
  upstream: SimulatedUpstream,
  ...bodies: readonly object[]
): Promise<Set<string>> {
  const shapes: Set<string>[] = [];
  for (const body of bodies) {
    const response = await fetch(`${upstream.baseURL}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ messages, ...asked, ...body }),
    });
    shapes.push(shapeOf(chunksOf(await response.text()), 'chunks'));
  }
  return union(shapes);
}

/** A simulated answer beside the recorded one: what its body has, and which headers it lacks. */
async function compareAnswer(name: string, answer: Response): Promise<object> {
  const [recording] = recorded(name);
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
  const body = isJson ? shapeOf(await answer.json()) : new Set<string>();
  const known = isJson ? shapeOf(recording?.response.body) : new Set<string>();
  const lacking = Object.keys(recording?.response.headers ?? {}).filter(
    (header) => !answer.headers.has(header),
  );
  return { ...compare(body, known), lacking };
}

const same: object = { ...nothing, lacking: [] };

describe.skipIf(isAbsent)('the simulation has the keys of the recordings', () => {
  test('openai, streamed', async () => {
    await using upstream = await simulatedOpenAI();
    const model = 'gpt-4o-mini';
    const simulation = await simulatedChunks(upstream, { model }, { model, n: 2 }, { model, tools });
    const names = ['openai/text-stream', 'openai/multi-choice-stream', 'openai/parallel-tools-stream'];
    expect(compare(simulation, recordedChunks(...names))).toEqual(nothing);
  });

  test('openai, whole', async () => {
    await using upstream = await simulatedOpenAI();
    const bodies = [{ tools }, {}].map(async (extra) => {
      const body = JSON.stringify({ model: 'gpt-4o', messages, ...extra });
      const response = await fetch(`${upstream.baseURL}/chat/completions`, { method: 'POST', body });
      return shapeOf(await response.json());
    });
    const simulation = union(await Promise.all(bodies));
    const recording = union(recorded('openai/native-output').map(({ response }) => shapeOf(response.body)));
    expect(compare(simulation, recording)).toEqual(nothing);
  });

  test('openai, embeddings and headers', async () => {
    await using upstream = await simulatedOpenAI();
    const response = await fetch(`${upstream.baseURL}/embeddings`, {
      method: 'POST',
      body: JSON.stringify({ model: 'text-embedding-3-small', input: 'x', encoding_format: 'base64' }),
    });
    const [recording] = recorded('openai/embedding-base64');
    expect(compare(shapeOf(await response.json()), shapeOf(recording?.response.body))).toEqual(nothing);
    const missing = Object.keys(recording?.response.headers ?? {}).filter(
      (name) => !response.headers.has(name),
    );
    expect(missing).toEqual([]);
  });

  test('azure, streamed', async () => {
    await using upstream = await simulatedAzureOpenAI();
    const simulation = await simulatedChunks(upstream, { model: 'gpt-5-nano' });
    expect(compare(simulation, recordedChunks('azure/model-router-stream'))).toEqual(nothing);
  });

  test('azure, headers', async () => {
    await using upstream = await simulatedAzureOpenAI();
    upstream.fail({ type: 'status', status: 400 });
    const response = await fetch(`${upstream.baseURL}/models`);
    const [recording] = recorded('azure/prompt-filter-400');
    const missing = Object.keys(recording?.response.headers ?? {}).filter(
      (name) => !response.headers.has(name),
    );
    expect(missing).toEqual([]);
    const body = shapeOf(await response.json());
    const essential = ['error.code', 'error.param', 'error.status', 'error.innererror.code'];
    expect(essential.filter((path) => !body.has(path))).toEqual([]);
  });

  test.each<[CompatibleVendor, string, string, object, readonly string[]]>([
    ['groq', 'groq/tool-stream', 'llama-3.3-70b-versatile', { tools }, []],
    ['deepseek', 'deepseek/reasoning-stream', 'deepseek-reasoner', {}, []],
    [
      'mistral',
      'mistral/thinking-chunks-stream',
      'magistral-medium-latest',
      {},
      ['chunks[].choices[].delta.content[].text'],
    ],
    ['xai', 'xai/stream-with-zero-content', 'grok-4', {}, []],
  ])('%s, streamed', async (vendor, name, model, extra, rare) => {
    await using upstream = await simulatedOpenAICompatible({ vendor });
    const simulation = await simulatedChunks(upstream, { model, ...extra });
    // The recording of xAI is a source's own test and leaves usage out.
    const known = [...simulation].filter((path) => vendor !== 'xai' || !path.startsWith('chunks[].usage'));
    expect(compare(new Set(known), recordedChunks(name), rare)).toEqual(nothing);
  });

  test.each([
    ['openai/gpt-image-1-generate', 'images/generations', { model: 'gpt-image-1', prompt: 'a siamese cat' }],
    ['openai/moderation-text', 'moderations', { model: 'omni-moderation-latest', input: 'This is safe' }],
    ['openai/tts', 'audio/speech', { model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'Ruby' }],
  ])('%s', async (name, path, body) => {
    await using upstream = await simulatedOpenAI();
    const answer = await fetch(`${upstream.baseURL}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    expect(await compareAnswer(name, answer)).toEqual(same);
  });

  test('openai/whisper', async () => {
    await using upstream = await simulatedOpenAI();
    const body = new FormData();
    body.append('model', 'whisper-1');
    body.append('file', new Blob([new Uint8Array(makeWav({ seconds: 1 }))]), 'ruby.wav');
    const answer = await fetch(`${upstream.baseURL}/audio/transcriptions`, { method: 'POST', body });
    expect(await compareAnswer('openai/whisper', answer)).toEqual(same);
  });

  test.each([
    [
      'gemini/embed-multiple',
      'gemini-embedding-001:batchEmbedContents',
      { requests: [{ content: { parts: [{ text: 'Ruby' }] }, outputDimensionality: 768 }] },
    ],
    [
      'gemini/tts',
      'gemini-2.5-flash-preview-tts:generateContent',
      {
        contents: [{ role: 'user', parts: [{ text: 'Ruby' }] }],
        generationConfig: { responseModalities: ['AUDIO'] },
      },
    ],
  ])('%s', async (name, method, body) => {
    await using upstream = await simulatedGemini();
    const url = `${upstream.baseURL}/v1beta/models/${method}`;
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    expect(await compareAnswer(name, answer)).toEqual(same);
  });
});
