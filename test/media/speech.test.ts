import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { measureAudio } from '../../packages/testing/src/media-files/measure-audio.ts';
import { type HostName, startHost } from '../hosts/hosts.ts';
import { onceWhere } from './once-where.ts';
import { openStudio, refusalOf } from './studio.ts';
import type { VendorName } from './vendors.ts';

const all = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const;
type Format = (typeof all)[number];

interface Speaker {
  readonly vendor: VendorName;
  readonly model: string;
  readonly voice: string;
  readonly formats: readonly Format[];
  /** It can tell its sound in events. */
  readonly streams: boolean;
}

const samples = ['wav', 'pcm'] as const;
const speakers: readonly Speaker[] = [
  { vendor: 'openai', model: 'gpt-4o-mini-tts', voice: 'coral', formats: all, streams: true },
  { vendor: 'openai', model: 'tts-1', voice: 'nova', formats: all, streams: false },
  { vendor: 'openai-compatible', model: 'tts-1', voice: 'nova', formats: all, streams: false },
  { vendor: 'azure', model: 'gpt-4o-mini-tts', voice: 'coral', formats: all, streams: true },
  { vendor: 'azure-deployments', model: 'gpt-4o-mini-tts', voice: 'coral', formats: all, streams: true },
  { vendor: 'groq', model: 'canopylabs/orpheus-v1-english', voice: 'hannah', formats: all, streams: true },
  { vendor: 'vllm', model: 'Qwen/Qwen3-TTS', voice: 'Vivian', formats: all, streams: true },
  { vendor: 'gemini', model: 'gemini-2.5-flash-preview-tts', voice: 'Kore', formats: samples, streams: true },
  {
    vendor: 'gemini',
    model: 'gemini-2.5-flash-preview-tts',
    voice: 'alloy',
    formats: samples,
    streams: true,
  },
  { vendor: 'vertex', model: 'gemini-2.5-flash-preview-tts', voice: 'Puck', formats: samples, streams: true },
];

const input = 'The fox is in the snow. It is — as foxes are — red. 🦊';
/** As the vendors count, who count code points. */
const characters = Array.from(input).length;

