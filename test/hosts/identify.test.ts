import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  createGateway,
  type EndEvent,
  type Gateway,
  type GatewayOptions,
  type Logger,
  type Principal,
} from '@vector-engine/core';
import { type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { frameworks, type HostName, startHost } from './hosts.ts';
import { ask, contentOf, errorOf, send } from './send.ts';
import { optionsFor } from './stack.ts';

const path = '/v1/chat/completions';
const hosts: readonly HostName[] = [...frameworks, 'node:http', 'node:http2'];
const megabyte = 2 ** 20;

type Identified = Principal | null | undefined | false;

function gatewayFor(
  upstream: SimulatedUpstream,
  identify: (request: unknown) => Identified | Promise<Identified>,
  own: Pick<GatewayOptions, 'logger'> = {},
): Gateway {
  const options: GatewayOptions = { ...optionsFor(upstream), identify, ...own };
  return createGateway(options);
}

/** Headers of whatever kind of request a host hands to `identify`. */
function userOf(request: unknown): string | undefined {
  const { headers } = request as { headers: Record<string, string> };
  return headers['x-user'];
}

describe.each(hosts)('%s', (name) => {
  test('identify may take its time, and whom it finds is known to the events', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = gatewayFor(upstream, async (request) => {
      await new Promise((resolve) => setImmediate(resolve));
      return { tenant: 'acme', id: userOf(request) ?? 'nobody' };
    });
    await using host = await startHost(name, gateway);
    const told: unknown[] = [];
    gateway.on('request', ({ request }) => told.push(request.principal));
    const reply = await send(host, { path, body: ask(), headers: { 'x-user': 'u1' } });
    expect(contentOf(reply)).toBe('You said: hello');
    expect(told).toEqual([{ tenant: 'acme', id: 'u1' }]);
  });

  test('whom identify does not know is refused with 401, on every route', async () => {
    await using upstream = await simulatedOpenAI();
    for (const nobody of [undefined, null, false] as const) {
      await using gateway = gatewayFor(upstream, () => nobody);
      await using host = await startHost(name, gateway);
      for (const parts of [{ path, body: ask() }, { path: '/v1/models' }, { path: '/v1/models/gpt-4o' }]) {
        const reply = await send(host, parts);
        expect([reply.status, errorOf(reply).code]).toEqual([401, 'invalid_api_key']);
      }
    }
    expect(upstream.requests).toHaveLength(0);
  });

  test('an identify that throws, or returns nonsense, is a 500; the cause is logged and not told', async () => {
    await using upstream = await simulatedOpenAI();
    const lines: object[] = [];
    const logger = recorder(lines);
    const failing = [
      () => {
        throw new Error('database password is hunter2');
      },
      () => Promise.reject(new Error('database password is hunter2')),
      () => 'user' as never,
    ];
    for (const identify of failing) {
      await using gateway = gatewayFor(upstream, identify, { logger });
      await using host = await startHost(name, gateway);
      const reply = await send(host, { path, body: ask() });
      expect([reply.status, errorOf(reply).code]).toEqual([500, 'identify_failed']);
      expect(reply.text + JSON.stringify(reply.headers)).not.toMatch(/hunter2|database/);
    }
    expect(lines).toHaveLength(3);
    expect(lines).toMatchObject(
      [/hunter2/, /hunter2/, /returned a string/].map((message) => ({
        code: 'VE_IDENTIFY_FAILED',
        err: { message: expect.stringMatching(message) as string },
      })),
    );
    expect(upstream.requests).toHaveLength(0);
  });
});

describe.each([...frameworks, 'node:http'] as const)('%s', (name) => {
  test('of a stranger’s 30 MB nothing is read before the answer', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = gatewayFor(upstream, () => undefined);
    await using host = await startHost(name, gateway);
    const socket = connect(host.port, '127.0.0.1');
    const answer = new Promise<string>((resolve) =>
      socket.once('data', (bytes) => resolve(bytes.toString('utf8'))),
    );
    // Only the head and a first piece are sent: an answer that comes now cannot have waited for the rest.
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${30 * megabyte}\r\n\r\n{`,
    );
    expect(await answer).toMatch(/^HTTP\/1.1 401 /);
    socket.destroy();
  });

  test('what a stranger goes on to send is not kept', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = gatewayFor(upstream, () => undefined);
    await using host = await startHost(name, gateway);
    const socket = connect(host.port, '127.0.0.1');
    socket.on('error', () => {});
    const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${31 * megabyte}\r\n\r\n`);
    await answer;
    const before = keptBytes();
    const piece = Buffer.alloc(megabyte / 2, 0x20);
    for (let count = 0; count < 60; count++) {
      await new Promise((resolve) => socket.write(piece, resolve));
    }
    await expect.poll(() => keptBytes() - before).toBeLessThan(4 * megabyte);
    socket.destroy();
  });
});

test('identify is asked before the body, and not at all for what is refused by its head', async () => {
  await using upstream = await simulatedOpenAI();
  let asked = 0;
  await using gateway = gatewayFor(upstream, () => {
    asked++;
    return { id: 'u' };
  });
  await using host = await startHost('Express 5', gateway);
  await send(host, { path, method: 'GET' });
  await send(host, { path, method: 'OPTIONS' });
  await send(host, { path, body: ask(), headers: { 'content-type': 'text/plain' } });
  await send(host, { path: '/v1/none', body: ask() });
  expect(asked).toBe(0);
  await send(host, { path, body: '{' });
  expect(asked).toBe(1);
});

test('a refusal is told by an end event with its status and code', async () => {
  await using upstream = await simulatedOpenAI();
  await using gateway = gatewayFor(upstream, () => undefined);
  await using host = await startHost('Koa 3', gateway);
  const ended: EndEvent[] = [];
  gateway.on('end', (event) => ended.push(event));
  await send(host, { path, body: ask() });
  expect(ended).toMatchObject([{ status: 401, error: 'VE_UNAUTHENTICATED', attempts: 0, target: undefined }]);
});

function recorder(lines: object[]): Logger {
  const record = (fields: object): void => void lines.push(fields);
  return { debug: record, info: record, warn: record, error: record };
}

/** Bytes of buffers that somebody still holds. */
function keptBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().arrayBuffers;
}
