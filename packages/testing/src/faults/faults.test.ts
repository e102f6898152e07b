import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import OpenAI, { APIConnectionError, APIError, BadRequestError } from 'openai';
import { describe, expect, test } from 'vitest';
import { type Fault, manualClock, type SimulatedUpstream, simulatedOpenAI } from '../index.ts';

const hello = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hello, big world' }] };

interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** How the exchange failed; undefined when the answer was complete. */
  readonly error: string | undefined;
  readonly pieces: number;
}

/** A client of bare sockets: what it has received when the answer ends, however it ends. */
function ask(upstream: SimulatedUpstream, extra: object = {}): Promise<Received> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let head: IncomingMessage | undefined;
    const finish = (error?: Error & { code?: string }): void =>
      resolve({
        status: head?.statusCode,
        headers: head?.headers ?? {},
        body: Buffer.concat(pieces),
        error: error === undefined ? undefined : (error.code ?? error.message),
        pieces: pieces.length,
      });
    const sent: ClientRequest = httpRequest(
      `${upstream.baseURL}/chat/completions`,
      { method: 'POST', agent: false, headers: { 'x-secret': 'canary' } },
      (response) => {
        head = response;
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', finish);
        response.on('end', () => finish());
      },
    );
    sent.on('error', finish);
    sent.end(JSON.stringify({ ...hello, ...extra }));
  });
}

async function askWith(fault: Fault, extra: object = {}): Promise<Received> {
  await using upstream = await simulatedOpenAI();
  upstream.fail(fault);
  return await ask(upstream, extra);
}

const streamed = { stream: true };

describe('connections', () => {
  test('refuse: nobody listens until it is healed', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'refuse' });
    expect((await ask(upstream)).error).toBe('ECONNREFUSED');
    upstream.heal();
    await upstream.start();
    expect((await ask(upstream)).status).toBe(200);
  });

  test('reset-on-connect: the next connections are reset, no request is seen', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'reset-on-connect' }, { times: 1 });
    expect((await ask(upstream)).error).toBe('ECONNRESET');
    expect(upstream.requests).toHaveLength(0);
    expect(upstream.connections).toBe(1);
    expect((await ask(upstream)).status).toBe(200);
  });

  test('reset-before-headers: the request was read, no status comes', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'reset-before-headers' });
    expect(await ask(upstream)).toMatchObject({ status: undefined, error: 'ECONNRESET' });
    const [request] = upstream.requests;
    await request?.closed;
    expect(request?.body).toEqual(hello);
    expect(request?.aborted).toBe(false);
  });

  test('reset-after-headers: a status and nothing else', async () => {
    const received = await askWith({ type: 'reset-after-headers' });
    expect(received).toMatchObject({ status: 200, error: 'ECONNRESET', pieces: 0 });
  });
});

describe('silence', () => {
  test('hang: nothing ever comes', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang' });
    const answer = ask(upstream);
    const [request] = await upstream.waitForRequests(1);
    expect(request?.status).toBeUndefined();
    expect(upstream.openRequests).toBe(1);
    await upstream.close();
    expect((await answer).status).toBeUndefined();
    expect(request?.aborted).toBe(false);
  });

  test('hang-after-headers: the status comes, the body never', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang-after-headers' });
    const response = await fetch(`${upstream.baseURL}/models`);
    expect(response.status).toBe(200);
    expect(upstream.openRequests).toBe(1);
    await response.body?.cancel();
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]?.aborted).toBe(true);
  });

  test('hang-mid-stream: some events, then nothing', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'k', maxRetries: 0 });
    const stream = await client.chat.completions.create({ ...hello, stream: true });
    const reading = stream[Symbol.asyncIterator]();
    const deltas = [await reading.next(), await reading.next(), await reading.next()].map(
      (item) => item.value?.choices[0]?.delta.content,
    );
    expect(deltas).toEqual(['', 'You', ' said']);
    expect(upstream.requests[0]?.eventsWritten).toBe(3);
    stream.controller.abort();
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]?.aborted).toBe(true);
  });

  test('slow: headers and events come on the clock', async () => {
    const clock = manualClock(0);
    await using upstream = await simulatedOpenAI({ clock });
    upstream.fail({ type: 'slow', headersAfter: 5000, betweenEvents: 1000 });
    const answer = ask(upstream, streamed);
    const [request] = await upstream.waitForRequests(1);
    await clock.advance(4999);
    expect(request?.status).toBeUndefined();
    await clock.advance(1);
    expect(request).toMatchObject({ status: 200, eventsWritten: 1 });
    await clock.advance(2000);
    expect(request?.eventsWritten).toBe(3);
    await clock.advance(60_000);
    expect((await answer).error).toBeUndefined();
  });

  test('slow: a client that leaves leaves no timer', async () => {
    const clock = manualClock(0);
    await using upstream = await simulatedOpenAI({ clock });
    upstream.fail({ type: 'slow', headersAfter: 5000 });
    const leaving = new AbortController();
    const answer = fetch(`${upstream.baseURL}/models`, { signal: leaving.signal });
    await upstream.waitForRequests(1);
    leaving.abort();
    await expect(answer).rejects.toThrow('aborted');
    await upstream.requests[0]?.closed;
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
});

