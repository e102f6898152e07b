// oxlint-disable vitest/expect-expect -- expectPlain does
import { createServer } from 'node:net';
import { createGateway, type Gateway } from '@vector-engine/core';
import { type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Host, model, startHost, upstreamAt, wholeAnswer } from '../reliability/support.ts';
import { sendRaw, statusesOf } from './raw-http.ts';

const body = '{"model":"chat","messages":[{"role":"user","content":"x"}]}';
const sentOn = body.replace('"chat"', `"${model}"`);

let upstream: SimulatedUpstream;
let gateway: Gateway;
let host: Host;
beforeAll(async () => {
  upstream = await simulatedOpenAI();
  gateway = createGateway({
    upstreams: { only: upstreamAt(upstream) },
    models: { chat: `only/${model}` },
    open: true,
    timeouts: { body: 50 },
  });
  host = await startHost(gateway);
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await gateway.close();
  await upstream.close();
});

/** Nothing answers 500, and what reached the upstream is one plain request at most. */
function expectPlain(answer: string): void {
  const statuses = statusesOf(answer);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  const arrived = upstream.requests.splice(0);
  expect(arrived.length).toBeLessThanOrEqual(1);
  for (const { rawHeaders, rawBody, path, method } of arrived) {
    expect(`${method} ${path}`).toBe('POST /v1/chat/completions');
    expect(rawBody.toString()).toBe(sentOn);
    const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(names.filter((name) => name === 'content-length')).toHaveLength(1);
    expect(names).not.toContain('transfer-encoding');
    const allowed =
      /^(host|connection|content-type|content-length|accept|accept-encoding|authorization|openai-beta|traceparent|tracestate|x-client-request-id)$/;
    expect(names.filter((name) => !allowed.test(name))).toEqual([]);
    for (const value of rawHeaders) expect(value).toMatch(/^[\t\x20-\x7e]*$/);
  }
}

const post = (headers: string, payload = body): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headers}\r\n${payload}`;
const length = `content-length: ${body.length}\r\n`;
const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const smuggled = 'GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n';

const bytes = (minLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 255 }), { minLength, maxLength: 12 })
    .map((codes) => String.fromCharCode(...codes));

describe('no smuggling, no CRLF', () => {
  const tricks: Record<string, string> = {
    'two lengths that differ': post(`${length}content-length: 5\r\n`),
    'two lengths that agree': post(length + length),
    'a list of lengths': post(`content-length: ${body.length}, ${body.length}\r\n`),
    'length and chunked': post(`${length}transfer-encoding: chunked\r\n`, chunked),
    'chunked and length 0': post('transfer-encoding: chunked\r\ncontent-length: 0\r\n', chunked + smuggled),
    'chunked twice': post('transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n', chunked),
    'chunked, hidden': post(`${length}transfer-encoding: xchunked\r\n`),
    'chunked, spaced': post(`transfer-encoding : chunked\r\n${length}`, chunked),
    'chunked, after a tab': post('transfer-encoding:\tchunked\r\n', chunked),
    'chunked, plain': post('transfer-encoding: chunked\r\n', chunked),
    'a chunk with an extension': post(
      'transfer-encoding: chunked\r\n',
      chunked.replace('\r\n', ';x="\\r\\n"\r\n'),
    ),
    trailers: post(
      'transfer-encoding: chunked\r\n',
      chunked.replace(/0\r\n\r\n$/, '0\r\nauthorization: evil\r\n\r\n'),
    ),
    'a bare line feed': post(`x-a: b\ncontent-length: 5\n${length}`),
    'a folded header': post(`x-a: b\r\n transfer-encoding: chunked\r\n${length}`),
    'a negative length': post('content-length: -1\r\n'),
    'a hexadecimal length': post('content-length: 0x3c\r\n'),
    'a length with a plus': post(`content-length: +${body.length}\r\n`),
    'a length too small, and a second request in the rest': post('content-length: 4\r\n', `null${smuggled}`),
    'a second request behind the body': post(length, body + smuggled),
    'Expect: 100-continue': post(`${length}expect: 100-continue\r\n`),
    'Expect of something else': post(`${length}expect: 42-what\r\n`),
    'Upgrade: h2c': post(`${length}upgrade: h2c\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\n`),
    'Connection names our headers': post(
      `${length}openai-beta: a\r\nconnection: close, openai-beta, content-length\r\n`,
    ),
    'a header of control characters': post(`${length}openai-beta: a\x01b\r\n`),
    'a header beyond ASCII': post(`${length}openai-beta: \xff\xfe\r\n`),
    'an absolute address': post(length).replace('POST /v1', 'POST http://127.0.0.1:9/v1'),
    'an address with credentials': post(length).replace('POST /v1', 'POST http://a:b@127.0.0.1:9/v1'),
  };
  for (const [name, request] of Object.entries(tricks)) {
    it(`${name}: one plain request or none, and never a 500`, async () => {
      expectPlain(await sendRaw(host.port, request));
    });
  }

  it('generated header names and values: nothing crosses but what may, and nothing answers 500', async () => {
    const name = fc.oneof(
      fc.constantFrom(
        'openai-beta',
        'traceparent',
        'content-length',
        'transfer-encoding',
        'authorization',
        'content-type',
        'host',
        'te',
        '__proto__',
      ),
      bytes(1),
    );
    const value = fc.oneof(
      bytes(0),
      fc.constantFrom('chunked', '0', 'a\r\nauthorization: evil', 'a\nb', 'close', 'application/json'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 4 }), async (headers) => {
        const lines = headers.map(([key, text]) => `${key}: ${text}\r\n`).join('');
        expectPlain(await sendRaw(host.port, post(length + lines), 20));
      }),
      { numRuns: 80 },
    );
  });

  it('odd bytes in the headers of an upstream start nothing, and answer no 500', async () => {
    let headers = '';
    const raw = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        const answer = String(wholeAnswer.body);
        socket.end(
          Buffer.from(
            `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${headers}content-length: ${answer.length}\r\n\r\n${answer}`,
            'latin1',
          ),
        );
      });
    });
    await new Promise<void>((resolve) => {
      raw.listen(0, '127.0.0.1', resolve);
    });
    const address = raw.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await using odd = createGateway({
      upstreams: { odd: upstreamAt({ baseURL: `http://127.0.0.1:${port}/v1` }) },
      models: { chat: `odd/${model}` },
      open: true,
      retry: { rounds: 0 },
      breaker: { failureRate: 1, consecutiveFailures: 1e6 },
    });
    await using oddHost = await startHost(odd);
    const value = fc
      .array(fc.integer({ min: 0, max: 255 }), { maxLength: 12 })
      .map((codes) => String.fromCharCode(...codes));
    const name = fc.constantFrom(
      'x-ratelimit-remaining',
      'ratelimit',
      'retry-after',
      'openai-model',
      '__proto__',
      'set-cookie',
      'content-length',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 4 }), async (pairs) => {
        headers = pairs.map(([key, text]) => `${key}: ${text}\r\n`).join('');
        const answer = await sendRaw(oddHost.port, post(length), 100);
        const [status] = statusesOf(answer);
        expect([200, 502]).toContain(status);
        const [head = ''] = answer.split('\r\n\r\n');
        expect(head).not.toMatch(/set-cookie/i);
        expect(head).toMatch(/^[\t\r\n\x20-\x7e]*$/);
        const inProcess = await ask(odd);
        await inProcess.arrayBuffer();
        expect([200, 502]).toContain(inProcess.status);
      }),
      { numRuns: 60 },
    );
    raw.close();
  });
});
