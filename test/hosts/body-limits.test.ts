import { connect } from 'node:net';
import { manualClock } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { frameworks, type HostName, startHost } from './hosts.ts';
import { ask, contentOf, errorOf, open, readAll, send } from './send.ts';
import { startStack } from './stack.ts';

const path = '/v1/chat/completions';
const hosts: readonly HostName[] = [...frameworks, 'node:http'];
const megabyte = 2 ** 20;

describe.each(hosts)('%s', (name) => {
  test('a body of 40 MB is a 413, told before it was read', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    const reply = await send(host, { path, body: Buffer.alloc(40 * megabyte, 0x20) });
    expect([reply.status, errorOf(reply).code]).toEqual([413, 'request_too_large']);
    expect(errorOf(reply).message).toMatch(/33554432/);
    expect(stack.upstream.requests).toHaveLength(0);
  });

  test('a body without a length is a 413 once it has grown past the limit', async () => {
    await using stack = await startStack({ gateway: { bodyLimit: megabyte } });
    await using host = await startHost(name, stack.gateway);
    const reply = await sendInPieces(host.port, { pieces: 24, bytes: megabyte / 16 });
    expect(reply).toMatch(/^HTTP\/1.1 413 /);
    expect(stack.upstream.requests).toHaveLength(0);
  });

  test('a body of 10 MB passes', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    const body = ask({ metadata: { padding: 'x'.repeat(10 * megabyte) } });
    expect(contentOf(await send(host, { path, body }))).toBe('You said: hello');
    expect(stack.upstream.requests[0]?.rawBody.length).toBe(Buffer.byteLength(JSON.stringify(body)));
  });

  test('a body that does not come in time is a 408', async () => {
    const clock = manualClock();
    await using stack = await startStack({ gateway: { clock, timeouts: { body: 5000 } } });
    await using host = await startHost(name, stack.gateway);
    const socket = connect(host.port, '127.0.0.1');
    const answer = readAll(socket);
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n`,
    );
    socket.write('connection: close\r\n\r\n{"model":');
    await waitUntil(() => clock.pending > 0);
    await clock.advance(4999);
    expect(stack.gateway.stats().active).toBe(1);
    await clock.advance(1);
    await waitUntil(() => stack.gateway.stats().active === 0);
    socket.end();
    const text = (await answer).toString('utf8');
    expect(text).toMatch(/^HTTP\/1.1 408 /);
    expect(text).toMatch(/"code":"request_timeout"/);
    expect(stack.upstream.requests).toHaveLength(0);
  });

  test('a caller that leaves before its body is whole is forgotten', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    const ended = new Promise<number>((resolve) => stack.gateway.on('end', ({ status }) => resolve(status)));
    const socket = connect(host.port, '127.0.0.1');
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"model":`);
    await waitUntil(() => stack.gateway.stats().active === 1);
    socket.destroy();
    expect(await ended).toBe(499);
    expect(stack.gateway.stats().active).toBe(0);
    expect(stack.upstream.requests).toHaveLength(0);
  });

  test('a body in many pieces is put together, whatever its characters', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    const bytes = Buffer.from(JSON.stringify(ask({ user: '日本語 é😀'.repeat(20) })));
    const socket = connect(host.port, '127.0.0.1').setNoDelay(true);
    const answer = readAll(socket);
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${bytes.length}\r\n\r\n`,
    );
    for (let at = 0; at < bytes.length; at += 7) {
      await new Promise((resolve) => socket.write(bytes.subarray(at, at + 7), resolve));
    }
    expect((await answer).toString('utf8')).toMatch(/^HTTP\/1.1 200 /);
    expect(stack.upstream.requests[0]?.rawBody.equals(bytes)).toBe(true);
  });

  test('a connection goes on to serve after a refused body', async () => {
    await using stack = await startStack({ gateway: { bodyLimit: 1000 } });
    await using host = await startHost(name, stack.gateway);
    const socket = connect(host.port, '127.0.0.1');
    const large = 'x'.repeat(2000);
    const small = JSON.stringify(ask());
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${large.length}\r\n\r\n${large}`);
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${small.length}\r\n\r\n${small}`,
    );
    const statuses = [...(await readAll(socket)).toString('utf8').matchAll(/HTTP\/1\.1 (\d+) /g)];
    expect(statuses.map(([, status]) => status)).toEqual(['413', '200']);
  });
});

test('of a whole answer the length is told, and no chunks are made', async () => {
  await using stack = await startStack();
  await using host = await startHost('node:http', stack.gateway);
  const response = await open(host, { path, body: ask() });
  expect(response.headers['transfer-encoding']).toBeUndefined();
  expect((await readAll(response)).length).toBe(Number(response.headers['content-length']));
});

async function sendInPieces(
  port: number,
  { pieces, bytes }: { pieces: number; bytes: number },
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const answer = new Promise<string>((resolve) =>
    socket.once('data', (chunk) => resolve(chunk.toString('utf8'))),
  );
  socket.on('error', () => {});
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
  const piece = `${bytes.toString(16)}\r\n${' '.repeat(bytes)}\r\n`;
  for (let count = 0; count < pieces; count++) socket.write(piece);
  socket.write('0\r\n\r\n');
  const text = await answer;
  socket.destroy();
  return text;
}

/** Turns of the event loop until something is so. */
async function waitUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
