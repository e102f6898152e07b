import { createHash, randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { createGateway, type EndEvent, type Gateway, openai } from '@vector-engine/core';
import { manualClock, simulatedOpenAI } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { openTalk, rawUpstream, refusalOf, serveUpgrades } from './support.ts';

const path = '/v1/realtime?model=voice';
const done = (tokens: number): string =>
  JSON.stringify({
    type: 'response.done',
    response: { usage: { input_tokens: tokens, output_tokens: 2 * tokens } },
  });

function gatewayTo(origin: string, own: { clock?: ReturnType<typeof manualClock> } = {}): Gateway {
  return createGateway({
    open: true,
    upstreams: { openai: openai({ apiKey: 'k', baseURL: `${origin}/v1` }) },
    models: { voice: 'openai/gpt-realtime' },
    ...own,
  });
}

function listenersOf(server: Server): Readonly<Record<string, number>> {
  return Object.fromEntries(server.eventNames().map((name) => [String(name), server.listenerCount(name)]));
}

const endOf = (gateway: Gateway): Promise<EndEvent> => new Promise((resolve) => gateway.on('end', resolve));

test('messages of any size and kind pass byte for byte, both ways', async () => {
  await using upstream = await rawUpstream((socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await using gateway = gatewayTo(upstream.origin);
  await using host = await serveUpgrades(gateway);
  const talk = await openTalk(host.webSockets + path, { maxPayload: 0 });
  for (const size of [0, 1, 125, 126, 65_535, 65_536, 5_000_000]) {
    const sent = randomBytes(size);
    const echoed = new Promise<Buffer>((resolve) => talk.socket.once('message', resolve));
    talk.socket.send(sent);
    expect(
      createHash('sha1')
        .update(await echoed)
        .digest('hex'),
    ).toBe(createHash('sha1').update(sent).digest('hex'));
  }
  talk.socket.ping('still there?');
  const answer = await new Promise<Buffer>((resolve) => talk.socket.once('pong', resolve));
  expect(answer.toString()).toBe('still there?');
  talk.socket.terminate();
});

test('usage is read from events that come in pieces, and settled though the caller goes without a word', async () => {
  await using upstream = await rawUpstream((socket, connection) => {
    const words = done(10);
    socket.send(words.slice(0, 30), { fin: false });
    socket.ping();
    socket.send(words.slice(30), { fin: true });
    socket.send(done(5));
    socket.send('{"type":"response.done"');
    socket.send(Buffer.from(done(1000)), { binary: true });
    socket.send('end');
    connection.resume();
  });
  await using gateway = gatewayTo(upstream.origin);
  await using host = await serveUpgrades(gateway);
  const ended = endOf(gateway);
  const talk = await openTalk(host.webSockets + path);
  await talk.until((message) => message === 'end');
  talk.socket.terminate();
  expect(await ended).toMatchObject({ status: 101, usage: { inputTokens: 15, outputTokens: 30 } });
  expect(gateway.stats()).toMatchObject({ inputTokens: 15, outputTokens: 30, failed: 0 });
  await expect.poll(() => upstream.open).toBe(0);
});

test('a caller that leaves while the upstream is dialled takes the dial along', async () => {
  await using upstream = await simulatedOpenAI();
  upstream.fail({ type: 'hang' });
  await using gateway = gatewayTo(upstream.origin);
  await using host = await serveUpgrades(gateway);
  const ended = endOf(gateway);
  const { port } = new URL(host.origin);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  await upstream.waitForRequests(1);
  expect(upstream.openConnections).toBe(1);
  socket.end();
  expect(await ended).toMatchObject({ status: 499, error: 'VE_CLIENT_CLOSED' });
  await expect.poll(() => upstream.openConnections).toBe(0);
});

test('a caller that does not read holds the upstream back, and gets everything when it reads again', async () => {
  const message = randomBytes(1_000_000);
  const count = 40;
  let handedOver = 0;
  await using upstream = await rawUpstream((socket) => {
    const sendNext = (left: number): void => {
      if (left === 0) return socket.close();
      socket.send(message, () => {
        handedOver++;
        sendNext(left - 1);
      });
    };
    sendNext(count);
  });
  await using gateway = gatewayTo(upstream.origin);
  await using host = await serveUpgrades(gateway);
  const talk = await openTalk(host.webSockets + path);
  talk.socket.pause();
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = handedOver === before;
        before = handedOver;
        return isStill;
      },
      { interval: 100 },
    )
    .toBe(true);
  expect(handedOver).toBeLessThan(count / 2);
  talk.socket.resume();
  expect((await talk.closed).code).toBe(1005);
  expect(talk.messages).toHaveLength(count);
});

test('one that reads nothing for too long is cut off', async () => {
  const clock = manualClock();
  await using upstream = await rawUpstream((socket) => {
    const flood = (): void => socket.send(Buffer.alloc(1_000_000), (error) => error ?? flood());
    flood();
  });
  await using gateway = gatewayTo(upstream.origin, { clock });
  await using host = await serveUpgrades(gateway);
  const ended = endOf(gateway);
  const talk = await openTalk(host.webSockets + path);
  talk.socket.pause();
  // However long it takes until nothing fits any more.
  while (gateway.stats().active > 0) await clock.advance(10_000);
  expect(await ended).toMatchObject({ error: 'VE_CLIENT_CLOSED' });
  await expect.poll(() => upstream.open).toBe(0);
  talk.socket.terminate();
});

test('a conversation may be silent for hours', async () => {
  const clock = manualClock();
  await using upstream = await rawUpstream((socket) => {
    socket.on('message', (data) => socket.send(data, { binary: false }));
  });
  await using gateway = gatewayTo(upstream.origin, { clock });
  await using host = await serveUpgrades(gateway);
  const talk = await openTalk(host.webSockets + path);
  await clock.advance(10 * 3_600_000);
  talk.socket.send('good morning');
  expect(await talk.until(() => true)).toBe('good morning');
  expect(gateway.stats().active).toBe(1);
  talk.socket.terminate();
});

test('the end of the gateway lets conversations go on for its grace, and then closes them', async () => {
  const clock = manualClock();
  await using upstream = await simulatedOpenAI();
  await using gateway = gatewayTo(upstream.origin, { clock });
  await using host = await serveUpgrades(gateway);
  const listeners = listenersOf(host.server);
  const ended = endOf(gateway);
  const talk = await openTalk(host.webSockets + path);
  const closing = gateway.close({ grace: 5000 });
  const late = await refusalOf(host.webSockets + path);
  expect([late.status, JSON.parse(late.body).error.code]).toEqual([503, 'shutting_down']);
  await clock.advance(4999);
  expect(talk.socket.readyState).toBe(talk.socket.OPEN);
  await clock.advance(1);
  expect(await talk.closed).toEqual({ code: 1001, reason: 'shutting down' });
  await closing;
  expect(await ended).toBeDefined();
  await expect.poll(() => [upstream.openConnections, host.open]).toEqual([0, 0]);
  expect(host.server.listening).toBe(true);
  expect(listenersOf(host.server)).toEqual(listeners);
  expect(clock.pending).toBe(0);
});

test('a caller that does not answer the close is given up', async () => {
  const clock = manualClock();
  await using upstream = await simulatedOpenAI();
  await using gateway = gatewayTo(upstream.origin, { clock });
  await using host = await serveUpgrades(gateway);
  const talk = await openTalk(host.webSockets + path);
  talk.socket.pause();
  const closing = gateway.close({ grace: 0 });
  await clock.advance(0);
  await clock.advance(1000);
  await closing;
  expect(gateway.stats().active).toBe(0);
  await expect.poll(() => host.open).toBe(0);
  talk.socket.terminate();
});

test('what a caller says with its upgrade, before it has an answer, is said to the upstream', async () => {
  const { promise: heard, resolve } = Promise.withResolvers<string>();
  await using upstream = await rawUpstream((socket) => {
    socket.on('message', (data: Buffer) => resolve(data.toString()));
  });
  await using gateway = gatewayTo(upstream.origin);
  await using host = await serveUpgrades(gateway);
  const socket = connect(Number(new URL(host.origin).port), '127.0.0.1');
  const words = 'too early';
  const frame = Buffer.concat([Buffer.from([0x81, 0x80 | words.length, 0, 0, 0, 0]), Buffer.from(words)]);
  const head = `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(head), frame.subarray(0, 4)]));
  setImmediate(() => socket.write(frame.subarray(4)));
  expect(await heard).toBe(words);
  socket.destroy();
});

test('layers see a realtime call, and may refuse it', async () => {
  await using upstream = await simulatedOpenAI();
  const seen: string[] = [];
  await using gateway = createGateway({
    open: true,
    upstreams: { openai: openai({ apiKey: 'k', baseURL: upstream.baseURL }) },
    models: { voice: 'openai/gpt-realtime', muted: 'openai/gpt-mute' },
    layers: [
      (next) => async (call, context) => {
        seen.push(`${call.operation} ${context.target.model}`);
        if (context.target.model === 'gpt-mute')
          return { kind: 'verbatim', status: 200, headers: {}, body: Buffer.from('{}') };
        const answer = await next(call, context);
        seen.push(String(answer.status));
        return answer;
      },
    ],
  });
  await using host = await serveUpgrades(gateway);
  const talk = await openTalk(host.webSockets + path);
  talk.socket.terminate();
  expect(seen).toEqual(['realtime gpt-realtime', '101']);
  expect((await refusalOf(`${host.webSockets}/v1/realtime?model=muted`)).status).toBe(500);
});