describe('cut', () => {
  test.each([
    ['reset', 'ECONNRESET'],
    ['close', 'ECONNRESET'],
    ['clean', undefined],
  ] as const)('after two events, %s', async (how, error) => {
    const received = await askWith({ type: 'cut', afterEvents: 2, how }, streamed);
    expect(received.body.toString().match(/^data: /gm)).toHaveLength(2);
    expect(received.error).toBe(error);
  });

  test.each(['reset', 'close', 'clean'] as const)('at byte 100 of a whole answer, %s', async (how) => {
    const received = await askWith({ type: 'cut', atByte: 100, how });
    expect(received.body).toHaveLength(100);
    expect(received.error === undefined).toBe(how === 'clean');
  });

  test('at byte 0 and in the middle of an event', async () => {
    const none = await askWith({ type: 'cut', atByte: 0, how: 'close' }, streamed);
    expect([none.status, none.body.length]).toEqual([200, 0]);
    const some = await askWith({ type: 'cut', atByte: 7, how: 'clean' }, streamed);
    expect(some.body.toString()).toBe('data: {');
  });

  test('the SDK reports a connection that broke', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'cut', atByte: 50, how: 'reset' });
    const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'k', maxRetries: 0 });
    const error: unknown = await client.chat.completions.create(hello).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    upstream.fail({ type: 'reset-before-headers' });
    await expect(client.chat.completions.create(hello)).rejects.toBeInstanceOf(APIConnectionError);
  });
});

describe('other answers', () => {
  test('status: own headers and body, where given', async () => {
    const text = await askWith({
      type: 'status',
      status: 529,
      body: 'busy',
      headers: { 'retry-after': '7' },
    });
    expect(text).toMatchObject({ status: 529, headers: { 'retry-after': '7' } });
    expect(text.body.toString()).toBe('busy');
    const json = await askWith({ type: 'status', status: 418, body: { error: { code: 'teapot' } } });
    expect(json.headers['content-type']).toBe('application/json');
    expect(JSON.parse(json.body.toString())).toEqual({ error: { code: 'teapot' } });
  });

  test('status: the usual 429 says when to come back', async () => {
    const { headers, body } = await askWith({ type: 'status', status: 429 });
    expect(headers).toMatchObject({
      'retry-after': '1',
      'retry-after-ms': '644',
      'x-ratelimit-reset-tokens': '644ms',
    });
    expect(body.toString()).toContain('Rate limit reached for gpt-4o in organization');
  });

  test.each(['binary', 'html', 'json', 'sse'] as const)('garbage: %s is no JSON', async (content) => {
    const { status, body } = await askWith({ type: 'garbage', content });
    expect(status).toBe(200);
    const payload = content === 'sse' ? body.toString().slice('data: '.length) : body.toString();
    expect(() => JSON.parse(payload)).toThrow(SyntaxError);
  });

  test('redirect: elsewhere', async () => {
    const { status, headers } = await askWith({ type: 'redirect', to: 'http://127.0.0.1:9/steal' });
    expect([status, headers.location]).toEqual([307, 'http://127.0.0.1:9/steal']);
  });

  test('echo-headers: every request header in the body of a 400', async () => {
    const { status, body } = await askWith({ type: 'echo-headers' });
    expect(status).toBe(400);
    expect(body.toString()).toContain('x-secret: canary');
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'echo-headers' });
    const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'sk-canary', maxRetries: 0 });
    const error: unknown = await client.models.list().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(String(error)).toContain('Bearer sk-canary');
  });

  test('error-event: first, or after some events, and no [DONE]', async () => {
    const first = await askWith({ type: 'error-event' }, streamed);
    expect(first.body.toString()).toMatch(/^data: \{"error":\{"message":"The server had an error/);
    expect(first.body.toString().match(/^data: /gm)).toHaveLength(1);
    const body = { error: { message: 'boom', code: 'x' } };
    const later = await askWith({ type: 'error-event', afterEvents: 2, body }, streamed);
    expect(later.body.toString().match(/^data: /gm)).toHaveLength(3);
    expect(later.body.toString().endsWith('data: {"error":{"message":"boom","code":"x"}}\n\n')).toBe(true);
  });

  test('error-event: the SDK throws it', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'error-event', afterEvents: 2 });
    const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'k', maxRetries: 0 });
    const error: unknown = await client.chat.completions
      .stream(hello)
      .done()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(APIError);
    expect(String(error)).toContain('The server had an error');
  });
});

