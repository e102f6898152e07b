import { readFileSync } from 'node:fs';
import { createGateway, type Gateway, gemini, openai } from '@vector-engine/core';
import { type Recording, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { OpenAI, toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { measureAudio } from '../../packages/testing/src/media-files/measure-audio.ts';
import { hasFixtures } from '../clients/fixtures.ts';
import { wav } from './operations.ts';

const folder = new URL('../../../shared/fixtures/', import.meta.url);

interface Recorded {
  readonly request: { readonly url: string; readonly body: Record<string, unknown> };
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body?: unknown;
    readonly base64?: string;
    /** Only its beginning was kept. */
    readonly clipped?: string;
  };
}

function read(name: string): Recorded {
  const file = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as {
    interactions: Recorded[];
  };
  const [first] = file.interactions;
  if (first === undefined) throw new Error(`${name} has no interactions`);
  return first;
}

function play({ response: { status, headers, body, base64 } }: Recorded): Promise<SimulatedUpstream> {
  const bytes = base64 === undefined ? JSON.stringify(body) : Buffer.from(base64, 'base64');
  const { 'content-length': _length, 'content-encoding': _coding, ...kept } = headers;
  const recording: Recording = { status, headers: kept, body: bytes };
  return replay(recording);
}

interface Played extends AsyncDisposable {
  readonly upstream: SimulatedUpstream;
  readonly client: OpenAI;
}

async function open(recorded: Recorded, vendor: 'gemini' | 'openai', model: string): Promise<Played> {
  const upstream = await play(recorded);
  const apiKey = 'sk-of-the-operator';
  const reached =
    vendor === 'openai'
      ? openai({ apiKey, baseURL: `${upstream.origin}/v1` })
      : gemini({ apiKey, baseURL: `${upstream.origin}/v1beta` });
  const gateway: Gateway = createGateway({
    open: true,
    upstreams: { recorded: reached },
    models: { made: `recorded/${model}` },
  });
  return {
    upstream,
    client: new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 }),
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await upstream.close();
    },
  };
}

const pathOf = ({ request }: Recorded): string => new URL(request.url).pathname;
const memberOf = (body: unknown, ...names: string[]): unknown =>
  names.reduce<unknown>((value, name) => Object(value)[name], body);

describe.skipIf(!hasFixtures)('recorded', () => {
  test('vectors of OpenAI in Base64 are the numbers that the SDK reads, and are asked for as they were', async () => {
    const recorded = read('openai/embedding-base64');
    await using played = await open(recorded, 'openai', 'text-embedding-3-small');
    const { input } = recorded.request.body;
    const { data, usage } = await played.client.embeddings.create({ model: 'made', input: String(input) });
    const written = Buffer.from(String(memberOf(recorded.response.body, 'data', '0', 'embedding')), 'base64');
    expect(data[0]?.embedding).toHaveLength(written.length / 4);
    expect(data[0]?.embedding[0]).toBeCloseTo(written.readFloatLE(0), 6);
    expect(usage).toEqual(memberOf(recorded.response.body, 'usage'));
    const [asked] = played.upstream.requests;
    expect([asked?.path, asked?.body]).toEqual([pathOf(recorded), recorded.request.body]);
  });

  test('vectors of Gemini are read as OpenAI has them, several at once', async () => {
    const recorded = read('gemini/embed-multiple');
    await using played = await open(recorded, 'gemini', 'gemini-embedding-001');
    const texts = [memberOf(recorded.request.body, 'requests')]
      .flat()
      .map((item) => String(memberOf(item, 'content', 'parts', '0', 'text')));
    const { data } = await played.client.embeddings.create({ model: 'made', input: texts, dimensions: 768 });
    expect(data.map(({ embedding }) => embedding.length)).toEqual(texts.map(() => 768));
    const first = Number(memberOf(recorded.response.body, 'embeddings', '0', 'values', '0'));
    expect(data[0]?.embedding[0]).toBeCloseTo(first, 6);
    const [asked] = played.upstream.requests;
    expect([asked?.path, asked?.body]).toEqual([pathOf(recorded), recorded.request.body]);
  });

  test('judgements come as they are', async () => {
    const recorded = read('openai/moderation-text');
    await using played = await open(recorded, 'openai', 'omni-moderation-latest');
    const { input } = recorded.request.body;
    const answer = await played.client.moderations.create({ model: 'made', input: String(input) });
    expect(answer).toMatchObject(Object(recorded.response.body));
    expect(played.upstream.requests[0]?.body).toEqual(recorded.request.body);
  });

  test('a picture comes with what was told of it and what it took', async () => {
    const recorded = read('openai/gpt-image-1-generate');
    await using played = await open(recorded, 'openai', 'gpt-image-1');
    const { prompt, size } = recorded.request.body;
    const answer = await played.client.images.generate({
      model: 'made',
      prompt: String(prompt),
      n: 1,
      size: size === '1024x1024' ? size : 'auto',
    });
    expect(answer).toMatchObject(Object(recorded.response.body));
    expect(played.upstream.requests[0]?.body).toEqual(recorded.request.body);
  });

  test('speech of OpenAI comes byte for byte', async () => {
    const recorded = read('openai/tts');
    await using played = await open(recorded, 'openai', 'gpt-4o-mini-tts');
    const { input, voice } = recorded.request.body;
    const answer = await played.client.audio.speech.create({
      model: 'made',
      input: String(input),
      voice: String(voice),
    });
    expect(answer.headers.get('content-type')).toBe('audio/mpeg');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.equals(Buffer.from(recorded.response.base64 ?? '', 'base64'))).toBe(true);
    expect(played.upstream.requests[0]?.body).toEqual(recorded.request.body);
  });

  test('speech of Gemini is a file that plays', async () => {
    const recorded = read('gemini/tts');
    await using played = await open(recorded, 'gemini', 'gemini-2.5-flash-preview-tts');
    const input = String(memberOf(recorded.request.body, 'contents', '0', 'parts', '0', 'text'));
    const answer = await played.client.audio.speech.create({
      model: 'made',
      input,
      voice: 'Kore',
      response_format: 'wav',
    });
    const samples = Buffer.from(
      String(
        memberOf(recorded.response.body, 'candidates', '0', 'content', 'parts', '0', 'inlineData', 'data'),
      ),
      'base64',
    );
    const file = Buffer.from(await answer.arrayBuffer());
    expect(file.subarray(44).equals(samples)).toBe(true);
    expect(measureAudio(file)).toBeCloseTo(samples.length / 48_000, 3);
    const { model: _model, ...asked } = recorded.request.body;
    expect(played.upstream.requests[0]?.body).toEqual(asked);
  });

  test('a transcript comes as it is', async () => {
    const recorded = read('openai/whisper');
    await using played = await open(recorded, 'openai', 'whisper-1');
    const file = await toFile(wav, 'ruby.wav', { type: 'audio/wav' });
    const answer = await played.client.audio.transcriptions.create({ model: 'made', file });
    expect(answer).toMatchObject(Object(recorded.response.body));
    expect(played.upstream.requests[0]?.path).toBe(pathOf(recorded));
  });
});
