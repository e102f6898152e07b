import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, defineUpstream, type Gateway } from '@vector-engine/core';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isWrittenOneWay, nativeQuery } from '../../packages/core/src/http/native-headers.ts';
import { startHost } from '../hosts/hosts.ts';
import { sendRaw, statusesOf } from '../security/raw-http.ts';

const key = 'sk-canary-of-the-operator-0123456789';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
}

const seen: Seen[] = [];
/** Answers with whatever header it is told to, and quotes the key in each. */
const upstream = createServer((request, response) => {
  seen.push({ method: request.method, url: request.url, headers: request.headers });
  const secret = String(request.headers.authorization);
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment; filename="a.bin"',
    'accept-ranges': 'bytes',
    etag: '"1"',
    'set-cookie': `session=${secret}`,
    'x-anything': secret,
    'x-goog-upload-url': 'https://elsewhere.example.com/upload?upload_id=1',
    'x-goog-upload-control-url': 'https://elsewhere.example.com/',
    'x-goog-upload-status': secret,
    server: 'secret/1.0',
    location: 'https://elsewhere.example.com/',
  });
  request.resume();
  response.end('bytes');
});

let gateway: Gateway;
let host: Awaited<ReturnType<typeof startHost>>;

beforeAll(async () => {
  await new Promise<void>((resolve) => void upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  gateway = createGateway({
    open: true,
    upstreams: {
      raw: defineUpstream({ vendor: 'raw', baseURL: `http://127.0.0.1:${port}/v1`, apiKey: key }),
    },
    passthrough: 'raw',
    native: ['raw'],
  });
  host = await startHost('node:http', gateway, '/ai');
});

afterAll(async () => {
  await host.close();
  await gateway.close({ grace: 0 });
  upstream.close();
});

/** What an upstream may be told by a caller, beside what the gateway says itself. */
const allowed = new Set([
  'accept',
  'content-type',
  'content-length',
  'transfer-encoding',
  'range',
  'traceparent',
  'tracestate',
  'x-client-request-id',
  'openai-beta',
  'anthropic-beta',
  'anthropic-version',
  'idempotency-key',
  'x-goog-upload-command',
  'x-goog-upload-offset',
  'x-goog-upload-protocol',
  'x-goog-upload-file-name',
  'x-goog-upload-header-content-length',
  'x-goog-upload-header-content-type',
]);
const own = new Set(['host', 'connection', 'accept-encoding', 'authorization']);

const credentials = {
  cookie: 'session=canary',
  authorization: 'Bearer canary',
  'x-api-key': 'canary',
  'x-goog-api-key': 'canary',
  'proxy-authorization': 'canary',
  'x-forwarded-for': '10.0.0.1',
  forwarded: 'for=canary',
  'x-http-method-override': 'DELETE',
  'openai-organization': 'canary',
  'openai-project': 'canary',
};

describe('request headers', () => {
  test('credentials of the host stay home, whatever they are called; what the vendor’s API needs goes on', async () => {
    seen.length = 0;
    const wanted = {
      range: 'bytes=0-1',
      'openai-beta': 'assistants=v2',
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'files-api-2025-04-14',
      'x-goog-upload-command': 'start',
      accept: 'application/jsonl',
    };
    await fetch(`${host.origin}/ai/v1/files/a?key=canary&limit=2`, {
      headers: { ...credentials, ...wanted },
    });
    const [sent] = seen;
    expect(sent?.headers).toMatchObject({ ...wanted, authorization: `Bearer ${key}` });
    expect(JSON.stringify(sent)).not.toContain('"canary');
    expect(JSON.stringify(sent?.headers).match(/canary/g)).toHaveLength(1);
    expect(sent?.url).toBe('/v1/files/a?limit=2');
  });

  test('no name outside the list crosses', async () => {
    const name = fc.stringMatching(/^[a-z][a-z\d-]{0,20}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.oneof(
            name,
            name.map((rest) => `x-${rest}`),
            name.map((rest) => `anthropic-${rest}`),
          ),
          fc.stringMatching(/^[a-z\d]{1,8}$/),
        ),
        async (headers) => {
          seen.length = 0;
          const { host: _, connection: __, ...rest } = headers;
          const request = new Request('http://gateway/v1/files', { headers: { ...rest, ...credentials } });
          expect((await gateway.fetch(request)).status).toBe(200);
          const [sent] = seen;
          for (const told of Object.keys(sent?.headers ?? {}))
            expect([told, allowed.has(told) || own.has(told)]).toEqual([told, true]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('answers bring what a file needs, and nothing of the upstream’s own', async () => {
  const answer = await fetch(`${host.origin}/ai/v1/files/a/content`);
  const headers = Object.fromEntries(answer.headers);
  expect(headers).toMatchObject({
    'content-disposition': 'attachment; filename="a.bin"',
    'accept-ranges': 'bytes',
    etag: '"1"',
    // It is shown as what it is, and never run as a page of the host's.
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'x-vector-upstream': 'raw',
  });
  for (const name of [
    'set-cookie',
    'x-anything',
    'server',
    'location',
    'x-goog-upload-url',
    'x-goog-upload-control-url',
  ])
    expect([name, headers[name]]).toEqual([name, undefined]);
  expect(JSON.stringify(headers)).not.toContain('canary');
  expect(headers['x-goog-upload-status']).toBe('Bearer [redacted]');
});

describe('paths', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '',
      '%2e%2e',
      '%2E',
      '%2f',
      '%5c',
      '\\',
      '%00',
      '%252e',
      'files',
      'v1',
      '%66iles',
      ';x',
      'a;b',
    ),
    fc.stringMatching(/^[\w.~:@!$&'()*+,=%-]{1,8}$/),
  );

  test('what two servers may read differently is refused before any upstream', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/ai/v1/files', '/ai/raw/v1'),
        fc.array(piece, { minLength: 1, maxLength: 4 }),
        async (base, pieces) => {
          seen.length = 0;
          const path = `${base}/${pieces.join('/')}`;
          const answer = await sendRaw(
            host.port,
            `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
            2000,
          );
          const [status] = statusesOf(answer);
          const sent = seen.map(({ url }) => url);
          // What comes to the upstream is below its base URL, however it reads it.
          for (const url of sent) {
            expect(isWrittenOneWay(url ?? '')).toBe(true);
            expect(new URL(url ?? '', 'http://upstream').pathname).toBe(url);
            expect(decodeURIComponent(url ?? '')).toMatch(
              base.endsWith('files') ? /^\/v1\/files\/[^/]/ : /^\/v1\/[^/]/,
            );
          }
          expect(sent.length === 1 ? 200 : status).toBe(status);
          expect([200, 400, 404]).toContain(status);
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([
    '/v1/files/../batches',
    '/v1/files/%2e%2e/batches',
    '/v1//files',
    '/v1/files//a',
    '/v1/files\\a',
    '/v1/files/%5c',
    '/v1/files/',
    '/raw/v1/%66iles',
    '/raw/v1/files;a=b',
    '/raw/v1/a%2fb',
    '/raw/v1/a%00',
  ])('%s is no path', async (path) => {
    seen.length = 0;
    const answer = await sendRaw(
      host.port,
      `GET /ai${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
      2000,
    );
    expect(statusesOf(answer)).toEqual([400]);
    expect(answer).toContain('invalid_path');
    expect(seen).toEqual([]);
  });
});

test('a query passes as it came, but for credentials', () => {
  expect(nativeQuery('')).toBe('');
  expect(nativeQuery('limit=2&after=file-1&filter=%7B%22a%22%3A1%7D')).toBe(
    '?limit=2&after=file-1&filter=%7B%22a%22%3A1%7D',
  );
  expect(nativeQuery('key=1&limit=2&KEY=3&%6Bey=4&access_token=5&api-key=6')).toBe('?limit=2');
  expect(nativeQuery('key')).toBe('');
  expect(nativeQuery('monkey=1')).toBe('?monkey=1');
  expect(() => nativeQuery('a=%')).not.toThrow();
  expect(() => nativeQuery('%=a')).toThrow('VE_PATH_INVALID');
});
