import { request as httpRequest } from 'node:http';
import { createGateway, defineUpstream, type EndEvent } from '@vector-engine/core';
import { vectorEngine } from '@vector-engine/express';
import { manualClock } from '@vector-engine/testing';
import express from 'express';
import { expect, test } from 'vitest';
import { startHost } from '../hosts/hosts.ts';
import { serve } from '../hosts/serve.ts';
import { count, large, openRaw, piece } from './raw-upstream.ts';

test('a body larger than uploads.limit is cut off, whether or not it says its size', async () => {
  await using raw = await openRaw(count, { uploads: { limit: 2_000_000 } });
  await using host = await startHost('node:http', raw.gateway, '/ai');
  const send = (body: RequestInit['body']): Promise<Response> =>
    fetch(`${host.origin}/ai/raw/v1/anything`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
      duplex: 'half',
    } as RequestInit);
  expect((await send(large)).status).toBe(413);
  const chunked = await send(new Blob([large]).stream());
  expect([chunked.status, await chunked.json()]).toMatchObject([
    413,
    { error: { code: 'request_too_large' } },
  ]);
  await expect.poll(() => raw.open.size).toBe(0);
  expect(raw.gateway.stats().targets[0]).toMatchObject({ failures: 0, breaker: 'closed' });
});

test('a caller who stops sending is told so, and the upstream is not blamed', async () => {
  const clock = manualClock(0);
  await using raw = await openRaw((request) => void request.resume(), { clock });
  await using host = await startHost('node:http', raw.gateway, '/ai');
  const request = httpRequest(`${host.origin}/ai/raw/v1/anything`, { method: 'POST' });
  const answered = new Promise<number | undefined>((resolve, reject) => {
    request.on('response', (response) => resolve(response.resume().statusCode));
    request.on('error', reject);
  });
  request.setHeader('content-type', 'application/octet-stream');
  request.write(piece);
  await expect.poll(() => raw.open.size).toBe(1);
  await clock.advance(31_000);
  expect(await answered).toBe(408);
  await expect.poll(() => raw.open.size).toBe(0);
  expect(raw.gateway.stats().targets[0]).toMatchObject({ failures: 0, breaker: 'closed' });
  request.destroy();
});

test('what breaks off in the middle of being sent is not sent again: nobody knows what was made of it', async () => {
  const seen: unknown[] = [];
  await using raw = await openRaw(
    (request) => {
      seen.push(request.method);
      request.once('data', () => request.socket.resetAndDestroy());
    },
    { retry: { rounds: 2 } },
  );
  const ends: EndEvent[] = [];
  raw.gateway.on('end', (event) => ends.push(event));
  const broken = await raw.gateway.fetch('http://gateway/raw/v1/anything', { method: 'POST', body: large });
  expect([broken.status, await broken.json()]).toMatchObject([502, { error: { code: 'outcome_unknown' } }]);
  expect(seen).toHaveLength(1);
  const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  const again = await raw.gateway.fetch('http://gateway/raw/v1/anything', json);
  expect([again.status, await again.json()]).toMatchObject([502, { error: { code: 'outcome_unknown' } }]);
  expect(seen).toHaveLength(2);
  expect(ends).toMatchObject([{ error: 'VE_OUTCOME_UNKNOWN', attempts: 1 }, { attempts: 1 }]);
});

test('what only asks is asked again where an upstream fails in passing', async () => {
  let asked = 0;
  await using raw = await openRaw(
    (_, response) => {
      asked += 1;
      response.statusCode = asked < 3 ? 503 : 200;
      response.setHeader('content-type', 'application/json');
      response.end('{}');
    },
    { retry: { rounds: 2 }, random: () => 0 },
  );
  expect((await raw.gateway.fetch('http://gateway/raw/v1/anything')).status).toBe(200);
  expect(asked).toBe(3);
});

test('a redirect is an error, and is not followed', async () => {
  await using raw = await openRaw((_, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/' });
    response.end();
  });
  const answer = await raw.gateway.fetch('http://gateway/raw/v1/anything');
  expect([answer.status, answer.headers.get('location')]).toEqual([502, null]);
});

test('a body that a parser of the host has read is sent where it was kept, and said to be gone where not', async () => {
  await using raw = await openRaw(count);
  const app = express().use(express.json(), express.urlencoded()).use('/ai', vectorEngine(raw.gateway));
  await using host = await serve(app);
  const send = async (type: string, body: string): Promise<unknown> => {
    const headers = { 'content-type': type };
    const answer = await fetch(`${host.origin}/ai/raw/v1/anything`, { method: 'POST', headers, body });
    return answer.json();
  };
  expect(await send('application/json', '{"a": 1}')).toMatchObject({ bytes: 7, length: '7' });
  expect(await send('application/x-www-form-urlencoded', 'a=1')).toMatchObject({
    error: { code: 'body_consumed' },
  });
});

test('pages of other sites cannot send with the cookies of somebody who is known here', async () => {
  await using raw = await openRaw(count, {
    open: undefined as never,
    identify: () => ({ tenant: 'acme' }),
  });
  await using host = await startHost('node:http', raw.gateway, '/ai');
  const send = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${host.origin}/ai/raw/v1/anything`, { method: 'POST', headers, body: 'a=1' })).status;
  expect(await send({ 'content-type': 'text/plain' })).toBe(415);
  expect(await send({ 'content-type': 'application/x-www-form-urlencoded' })).toBe(415);
  expect(await send({ 'content-type': 'application/json' })).toBe(200);
  expect(await send({ 'content-type': 'text/plain', authorization: 'Bearer a' })).toBe(200);
});

test('a request that must be signed is held, up to bodyLimit, and signed as a whole', async () => {
  const bodies: number[] = [];
  const sign = ({ body }: { readonly body: Uint8Array }): Promise<Record<string, string>> => {
    bodies.push(body.byteLength);
    return Promise.resolve({ authorization: 'signed' });
  };
  await using plain = await openRaw(count);
  const { origin } = plain;
  await using gateway = createGateway({
    open: true,
    upstreams: {
      signed: defineUpstream({
        vendor: 'signed',
        baseURL: `${origin}/v1`,
        signer: () => ({ secrets: [], sign }),
      }),
    },
    native: ['signed'],
    bodyLimit: 4_000_000,
  });
  const send = (body: Buffer): Promise<Response> =>
    gateway.fetch('http://gateway/signed/v1/anything', { method: 'PUT', body });
  expect(await (await send(large)).json()).toMatchObject({ bytes: large.length });
  expect(bodies).toEqual([large.length]);
  expect((await send(Buffer.alloc(5_000_000))).status).toBe(413);
});
