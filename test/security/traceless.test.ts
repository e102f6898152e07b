import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  createGateway,
  type Gateway,
  type GatewayEvents,
  type GatewayOptions,
  type Logger,
  memoryLedger,
  memoryStore,
  openai,
  sqlite,
  sqliteStorage,
} from '@vector-engine/core';
import {
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedGemini,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { kindOf } from '../redaction/company.ts';

const prompt = 'CANARYPROMPT7f3a';
const answer = 'CANARYANSWER9b2c';
const canary = /CANARY(?:PROMPT|ANSWER)|Q0FOQVJZ/;

const said = (): string => `It is ${answer}, as you say.`;

/** Everything that could hold something of a call. */
interface World extends AsyncDisposable {
  readonly gateway: Gateway;
  /** Every sink by name, once the gateway is closed: what is in it, byte by byte. */
  sinks(): Promise<Readonly<Record<string, string>>>;
}

const eventNames: readonly (keyof GatewayEvents)[] = [
  ...(['request', 'attempt', 'end', 'balance', 'breaker', 'probe', 'cacheTier'] as const),
  ...(['shared', 'task', 'limits', 'budget', 'holdsLost', 'ledger'] as const),
];

const show = (value: unknown): string =>
  inspect(value, { depth: 20, showHidden: true, getters: true, maxStringLength: 1e7, maxArrayLength: 1e6 });

type Given = Partial<Pick<GatewayOptions, 'traceless' | 'audit'>> & {
  readonly ledger?: 'memory' | 'sqlite';
  readonly isTraceless?: boolean;
};

async function openWorld({ ledger: kind = 'sqlite', isTraceless, ...options }: Given): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 've-traceless-'));
  // Temporary files of its own: those of other tests, which run at the same time, are none of it.
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
  const faults = { answer: said, jobTime: 5 };
  const upstreams: SimulatedUpstream[] = await Promise.all([
    simulatedOpenAI(faults),
    simulatedAnthropic({ answer: said }),
    simulatedGemini({ answer: said }),
  ]);
  const [first, second, third] = upstreams;
  if (first === undefined || second === undefined || third === undefined) throw new Error('no upstreams');
  const seen: Record<string, string> = { log: '', events: '', tier: '', temporary: '' };
  const add = (sink: string, ...values: unknown[]): void => {
    seen[sink] = `${seen[sink] ?? ''}\n${values.map(show).join('\n')}`;
  };
  const log = (fields: object, message: string): void => add('log', fields, message);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const memory = memoryLedger();
  const ledger = kind === 'sqlite' ? sqlite(join(folder, 'ledger.db')) : memory;
  const store = memoryStore();
  const storage = sqliteStorage({ path: join(folder, 'tasks.db') });
  const given: unknown = {
    identify: () => ({
      tenant: 'acme',
      id: 'ann',
      ...(isTraceless === undefined ? {} : { traceless: isTraceless }),
    }),
    upstreams: {
      openai: openai({ apiKey: 'sk-a', baseURL: first.baseURL }),
      claude: kindOf('Anthropic').connect(second),
      google: kindOf('Gemini').connect(third),
      broken: openai({ apiKey: 'sk-d', baseURL: await quotingServer() }),
    },
    addressable: true,
    models: {
      'gpt-4o': 'openai',
      'a-claude': `claude/${kindOf('Anthropic').nativeModel}`,
      'a-gemini': `google/${kindOf('Gemini').nativeModel}`,
    },
    cache: {
      tier: {
        get: () => Promise.resolve({ entry: undefined, generation: '1' }),
        set: async (...values: unknown[]) => add('tier', ...values.map(textOf)),
        delete: () => Promise.resolve(),
        invalidate: () => Promise.resolve(),
      },
    },
    guards: [
      {
        name: 'curious',
        before: (call: { texts(): string[]; note(text: string): void }) => call.note(call.texts().join()),
      },
      {
        name: 'failing',
        before: (call: { header(name: string): string | undefined; texts(): string[] }) => {
          if (call.header('x-fail') !== undefined) throw new Error(call.texts().join());
        },
      },
    ],
    layers: [
      (next: (...given: unknown[]) => unknown) =>
        (call: { headers: object; bytes: Uint8Array }, context: unknown) => {
          if (Buffer.from(call.bytes).includes('fail-inside'))
            throw new Error(Buffer.from(call.bytes).toString());
          return next(call, context);
        },
    ],
    audit: { content: 'full' },
    ledger,
    memory: {
      get: (key: never) => store.get(key),
      delete: (key: never) => store.delete(key),
      set: (key: never, value: string, time: number) => {
        add('store', value);
        return store.set(key, value, time);
      },
    },
    storage,
    logger,
    retry: { rounds: 0 },
    ...options,
  };
  const gateway: Gateway = createGateway(given as GatewayOptions);
  for (const name of eventNames) gateway.on(name, (event) => add('events', event));
  const close = async (): Promise<void> => {
    await gateway.close({ grace: 5000 });
  };
  return {
    gateway,
    sinks: async () => {
      await close();
      if (kind === 'memory') {
        const { entries } = await memory.query({});
        const contents = await Promise.all(entries.map(({ id }) => memory.content(id)));
        add(
          'ledger',
          entries,
          contents.map((one) => [one?.question.reveal(), one?.answer.reveal()]),
        );
      } else
        for (const file of (await readdir(folder)).filter((name) => name.startsWith('ledger')))
          seen['ledger'] = `${seen['ledger'] ?? ''}${await readFile(join(folder, file), 'latin1')}`;
      for (const file of (await readdir(folder)).filter((name) => name.startsWith('tasks')))
        seen['tasks'] = `${seen['tasks'] ?? ''}${await readFile(join(folder, file), 'latin1')}`;
      for (const found of await readdir(temporary, { recursive: true, withFileTypes: true }))
        if (found.isFile()) seen['temporary'] += await readFile(join(found.parentPath, found.name), 'latin1');
      return seen;
    },
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs();
      await close();
      await ledger.close();
      await storage.close();
      await Promise.all(upstreams.map((upstream) => upstream.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function textOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, textOf(one)]));
}