describe('other wrapping', () => {
  test('wrong-content-length: too much is promised', async () => {
    const { headers, body, error } = await askWith({ type: 'wrong-content-length' });
    expect(Number(headers['content-length'])).toBe(body.length + 10);
    expect(error).toBe('ECONNRESET');
  });

  test('wrong-content-length: too little is promised', async () => {
    const { headers, body } = await askWith({ type: 'wrong-content-length', by: -5 });
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(() => JSON.parse(body.toString())).toThrow(SyntaxError);
  });

  test('gzip: whole and streamed answers are the same when unpacked', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'gzip' });
    const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'k', maxRetries: 0 });
    const { data, response } = await client.chat.completions.create(hello).withResponse();
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const final = await client.chat.completions.stream(hello).finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe(data.choices[0]?.message.content);
  });

  test('gzip: a bomb is small on the wire', async () => {
    const { body, error } = await askWith({ type: 'gzip', inflatedBytes: 8 * 1024 * 1024 });
    expect(error).toBeUndefined();
    expect(body.length).toBeLessThan(16 * 1024);
  });

  test('flood: an event that never ends, as fast as it is read', async () => {
    const { body } = await askWith({ type: 'flood', bytes: 1_000_000 }, streamed);
    expect(body.length).toBeGreaterThan(1_000_000);
    expect(body.includes('\n')).toBe(false);
  });

  test('flood: an endless one waits for its reader and stops with it', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'flood', bytes: Number.POSITIVE_INFINITY });
    const response = await fetch(`${upstream.baseURL}/models`);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]?.aborted).toBe(true);
    expect(upstream.requests[0]?.eventsWritten).toBeLessThan(1000);
  });

  test('write: the same bytes, three at a time', async () => {
    const usual = await askWith(
      { type: 'write' },
      { ...streamed, stream_options: { include_obfuscation: false } },
    );
    const tiny = await askWith(
      { type: 'write', chunkSize: 3 },
      { ...streamed, stream_options: { include_obfuscation: false } },
    );
    expect(tiny.body.length).toBe(usual.body.length);
    expect(tiny.pieces).toBeGreaterThan(usual.pieces);
  });

  test('write: other line ends and comments, as the SDK reads them', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'write', chunkSize: 5, lineEnding: '\r\n', commentBetweenEvents: 'keep-alive' });
    const { body } = await ask(upstream, streamed);
    expect(body.toString()).toContain('\r\n\r\n: keep-alive\r\n\r\ndata: ');
    const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'k', maxRetries: 0 });
    const final = await client.chat.completions.stream(hello).finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe('You said: Hello, big world');
  });
});

describe('the schedule', () => {
  test('times: only the next requests fail', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'status', status: 500 }, { times: 2 });
    const statuses = [await ask(upstream), await ask(upstream), await ask(upstream)].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([500, 500, 200]);
  });

  test('a function decides per request, its index counts from the call', async () => {
    await using upstream = await simulatedOpenAI();
    await ask(upstream);
    upstream.fail((request, index) =>
      request.path.endsWith('/completions') && index % 2 === 0 ? { type: 'status', status: 503 } : undefined,
    );
    const statuses = [await ask(upstream), await ask(upstream), await ask(upstream)].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([503, 200, 503]);
    upstream.heal();
    expect((await ask(upstream)).status).toBe(200);
  });
});
