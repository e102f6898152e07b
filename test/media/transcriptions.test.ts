import { readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { OpenAI, toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { makeWav } from '../../packages/testing/src/media-files/make-wav.ts';
import { type HostName, startHost } from '../hosts/hosts.ts';
import { until } from '../reliability/support.ts';
import { onceWhere } from './once-where.ts';
import { openStudio, refusalOf, type Studio } from './studio.ts';
import type { VendorName } from './vendors.ts';

const all = ['json', 'text', 'srt', 'vtt', 'verbose_json'] as const;
type Format = (typeof all)[number];

interface Listener {
  readonly vendor: VendorName;
  readonly model: string;
  readonly formats: readonly Format[];
  readonly streams: boolean;
  readonly translates: boolean;
}

const brief = ['json', 'text'] as const;
const listeners: readonly Listener[] = [
  { vendor: 'openai', model: 'whisper-1', formats: all, streams: false, translates: true },
  { vendor: 'openai', model: 'gpt-4o-transcribe', formats: brief, streams: true, translates: false },
  { vendor: 'openai-compatible', model: 'whisper-1', formats: all, streams: false, translates: true },
  { vendor: 'azure', model: 'gpt-4o-transcribe', formats: brief, streams: true, translates: false },
  { vendor: 'azure-deployments', model: 'whisper-1', formats: all, streams: false, translates: true },
  { vendor: 'groq', model: 'whisper-large-v3', formats: all, streams: false, translates: true },
  { vendor: 'vllm', model: 'openai/whisper-large-v3', formats: all, streams: true, translates: true },
  { vendor: 'mistral', model: 'voxtral-mini-latest', formats: all, streams: true, translates: false },
  { vendor: 'gemini', model: 'gemini-2.5-flash', formats: all, streams: true, translates: true },
  { vendor: 'vertex', model: 'gemini-2.5-flash', formats: all, streams: true, translates: true },
];

const said = 'The fox is in the snow.';
const wav = makeWav({ seconds: 0.5 });
/** More than is held in memory. */
const long = makeWav({ seconds: 30 });

/** What the model hears: Gemini is asked for segments in JSON, and knows no others. */
const simulation = {
  answer: ({ body }: { body: unknown }) =>
    JSON.stringify(body ?? '').includes('responseSchema')
      ? JSON.stringify({ language: 'en', segments: [{ start: 0, end: 0.5, text: said }] })
      : said,
};

function studioOf({ vendor, model }: { vendor: VendorName; model: string }): Promise<Studio> {
  return openStudio({ vendors: [vendor], models: [model], simulation });
}

function formOf(
  fields: Readonly<Record<string, string>> = {},
  bytes: Buffer = wav,
  name = 'fox.wav',
): FormData {
  const form = new FormData();
  // The model comes last: nobody knows before that whose the file is.
  form.set('file', new File([new Uint8Array(bytes)], name, { type: 'audio/wav' }));
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  form.set('model', 'made');
  return form;
}

/** Files of ours that this process has open, however deep they are hidden. */
function spooled(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.includes('vector-engine-') ? [path] : [];
    } catch {
      return [];
    }
  });
}

/** Some vendors bill whole seconds. */
function secondsOf({ ends: [end] }: Studio): number | undefined {
  const seconds = end?.usage?.media?.seconds;
  return seconds === 1 ? 0.5 : seconds;
}

/** What was said, in each form. */
const looks: Readonly<Record<Format, RegExp>> = {
  json: new RegExp(`^\\{.*"text": ?"${said}"`, 's'),
  text: new RegExp(`^${said}\n$`),
  srt: new RegExp(`^1\n00:00:00,000 --> 00:00:0\\d,\\d{3}\n${said}\n`),
  vtt: new RegExp(`^WEBVTT\n\n00:00:00\\.000 --> 00:00:0\\d\\.\\d{3}\n${said}\n`),
  verbose_json: new RegExp(`"task": ?"transcribe".*"duration": ?0.5.*"text": ?"${said}".*"start": ?0,`, 's'),
};

