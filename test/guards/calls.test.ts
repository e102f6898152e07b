import { createServer } from 'node:http';
import { createGateway, type Guard, type GuardedCall, type Ledger, memoryLedger } from '@vector-engine/core';
import { manualClock, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { question as cached } from '../cache/world.ts';
import { kindOf, openCompany } from '../redaction/company.ts';
import { at, faces } from '../redaction/faces.ts';
import { upstreamAt } from '../reliability/support.ts';

const chat = '/v1/chat/completions';
const question = { model: 'made', messages: [{ role: 'user', content: 'Say hello' }] };
const vendor = kindOf('OpenAI');

async function entriesOf(ledger: Ledger): Promise<readonly { notes: unknown; error: unknown }[]> {
  return (await ledger.query({})).entries;
}

/** A parameter that all formats have, each in its place. */
function warm(format: string, temperature: number): Record<string, number | Record<string, number>> {
  return format === 'gemini' ? { generationConfig: { temperature } } : { temperature };
}

function form(): FormData {
  const given = new FormData();
  given.set('model', 'made');
  given.set('prompt', 'names of fish');
  given.set('file', new Blob([new Uint8Array(64)], { type: 'audio/wav' }), 'a.wav');
  return given;
}

describe('what a guard sees', () => {
  test.each(faces)('$name: all that is said, in tools and their results, too', async (face) => {
    const seen: string[][] = [];
    const guards: Guard[] = [{ name: 'reader', before: (call) => void seen.push([...call.texts()]) }];
    await using company = await openCompany(vendor, () => 'Hello', { guards });
    await company.ask(face.path(false), face.body(false));
    const said = seen.flat().join('\n');
    for (const who of ['system', 'user', 'tool', 'arguments', 'result'])
      expect(said).toContain(`${who}@acme.example`);
    expect(said).not.toContain('made');
  });

  test('who asks, for what, and the headers; the body cannot be changed by accident', async () => {
    let seen: GuardedCall | undefined;
    let mistake: unknown;
    const before = (call: GuardedCall): void => {
      seen = call;
      try {
        Object.assign(call.body ?? {}, { model: 'other' });
      } catch (error) {
        mistake = error;
      }
    };
    await using company = await openCompany(vendor, () => 'Hello', { guards: [{ name: 'reader', before }] });
    await company.ask(chat, question, { 'x-team': 'blue' });
    expect(mistake).toBeInstanceOf(TypeError);
    expect(seen).toMatchObject({ operation: 'chat', dialect: 'openai-chat', model: 'made', stream: false });
    expect(seen).toMatchObject({ method: 'POST', path: chat, body: question, isTraceless: false });
    expect(seen?.header('X-Team')).toBe('blue');
  });

  test('a form has fields, and can go to another model, but has no body to change', async () => {
    const texts: string[] = [];
    const guards: Guard[] = [
      {
        name: 'reader',
        before: (call) => {
          texts.push(...call.texts());
          return call.header('x-change') === 'body' ? { body: {} } : { model: 'whisper' };
        },
      },
    ];
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      open: true,
      upstreams: { only: upstreamAt(upstream) },
      models: { whisper: 'only/whisper-1' },
      guards,
    });
    const send = (headers: Record<string, string>): Promise<Response> =>
      gateway.fetch('http://gateway/v1/audio/transcriptions', { method: 'POST', body: form(), headers });
    await send({});
    expect(String(upstream.requests.at(-1)?.rawBody)).toContain('whisper-1');
    expect(texts).toEqual(['names of fish']);
    const refused = await send({ 'x-change': 'body' });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: 'guard_failed' } });
  });
});