describe.each(speakers)('speech of $vendor, $model, $voice', ({ vendor, model, voice, formats, streams }) => {
  const options = { vendors: [vendor], models: [model] };

  const others = all.filter((format) => !formats.includes(format));

  test.each(onceWhere(others.length !== 0))('in another form: a 400 that names those there are', async () => {
    await using studio = await openStudio(options);
    for (const response_format of others) {
      const asked = { model: 'made', input, voice, response_format };
      const refusal = await refusalOf(await studio.ask('/v1/audio/speech', asked));
      expect(refusal).toMatchObject({ status: 400, param: 'response_format' });
      expect(refusal.message).toContain('wav, pcm');
    }
    expect(studio.upstream.requests).toHaveLength(0);
  });

  test.each(formats)('as %s: a file that plays', async (format) => {
    await using studio = await openStudio(options);
    const asked = { model: 'made', input, voice, response_format: format };
    const answer = await studio.client.audio.speech.create(asked);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const seconds = format === 'pcm' ? bytes.length / 48_000 : (measureAudio(bytes) ?? 0);
    expect(seconds).toBeGreaterThan(0.25);
    expect(answer.headers.get('content-type')).toMatch(/^audio\//);
    expect(studio.ends[0]?.usage?.media?.characters).toBe(characters);
  });

  test.each(onceWhere(!streams))('in events: a 400 that names the parameter', async () => {
    await using studio = await openStudio(options);
    const asked = { model: 'made', input, voice, stream_format: 'sse' };
    const refusal = await refusalOf(await studio.ask('/v1/audio/speech', asked));
    expect(refusal).toMatchObject({ status: 400, param: 'stream_format' });
  });

  test.each(onceWhere(streams))('in events', async () => {
    await using studio = await openStudio(options);
    const response_format = 'pcm';
    const answer = await studio.ask('/v1/audio/speech', {
      model: 'made',
      input,
      voice,
      response_format,
      stream_format: 'sse',
    });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = (await answer.text())
      .split('\n\n')
      .filter((event) => event !== '')
      .map(
        (event) =>
          JSON.parse(event.replace(/^(?:event:.*\n)?data: /, '')) as { type: string; audio?: string },
      );
    expect(events.at(-1)?.type).toBe('speech.audio.done');
    const sound = Buffer.concat(events.map(({ audio = '' }) => Buffer.from(audio, 'base64')));
    const whole = await studio.client.audio.speech.create({ model: 'made', input, voice, response_format });
    expect(sound.equals(Buffer.from(await whole.arrayBuffer()))).toBe(true);
    expect(studio.ends[0]?.usage).toMatchObject({ outputTokens: expect.any(Number), media: { characters } });
    expect(studio.ends[0]?.usage?.outputTokens).toBeGreaterThan(0);
  });
});

describe.each<HostName>(['Express 5', 'Koa 3', 'node:http'])('through %s', (door) => {
  test('the first bytes are there while the vendor still speaks, and he is told when nobody listens', async () => {
    await using studio = await openStudio({ vendors: ['openai'], models: ['gpt-4o-mini-tts'] });
    const { upstream } = studio;
    upstream.fail({ type: 'hang-mid-stream', afterEvents: 2 });
    const host = await startHost(door, studio.gateway);
    try {
      const client = new OpenAI({ apiKey: 'not used', baseURL: host.baseURL, maxRetries: 0 });
      const leaving = new AbortController();
      const answer = await client.audio.speech.create(
        { model: 'made', input, voice: 'coral', response_format: 'wav' },
        { signal: leaving.signal },
      );
      const reader = answer.body?.getReader();
      const first: unknown = await reader?.read();
      expect(first).toMatchObject({ done: false });
      expect(upstream.openRequests).toBe(1);
      leaving.abort();
      await upstream.requests[0]?.closed;
      expect(upstream.requests[0]?.aborted).toBe(true);
    } finally {
      await host.close();
    }
  });
});

test('sound that breaks off is no whole file', async () => {
  await using studio = await openStudio({ vendors: ['openai'], models: ['gpt-4o-mini-tts'] });
  studio.upstream.fail({ type: 'cut', afterEvents: 2, how: 'reset' });
  const answer = await studio.ask('/v1/audio/speech', {
    model: 'made',
    input,
    voice: 'coral',
    response_format: 'wav',
  });
  await expect(answer.arrayBuffer()).rejects.toThrow(/broke|reset|terminated|upstream|VE_/i);
});

test.each([
  ['openai', 'gpt-4o-mini-tts', 'nova'],
  ['gemini', 'gemini-2.5-flash-preview-tts', 'Zephyr'],
] as const)(
  '%s: a voice that nobody has is a 400 that lists those there are',
  async (vendor, model, known) => {
    await using studio = await openStudio({ vendors: [vendor], models: [model] });
    const refusal = await refusalOf(
      await studio.ask('/v1/audio/speech', { model: 'made', input, voice: 'nobody' }),
    );
    expect(refusal.status).toBe(400);
    expect(refusal.message).toContain(known);
  },
);

test.each([
  [{ input: '' }, 'input'],
  [{ input: undefined }, 'input'],
  [{ input: ['a'] }, 'input'],
  [{ voice: 7 }, 'voice'],
  [{ speed: 'fast' }, 'speed'],
  [{ stream_format: 'wav' }, 'stream_format'],
  [{ model: undefined }, 'model'],
])('%j is a 400 that names what is wrong', async (change, param) => {
  await using studio = await openStudio({ vendors: ['gemini'], models: ['gemini-2.5-flash-preview-tts'] });
  const body = { model: 'made', input, voice: 'Kore', ...change };
  const refusal = await refusalOf(await studio.ask('/v1/audio/speech', body));
  expect(refusal).toMatchObject({ status: 400, param });
  expect(studio.upstream.requests).toHaveLength(0);
});

test('the next vendor speaks where the first has no time, with the voice that comes nearest', async () => {
  await using studio = await openStudio({
    vendors: ['openai', 'gemini'],
    models: ['gpt-4o-mini-tts', 'gemini-2.5-flash-preview-tts'],
  });
  studio.upstream.fail({ type: 'status', status: 503 });
  const answer = await studio.ask('/v1/audio/speech', {
    model: 'made',
    input,
    voice: 'alloy',
    response_format: 'wav',
  });
  expect([answer.status, answer.headers.get('x-vector-adjusted')]).toEqual([200, 'voice: alloy -> Kore']);
  expect(measureAudio(Buffer.from(await answer.arrayBuffer()))).toBeGreaterThan(0.5);
});

test('what a vendor has no word for is refused where the gateway is strict', async () => {
  const options = { vendors: ['gemini'], models: ['gemini-2.5-flash-preview-tts'] } as const;
  const body = { model: 'made', input, voice: 'Kore', speed: 1.5, response_format: 'wav' };
  await using lenient = await openStudio(options);
  const answer = await lenient.ask('/v1/audio/speech', body);
  expect([answer.status, answer.headers.get('x-vector-dropped')]).toEqual([200, 'speed']);
  await answer.arrayBuffer();
  await using strict = await openStudio({ ...options, strict: true });
  expect(await refusalOf(await strict.ask('/v1/audio/speech', body))).toMatchObject({
    status: 400,
    param: 'speed',
  });
});
