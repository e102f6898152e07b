import { request as httpRequest, type IncomingMessage } from 'node:http';
import { toNodeListener } from '@vector-engine/core';
import { describe, expect, test } from 'vitest';
import { type HostName, startHost } from '../hosts/hosts.ts';
import { http2Client } from '../hosts/http2-client.ts';
import { serve } from '../hosts/serve.ts';
import { count, large, openRaw, piece } from './raw-upstream.ts';

describe.each<HostName>(['node:http', 'Express 5', 'Express 4', 'Koa 3', 'Koa 2'])('%s', (name) => {
  test('a body that flows arrives whole, with its length and type', async () => {
    await using raw = await openRaw(count);
    await using host = await startHost(name, raw.gateway, '/ai');
    const headers = { 'content-type': 'application/x-something' };
    const answer = await fetch(`${host.origin}/ai/raw/v1/anything`, { method: 'PUT', headers, body: large });
    expect(await answer.json()).toEqual({
      bytes: large.length,
      length: String(large.length),
      type: 'application/x-something',
    });
  });

  test('a caller who goes away in the middle of an upload takes the upstream’s connection along', async () => {
    await using raw = await openRaw((request) => void request.resume());
    await using host = await startHost(name, raw.gateway, '/ai');
    const closed = raw.closed();
    const request = httpRequest(`${host.origin}/ai/raw/v1/anything`, { method: 'POST' });
    request.on('error', () => {});
    request.setHeader('content-type', 'application/octet-stream');
    request.write(piece);
    await expect.poll(() => raw.open.size).toBe(1);
    request.destroy();
    await closed;
    await expect.poll(() => raw.gateway.stats().active).toBe(0);
    expect(raw.gateway.stats().targets[0]).toMatchObject({ active: 0, breaker: 'closed', failures: 0 });
  });
});

test('over HTTP/2, and in process, a body of a length that nobody knows flows as well', async () => {
  await using raw = await openRaw(count);
  await using host = await serve(toNodeListener(raw.gateway), 'http2');
  await using client = http2Client(host);
  const sent = await client.send({
    method: 'POST',
    path: '/raw/v1/anything',
    headers: { 'content-type': 'application/octet-stream' },
    body: large,
  });
  expect(JSON.parse(sent.text)).toMatchObject({ bytes: large.length });
  const inProcess = await raw.gateway.fetch('http://gateway/raw/v1/anything', {
    method: 'POST',
    body: large,
  });
  expect(await inProcess.json()).toMatchObject({ bytes: large.length, coding: 'chunked' });
  const empty = await raw.gateway.fetch('http://gateway/raw/v1/anything', { method: 'POST' });
  expect(await empty.json()).toEqual({ bytes: 0, length: '0' });
});

test('HEAD and DELETE are what they are', async () => {
  const methods: unknown[] = [];
  await using raw = await openRaw((request, response) => {
    methods.push(request.method);
    response.setHeader('content-type', 'video/mp4');
    response.setHeader('content-length', request.method === 'HEAD' ? '12345' : '0');
    response.end();
  });
  await using host = await startHost('node:http', raw.gateway, '/ai');
  const head = await fetch(`${host.origin}/ai/raw/v1/film`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '12345', '']);
  expect((await fetch(`${host.origin}/ai/raw/v1/film`, { method: 'DELETE' })).status).toBe(200);
  expect(methods).toEqual(['HEAD', 'DELETE']);
});

test('an upload is not read faster than the upstream takes it', async () => {
  let taken: IncomingMessage | undefined;
  await using raw = await openRaw((request) => {
    taken = request;
    request.pause();
  });
  let given = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      given += piece.length;
      controller.enqueue(piece);
      if (given >= 200_000_000) controller.close();
    },
  });
  const aborter = new AbortController();
  const init = { method: 'POST', body, duplex: 'half', signal: aborter.signal } as RequestInit;
  const answer = raw.gateway.fetch('http://gateway/raw/v1/anything', init);
  await expect.poll(() => taken).toBeDefined();
  let before = -1;
  // It comes to rest.
  await expect
    .poll(
      () => {
        const isAtRest = given === before;
        before = given;
        return isAtRest;
      },
      { interval: 100 },
    )
    .toBe(true);
  // What the kernel's buffers hold, and a little.
  expect(given).toBeLessThan(30_000_000);
  aborter.abort();
  await expect(answer).rejects.toThrow('aborted');
});

test('a download is not read faster than the caller takes it, and closes at once when the caller goes', async () => {
  let written = 0;
  await using raw = await openRaw((_, response) => {
    response.setHeader('content-type', 'application/octet-stream');
    const write = (): void => {
      for (let isRoomy = true; isRoomy && !response.destroyed; ) {
        written += piece.length;
        isRoomy = response.write(piece);
      }
      response.once('drain', write);
    };
    write();
  });
  const closed = raw.closed();
  const answer = await raw.gateway.fetch('http://gateway/raw/v1/files/endless/content');
  const reader = answer.body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  let before = -1;
  await expect
    .poll(
      () => {
        const isAtRest = written === before;
        before = written;
        return isAtRest;
      },
      { interval: 100 },
    )
    .toBe(true);
  expect(written).toBeLessThan(30_000_000);
  await reader?.cancel();
  await closed;
});