describe('what a guard says', () => {
  test.each(faces)('$name: another body, read anew', async (face) => {
    const { name } = face;
    const guards: Guard[] = [
      { name: 'signing', before: ({ body: asked }) => ({ body: { ...asked, ...warm(name, 0.25) } }) },
    ];
    const kind = name === 'anthropic-messages' ? 'Anthropic' : name === 'gemini' ? 'Gemini' : 'OpenAI';
    await using company = await openCompany(kindOf(kind), () => 'Hello', { guards, strict: false });
    const response = await company.ask(face.path(true), face.body(true));
    await response.text();
    const sent: unknown = JSON.parse(String(company.upstream.requests.at(-1)?.rawBody));
    expect([name, response.status, sent]).toEqual([name, 200, expect.objectContaining(warm(name, 0.25))]);
  });

  test('another model, in the caller’s own bytes', async () => {
    const guards: Guard[] = [{ name: 'moving', before: () => ({ model: 'made' }) }];
    await using company = await openCompany(vendor, () => 'Hello', { guards });
    const body = '{"model":"gone", "messages":[{"role":"user","content":"x"}], "seed":12345678901234567890}';
    const response = await company.gateway.fetch(`http://gateway${chat}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(200);
    const sent = String(company.upstream.requests.at(-1)?.rawBody);
    expect(sent).toBe(body.replace('gone', vendor.nativeModel));
  });

  test('guards see what those before them have made of a call, and each has its own note', async () => {
    const ledger = memoryLedger();
    const guards: Guard[] = [
      { name: 'first', before: (call) => (call.note('seen'), { model: 'made' }) },
      { name: 'second', before: (call) => call.note(call.model) },
    ];
    await using company = await openCompany(vendor, () => 'Hello', { guards, ledger });
    await company.ask(chat, { ...question, model: 'gone' });
    await company.ask(chat, question, { 'x-vector-traceless': '1' });
    await company.gateway.close();
    const notes = (await entriesOf(ledger)).map((entry) => entry.notes);
    expect(notes).toContainEqual({ first: 'seen', second: 'made' });
    expect(notes).toContain(undefined);
  });

  test.each(faces)('$name: a refusal, with words for the caller, and nothing is sent', async (face) => {
    const guards: Guard[] = [{ name: 'no', before: () => Promise.resolve({ refuse: 'no code may leave' }) }];
    await using company = await openCompany(vendor, () => 'Hello', { guards });
    const response = await company.ask(face.path(false), face.body(false));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('This is not let through here: no code may leave.');
    expect(company.upstream.requests).toHaveLength(0);
    expect(company.ends).toMatchObject([{ error: 'VE_GUARD_REFUSED', status: 403 }]);
  });
});

describe('a guard that fails lets nothing through', () => {
  const failing: readonly (readonly [string, NonNullable<Guard['before']>])[] = [
    [
      'throws',
      () => {
        throw new Error('canary');
      },
    ],
    ['rejects', () => Promise.reject(new Error('canary'))],
    // What a plain JavaScript host may give.
    ['gives a text', () => Object('canary') as never],
    ['gives a word that there is not', () => ({ redirect: 'canary' }) as never],
    ['gives a body that is no call', () => ({ body: { messages: 'canary' } })],
  ];

  test.each(failing)('%s', async (_, before) => {
    const logged: unknown[] = [];
    const log = (fields: object, message: string): void => void logged.push([fields, message]);
    const logger = { debug: log, info: log, warn: log, error: log };
    await using company = await openCompany(vendor, () => 'Hello', {
      guards: [{ name: 'failing', before }],
      logger,
    });
    const response = await company.ask(chat, question);
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(text).toContain('guard_failed');
    expect(text).not.toContain('canary');
    expect(company.upstream.requests).toHaveLength(0);
    expect(logged).toContainEqual([expect.objectContaining({ guard: 'failing' }), 'a guard failed']);
  });

  test('one that fails at the answer is not asked for it again, and in a stream ends it', async () => {
    const guards: Guard[] = [
      {
        name: 'failing',
        after: ({ text }) => {
          if (text.includes('two')) throw new Error('canary');
        },
      },
    ];
    await using company = await openCompany(vendor, () => ({ content: ['one ', 'two ', 'three'] }), {
      guards,
    });
    const whole = await company.ask(chat, question);
    expect([whole.status, whole.headers.get('x-should-retry')]).toEqual([503, 'false']);
    const stream = await company.ask(chat, { ...question, stream: true });
    const text = await stream.text();
    expect(text).not.toMatch(/two|canary|\[DONE\]/);
    expect(text).toContain('guard_failed');
  });

  test('one that never answers is waited for as long as the request may take', async () => {
    const clock = manualClock();
    const guards: Guard[] = [{ name: 'slow', before: () => new Promise(() => {}) }];
    await using company = await openCompany(vendor, () => 'Hello', {
      guards,
      clock,
      timeouts: { total: 5000 },
    });
    const asked = company.ask(chat, question);
    await clock.advance(6000);
    expect((await asked).status).toBe(504);
  });
});

test('a stream that is refused in the middle is closed at its upstream, and paid for until then', async () => {
  const ledger = memoryLedger();
  const guards: Guard[] = [
    {
      name: 'strict',
      after: ({ text }) => (text.includes('three') ? { refuse: 'no more of this' } : undefined),
    },
  ];
  const content = ['one ', 'two ', 'three ', ...Array.from({ length: 500 }, () => 'more ')];
  await using upstream = await simulatedOpenAI({ answer: () => ({ content }), pace: 2 });
  const gateway = createGateway({
    open: true,
    upstreams: { only: upstreamAt(upstream) },
    models: { made: 'only/gpt-4o' },
    guards,
    ledger,
  });
  const response = await gateway.fetch(`http://gateway${chat}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...question, stream: true }),
  });
  const text = await response.text();
  expect(text).toContain('one ');
  expect(text).not.toMatch(/three|more "|\[DONE\]/);
  expect(text.trimEnd().split('\n\n').at(-1)).toContain('"guard_refused"');
  await gateway.close();
  const { entries } = await ledger.query({});
  expect(entries).toMatchObject([{ status: 200, error: 'VE_GUARD_REFUSED', isEstimated: true }]);
  expect(entries[0]?.outputTokens).toBeLessThan(100);
});

test('what is cached is what the model said: guards see what each caller gets of it', async () => {
  const guards: Guard[] = [
    {
      name: 'personal',
      after: ({ text }, call) => ({ text: text.replaceAll('you', call.header('x-name') ?? '') }),
    },
  ];
  await using company = await openCompany(vendor, () => 'Hello you', { guards, cache: {} });
  for (const name of ['Ann', 'Bob']) {
    const response = await company.ask(chat, { ...cached, model: 'made' }, { 'x-name': name });
    expect(await response.text()).toContain(`Hello ${name}`);
  }
  expect(company.upstream.requests).toHaveLength(1);
});

test('a response that was kept is shown to the guards when it is asked for again', async () => {
  const guards: Guard[] = [
    { name: 'mild', after: ({ text }) => ({ text: text.replaceAll('damn', 'very') }) },
  ];
  await using company = await openCompany(kindOf('Anthropic'), () => 'A damn good day', { guards });
  const made = await company.ask('/v1/responses', { model: 'made', input: 'Hi', store: true });
  const id = String(at(await made.json(), 'id'));
  const again = await company.gateway.fetch(`http://gateway/v1/responses/${id}`);
  expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('A very good day')]);
});

test('what is not read can be refused', async () => {
  const guards: Guard[] = [
    {
      name: 'door',
      before: ({ operation, path }) => (operation === 'native' ? { refuse: path } : undefined),
    },
  ];
  await using company = await openCompany(vendor, () => 'Hello', { guards, native: ['vendor'] });
  const response = await company.ask('/vendor/v1/anything', {});
  expect([response.status, await response.text()]).toEqual([
    403,
    expect.stringContaining('/vendor/v1/anything'),
  ]);
  expect(company.upstream.requests).toHaveLength(0);
});

test('a WebSocket can be refused', async () => {
  const guards: Guard[] = [{ name: 'door', before: ({ operation }) => ({ refuse: operation }) }];
  await using company = await openCompany(vendor, () => 'Hello', { guards });
  const server = createServer().on('upgrade', company.gateway.upgrade).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = Object(server.address()) as { port: number };
  const { request } = await import('node:http');
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  const status = await new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/v1/realtime?model=made', headers })
      .on('response', (response) => resolve(response.statusCode))
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});