describe.each(listeners)('heard by $vendor, $model', (listener) => {
  test.each(listener.formats)('as %s', async (response_format) => {
    await using studio = await studioOf(listener);
    const answer = await studio.form('/v1/audio/transcriptions', formOf({ response_format }));
    expect(answer.status).toBe(200);
    const isJson = response_format === 'json' || response_format === 'verbose_json';
    expect(answer.headers.get('content-type')).toMatch(isJson ? /^application\/json/ : /^text\//);
    expect(await answer.text()).toMatch(looks[response_format]);
    expect(secondsOf(studio)).toBe(0.5);
  });

  const others = all.filter((format) => !listener.formats.includes(format));

  test.each(onceWhere(others.length !== 0))('in another form: a 400 that names the parameter', async () => {
    await using studio = await studioOf(listener);
    for (const response_format of others) {
      const answer = await studio.form('/v1/audio/transcriptions', formOf({ response_format }));
      expect(await refusalOf(answer)).toMatchObject({ status: 400, param: 'response_format' });
    }
  });

  test.each(onceWhere(!listener.streams))('as a whole, by who streams nothing', async () => {
    await using studio = await studioOf(listener);
    const answer = await studio.form('/v1/audio/transcriptions', formOf({ stream: 'true' }));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain(said);
  });

  test.each(onceWhere(listener.streams))('in a stream', async () => {
    await using studio = await studioOf(listener);
    const file = await toFile(wav, 'fox.wav', { type: 'audio/wav' });
    const stream = await studio.client.audio.transcriptions.create({ model: 'made', file, stream: true });
    let deltas = '';
    let done = '';
    for await (const event of stream) {
      if (event.type === 'transcript.text.delta') deltas += event.delta;
      if (event.type === 'transcript.text.done') done = event.text;
    }
    expect([deltas, done]).toEqual([said, said]);
    expect(secondsOf(studio)).toBe(0.5);
  });

  test.each(onceWhere(listener.translates))('in English', async () => {
    await using studio = await studioOf(listener);
    const file = await toFile(wav, 'fox.wav', { type: 'audio/wav' });
    const { text } = await studio.client.audio.translations.create({ model: 'made', file });
    expect(text).toBe(said);
  });

  test('a text is no sound: a 400 that names the file and what it may be', async () => {
    await using studio = await studioOf(listener);
    const text = Buffer.from('this is a text and nobody can hear it');
    for (const name of ['notes.txt', 'notes.wav']) {
      const refusal = await refusalOf(await studio.form('/v1/audio/transcriptions', formOf({}, text, name)));
      expect(refusal).toMatchObject({ status: 400, param: 'file' });
      expect(refusal.message).toMatch(/mp3.*wav/);
    }
    expect(studio.upstream.requests).toHaveLength(0);
  });
});

describe.each<HostName>(['Express 5', 'Express 4', 'Koa 3', 'Koa 2'])('through %s', (door) => {
  test('the official client is heard, with a file that does not fit into memory', async () => {
    await using studio = await openStudio({ vendors: ['openai'], models: ['whisper-1'] });
    const host = await startHost(door, studio.gateway);
    try {
      const client = new OpenAI({ apiKey: 'not used', baseURL: host.baseURL, maxRetries: 0 });
      for (const bytes of [wav, long]) {
        const file = await toFile(bytes, 'fox.wav', { type: 'audio/wav' });
        const { text } = await client.audio.transcriptions.create({ file, model: 'made' });
        expect(text).toContain(bytes === wav ? '0.5 seconds' : '30.0 seconds');
      }
      expect(studio.upstream.requests.at(-1)?.rawBody.includes(long)).toBe(true);
    } finally {
      await host.close();
    }
    await until(() => spooled().length === 0, 'the file is gone');
  });
});

const longForm = (): FormData => formOf({}, long);

describe('a file that does not fit into memory', () => {
  const options = { vendors: ['openai', 'openai'], models: ['whisper-1', 'whisper-1'] } as const;
  test('is there for every vendor that is asked, and gone after the last', async () => {
    await using studio = await openStudio(options);
    studio.upstream.fail({ type: 'status', status: 503 });
    const answer = await studio.form('/v1/audio/transcriptions', longForm());
    expect([answer.status, answer.headers.get('x-vector-attempts')]).toEqual([200, '2']);
    await answer.text();
    for (const { requests } of studio.upstreams) expect(requests[0]?.rawBody.includes(long)).toBe(true);
    await until(() => spooled().length === 0, 'the file is gone');
  });

  test.each([
    ['an error', { type: 'status', status: 400 }],
    ['a reset', { type: 'reset-before-headers' }],
  ] as const)('is gone after %s', async (_what, fault) => {
    await using studio = await openStudio({ ...options, retry: { rounds: 0 } });
    for (const upstream of studio.upstreams) upstream.fail(fault);
    const answer = await studio.form('/v1/audio/transcriptions', longForm());
    expect(answer.status).toBeGreaterThanOrEqual(400);
    await answer.text();
    await until(() => spooled().length === 0, 'the file is gone');
  });

  test('is gone when nobody waits for the answer any more', async () => {
    await using studio = await openStudio(options);
    studio.upstream.fail({ type: 'hang' });
    const leaving = new AbortController();
    const asked = studio.form('/v1/audio/transcriptions', longForm(), { signal: leaving.signal });
    await studio.upstream.waitForRequests(1);
    expect(spooled()).toHaveLength(1);
    leaving.abort();
    await expect(asked).rejects.toThrow(/abort/i);
    await studio.upstream.requests[0]?.closed;
    await until(() => spooled().length === 0, 'the file is gone');
    expect(studio.upstreams.map(({ requests }) => requests.length)).toEqual([1, 0]);
  });

  test('is gone when the caller hangs up before all of it has come', async () => {
    await using studio = await openStudio(options);
    const host = await startHost('node:http', studio.gateway);
    try {
      const socket = connect(host.port, '127.0.0.1');
      const head = `--x\r\ncontent-disposition: form-data; name="file"; filename="fox.wav"\r\n\r\n`;
      socket.write(
        `POST /v1/audio/transcriptions HTTP/1.1\r\nhost: h\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: ${long.length * 2}\r\n\r\n${head}`,
      );
      socket.write(long);
      await until(() => spooled().length === 1, 'the file is on its way to the disk');
      socket.destroy();
      await until(() => spooled().length === 0, 'the file is gone');
      expect(studio.upstreams.map(({ requests }) => requests.length)).toEqual([0, 0]);
      await until(() => studio.ends.length === 1, 'the request is over');
      expect(studio.ends[0]).toMatchObject({ status: 499 });
    } finally {
      await host.close();
    }
  });

  test('is refused where nothing may be written to the disk, and where it is too large', async () => {
    await using traceless = await openStudio({ ...options, uploads: { spool: false } });
    const refusal = await refusalOf(await traceless.form('/v1/audio/transcriptions', longForm()));
    expect(refusal).toMatchObject({ status: 413, param: 'file' });
    expect((await traceless.form('/v1/audio/transcriptions', formOf())).status).toBe(200);
    await using small = await openStudio({ ...options, uploads: { limit: 1_200_000 } });
    expect((await small.form('/v1/audio/transcriptions', longForm())).status).toBe(413);
    expect(small.upstream.requests).toHaveLength(0);
    expect(spooled()).toEqual([]);
  });
});

const part = (name: string, value: string): string =>
  `--x\r\ncontent-disposition: form-data; ${name}\r\n\r\n${value}\r\n`;

describe('a form that is none', () => {
  const path = '/v1/audio/transcriptions';
  const model = part('name="model"', 'made');
  const file = part('name="file"; filename="a.wav"', 'RIFF');

  test.each([
    ['no boundary', 'multipart/form-data', `${file}${model}--x--\r\n`, 415],
    ['another boundary', 'multipart/form-data; boundary=y', `${file}${model}--x--\r\n`, 400],
    ['no end', 'multipart/form-data; boundary=x', `${file}${model}`, 400],
    [
      'a line break in a name',
      'multipart/form-data; boundary=x',
      `${part('name="a%0D%0Ab"', 'c')}${model}--x--\r\n`,
      400,
    ],
    ['two models', 'multipart/form-data; boundary=x', `${file}${model}${model}--x--\r\n`, 400],
    ['no model', 'multipart/form-data; boundary=x', `${file}--x--\r\n`, 400],
    ['no file', 'multipart/form-data; boundary=x', `${model}--x--\r\n`, 400],
    [
      'a file for a model',
      'multipart/form-data; boundary=x',
      `${file}${part('name="model"; filename="m"', 'made')}--x--\r\n`,
      400,
    ],
    ['nothing at all', 'multipart/form-data; boundary=x', '', 400],
    ['JSON', 'application/json', JSON.stringify({ model: 'made', file: 'x' }), 415],
    ['fields of an address', 'application/x-www-form-urlencoded', 'model=made', 415],
  ])('%s: it is refused before anybody is asked', async (_what, type, body, status) => {
    await using studio = await openStudio({ vendors: ['openai'], models: ['whisper-1'] });
    const answer = await studio.gateway.fetch(`http://gateway${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    const refusal = await refusalOf(answer);
    expect(refusal.status).toBe(status);
    const cure = status === 415 ? 'multipart/form-data' : '';
    expect(refusal.message).toContain(cure);
    expect(studio.upstream.requests).toHaveLength(0);
  });

  test('names of files go on as they are, and into no header of ours', async () => {
    await using studio = await openStudio({ vendors: ['openai'], models: ['whisper-1'] });
    const name = 'a"b\\c ü 🦊.wav';
    const answer = await studio.form(path, formOf({}, wav, name));
    expect(answer.status).toBe(200);
    await answer.text();
    const form = await new Response(new Uint8Array(studio.upstream.requests[0]?.rawBody ?? []), {
      headers: { 'content-type': String(studio.upstream.requests[0]?.headers['content-type']) },
    }).formData();
    expect((form.get('file') as File).name).toBe(name);
    expect([form.get('model'), (form.get('file') as File).size]).toEqual(['whisper-1', wav.length]);
  });
});