/** An upstream that quotes what it is asked wherever it can. */
async function quotingServer(): Promise<string> {
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => void pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      if (body.includes('say-500')) {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: `cannot do ${body}`, type: 'server_error' } }));
      } else if (body.includes('say-400')) {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: `will not do ${body}`, type: 'invalid' } }));
      } else if (body.includes('break-off')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          `data: {"choices":[{"index":0,"delta":{"content":"${answer}"},"finish_reason":null}]}\n\n`,
        );
        setImmediate(() => response.destroy());
      } else if (body.includes('bad-event')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`data: {"choices": ${answer} ${prompt}\n\n`);
      } else {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(`{"choices": ${answer} ${body}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = Object(server.address()) as { port: number };
  return `http://127.0.0.1:${port}/v1`;
}

const user = (model: string, more: object = {}): object => ({
  model,
  messages: [{ role: 'user', content: `Say ${prompt}` }],
  temperature: 0,
  ...more,
});
const contents = [{ role: 'user', parts: [{ text: `Say ${prompt}` }] }];

/** One request through every face, well and badly. */
async function callAll({ gateway }: World, headers: Record<string, string>): Promise<readonly number[]> {
  const statuses: number[] = [];
  const send = async (path: string, body: unknown, more: Record<string, string> = {}): Promise<Response> => {
    const isForm = body instanceof FormData;
    const response = await gateway.fetch(`http://gateway${path}`, {
      method: 'POST',
      headers: { ...(isForm ? {} : { 'content-type': 'application/json' }), ...headers, ...more },
      body: isForm ? body : JSON.stringify(body),
    });
    await response
      .clone()
      .arrayBuffer()
      .catch(() => {});
    statuses.push(response.status);
    return response;
  };
  for (const model of ['gpt-4o', 'a-claude', 'a-gemini'])
    for (const stream of [false, true]) {
      await send('/v1/chat/completions', user(model, { stream }));
      await send('/v1/messages', user(model, { stream, max_tokens: 99 }));
      await send('/v1/responses', { model, stream, store: true, input: `Say ${prompt}` });
      await send(`/v1beta/models/${model}:${stream ? 'streamG' : 'g'}enerateContent`, { contents });
    }
  await send('/v1/embeddings', { model: 'openai/text-embedding-3-small', input: prompt });
  await send('/v1/moderations', { model: 'openai/omni-moderation-latest', input: prompt });
  await send('/v1/images/generations', { model: 'openai/gpt-image-1', prompt });
  await send('/v1/completions', { model: 'openai/gpt-3.5-turbo-instruct', prompt });
  await send('/v1/audio/speech', { model: 'openai/tts-1', voice: 'alloy', input: prompt });
  const video = await send('/v1/videos', { model: 'openai/sora-2', prompt });
  const made: { readonly id?: string } = JSON.parse(await video.text());
  await gateway.fetch(`http://gateway/v1/videos/${made.id ?? ''}`, { headers });
  const form = new FormData();
  form.set('model', 'openai/whisper-1');
  form.set('prompt', prompt);
  form.set('file', new Blob([`${prompt} `.repeat(100_000)]), 'large.wav');
  await send('/v1/audio/transcriptions', form);
  for (const word of ['say-500', 'say-400', 'garbage'])
    await send('/v1/chat/completions', user('broken/m', { user: word }));
  for (const word of ['break-off', 'bad-event'])
    await send('/v1/chat/completions', user('broken/m', { user: word, stream: true }));
  await send(
    '/v1/chat/completions',
    user('gpt-4o', { messages: [{ role: 'user', content: `fail-inside ${prompt}` }] }),
  );
  await send('/v1/chat/completions', user('gpt-4o'), { 'x-fail': '1' });
  await send('/v1/chat/completions', user(prompt));
  await send('/v1/chat/completions', user('gpt-4o', { messages: prompt }));
  await send('/v1/responses', { model: 'a-claude', background: true, input: prompt });
  return statuses;
}

/** 24 chats, and six other kinds; then what goes wrong, each in its own way. */
const fine = Array.from({ length: 30 }, () => 200);
const wrong = [502, 400, 200, 200, 502, 500, 503, 404, 400];

function holding(sinks: Readonly<Record<string, string>>): string[] {
  return Object.keys(sinks).filter((name) => canary.test(sinks[name] ?? ''));
}

describe('nothing of a traceless call is kept or told anywhere', () => {
  const ways: readonly (readonly [string, Given, Record<string, string>])[] = [
    ['by its header', {}, { 'x-vector-traceless': '1' }],
    ['by its caller', { isTraceless: true }, {}],
    ['by an option', { traceless: true }, {}],
    ['by its tenant', { traceless: { tenants: ['acme'] } }, {}],
    ['in a ledger in memory', { ledger: 'memory' }, { 'x-vector-traceless': '1' }],
  ];
  test.each(ways)('%s', async (_, given, headers) => {
    await using world = await openWorld(given);
    // Files that do not fit into memory are not written to the disk; what is asked for later would have to be kept.
    expect(await callAll(world, headers)).toEqual([...fine, 413, ...wrong, 400]);
    const sinks = await world.sinks();
    for (const name of holding(sinks)) {
      const text = sinks[name] ?? '';
      const at = text.search(canary);
      expect.soft(`${name}: ${text.slice(Math.max(0, at - 300), at + 100)}`).toBe('');
    }
    expect(sinks['ledger']?.length).toBeGreaterThan(1000);
    expect(sinks['events']).toContain('traceless');
  });
});

test('of a call that leaves traces they are found, each where it is meant to be: the test can fail', async () => {
  await using world = await openWorld({});
  expect(await callAll(world, {})).toEqual([...fine, 400, ...wrong, 200]);
  expect(holding(await world.sinks())).toEqual(
    expect.arrayContaining(['ledger', 'log', 'store', 'tasks', 'tier']),
  );
});
