import { createServer } from 'node:http';
import { type AttemptEvent, createGateway, type GatewayOptions, openai } from '@vector-engine/core';
import { manualClock, type RequestFault, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { openTalk, rawUpstream, refusalOf, type Served, serve, serveUpgrades } from './support.ts';

const keys = { first: 'sk-first-0123456789abcdefghij', second: 'sk-second-0123456789abcdefghij' };
const path = '/v1/realtime?model=voice';

/** A gateway with two upstreams for one model. */
function twoTargets(first: string, second: string, own: Partial<GatewayOptions> = {}) {
  const gateway = createGateway({
    open: true,
    upstreams: {
      first: openai({ apiKey: keys.first, baseURL: `${first}/v1` }),
      second: openai({ apiKey: keys.second, baseURL: `${second}/v1` }),
    },
    models: { voice: ['first/gpt-realtime', 'second/gpt-realtime'] },
    retry: { rounds: 0 },
    ...own,
  } as GatewayOptions);
  const attempts: AttemptEvent[] = [];
  gateway.on('attempt', (event) => attempts.push(event));
  return { gateway, attempts };
}

/** The port of a server that is gone. */
async function nobody(): Promise<string> {
  const { origin, [Symbol.asyncDispose]: close } = await serve(createServer());
  await close();
  return origin;
}

/** Answers every upgrade with these bytes. */
function answering(bytes: string): Promise<Served> {
  return serve(createServer().on('upgrade', (_request, socket) => socket.end(bytes)));
}

const faults: readonly (readonly [name: string, fault: RequestFault, code: string])[] = [
  ['401', { type: 'status', status: 401 }, 'VE_UPSTREAM_KEY'],
  ['429', { type: 'status', status: 429 }, 'VE_UPSTREAM_STATUS'],
  ['500', { type: 'status', status: 500 }, 'VE_UPSTREAM_STATUS'],
  ['503', { type: 'status', status: 503 }, 'VE_UPSTREAM_STATUS'],
  ['a redirect', { type: 'redirect', to: 'http://127.0.0.1:9/' }, 'VE_UPSTREAM_PROTOCOL'],
  ['200', { type: 'status', status: 200, body: {} }, 'VE_UPSTREAM_PROTOCOL'],
  ['a reset', { type: 'reset-before-headers' }, 'VE_UPSTREAM_RESET'],
];

describe('before the WebSocket is open, the next target serves and the caller sees nothing of it', () => {
  test.each(faults)('after %s', async (_name, fault, code) => {
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    first.fail(fault);
    const { gateway, attempts } = twoTargets(first.origin, second.origin);
    await using _ = gateway;
    await using host = await serveUpgrades(gateway);
    const talk = await openTalk(host.webSockets + path);
    expect(await talk.until(() => true)).toContain('session.created');
    talk.socket.close();
    await talk.closed;
    await gateway.close();
    expect(attempts.map(({ target, error }) => [target.upstream, error])).toEqual([
      ['first', code],
      ['second', undefined],
    ]);
    expect(first.requests[0]?.headers['authorization']).toBe(`Bearer ${keys.first}`);
    expect(second.requests[0]?.headers['authorization']).toBe(`Bearer ${keys.second}`);
  });

  test('where nobody listens', async () => {
    await using second = await simulatedOpenAI();
    const { gateway, attempts } = twoTargets(await nobody(), second.origin);
    await using _ = gateway;
    await using host = await serveUpgrades(gateway);
    const talk = await openTalk(host.webSockets + path);
    expect(attempts).toMatchObject([{ error: 'VE_UPSTREAM_UNREACHABLE', outcome: 'failure' }]);
    talk.socket.terminate();
  });

  const accepted = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n';
  test.each([
    ['an accept of another request', `${accepted}sec-websocket-accept: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['half a head', 'HTTP/1.1 101 Switching'],
  ])('that answers with %s', async (_name, bytes) => {
    await using first = await answering(bytes);
    await using second = await simulatedOpenAI();
    const { gateway, attempts } = twoTargets(first.origin, second.origin);
    await using _ = gateway;
    await using host = await serveUpgrades(gateway);
    const talk = await openTalk(host.webSockets + path);
    expect(await talk.until(() => true)).toContain('session.created');
    expect(attempts).toMatchObject([{ target: { upstream: 'first' }, outcome: 'failure' }]);
    talk.socket.terminate();
  });

  test('that says nothing until its deadline, and its connection is closed', async () => {
    const clock = manualClock();
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    first.fail({ type: 'hang' });
    const timeouts = { firstByte: 5000 };
    const { gateway, attempts } = twoTargets(first.origin, second.origin, { clock, timeouts });
    await using _ = gateway;
    await using host = await serveUpgrades(gateway);
    const opening = openTalk(host.webSockets + path);
    await first.waitForRequests(1);
    await clock.advance(5000);
    const talk = await opening;
    expect(attempts).toMatchObject([{ error: 'VE_UPSTREAM_TIMEOUT' }]);
    await expect.poll(() => first.openConnections).toBe(0);
    talk.socket.terminate();
  });

  test('that has as many sessions as it may have', async () => {
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    const gateway = createGateway({
      open: true,
      upstreams: {
        first: openai({ apiKey: 'k', baseURL: first.baseURL, maxConcurrency: 1 }),
        second: openai({ apiKey: 'k', baseURL: second.baseURL }),
      },
      models: { voice: ['first/gpt-realtime', 'second/gpt-realtime'] },
    });
    await using _ = gateway;
    await using host = await serveUpgrades(gateway);
    const one = await openTalk(host.webSockets + path);
    const two = await openTalk(host.webSockets + path);
    expect(gateway.stats().targets.map(({ active }) => active)).toEqual([1, 1]);
    expect([first.openRequests, second.openRequests]).toEqual([1, 1]);
    one.socket.close();
    await one.closed;
    await expect.poll(() => gateway.stats().targets.map(({ active }) => active)).toEqual([0, 1]);
    two.socket.terminate();
  });
});

describe('the caller is told', () => {
  test("an upstream's own words about what the caller did, and no other target is asked", async () => {
    await using first = await simulatedOpenAI({ models: ['other'] });
    await using second = await simulatedOpenAI();
    const { gateway } = twoTargets(first.origin, second.origin);
    await using _ = gateway;
    await using host = await serveUpgrades(gateway);
    const { status, headers, body } = await refusalOf(host.webSockets + path);
    expect([status, JSON.parse(body).error.code]).toEqual([404, 'model_not_found']);
    expect(headers).toMatchObject({ 'x-vector-upstream': 'first', 'content-type': 'application/json' });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(second.requests).toHaveLength(0);
  });

  test('the last failure where every target is spent', async () => {
    const { gateway, attempts } = twoTargets(await nobody(), await nobody());
    await using _ = gateway;
    await using host = await serveUpgrades(gateway);
    const { status, body } = await refusalOf(host.webSockets + path);
    expect([status, JSON.parse(body).error.code]).toEqual([503, 'upstream_unreachable']);
    expect(attempts).toHaveLength(2);
  });
});

describe('after it is open, nothing is repeated', () => {
  test('an upstream that breaks off is told as an error, and nobody else is asked', async () => {
    await using first = await rawUpstream((socket, connection) => {
      socket.on('message', () => connection.destroy());
      socket.send('{"type":"session.created"}');
    });
    await using second = await simulatedOpenAI();
    const { gateway, attempts } = twoTargets(first.origin, second.origin);
    await using _ = gateway;
    await using host = await serveUpgrades(gateway);
    const talk = await openTalk(host.webSockets + path);
    await talk.until(() => true);
    talk.socket.send('{"type":"response.create"}');
    expect(await talk.closed).toEqual({ code: 1011, reason: 'upstream gone' });
    expect(talk.messages.map((message) => JSON.parse(message))).toMatchObject([
      { type: 'session.created' },
      { type: 'error', error: { type: 'gateway_error', code: 'upstream_reset' } },
    ]);
    await gateway.close();
    expect(attempts).toMatchObject([{ error: 'VE_UPSTREAM_RESET', outcome: 'failure' }]);
    expect(second.requests).toHaveLength(0);
  });

  test('one that closes properly is passed on as it is', async () => {
    await using first = await rawUpstream((socket) => socket.close(4000, 'session expired'));
    const { gateway, attempts } = twoTargets(first.origin, await nobody());
    await using _ = gateway;
    await using host = await serveUpgrades(gateway);
    const talk = await openTalk(host.webSockets + path);
    expect(await talk.closed).toEqual({ code: 4000, reason: 'session expired' });
    await gateway.close();
    expect(attempts).toMatchObject([{ outcome: 'success' }]);
    expect(attempts[0]).not.toHaveProperty('error');
  });

  test('one that dies inside of a message is no message: the caller is cut off', async () => {
    await using first = await rawUpstream((_socket, connection) => {
      connection.write(Buffer.from([0x81, 100, 0x7b]));
      connection.end();
    });
    const { gateway } = twoTargets(first.origin, await nobody());
    await using _ = gateway;
    await using host = await serveUpgrades(gateway);
    const talk = await openTalk(host.webSockets + path);
    expect(await talk.closed).toEqual({ code: 1006, reason: '' });
    expect(talk.messages).toEqual([]);
  });
});

test('a target that was bad is well as soon as one session is open there', async () => {
  const clock = manualClock();
  await using upstream = await simulatedOpenAI();
  await using gateway = createGateway({
    open: true,
    clock,
    upstreams: { first: openai({ apiKey: 'k', baseURL: upstream.baseURL }) },
    models: { voice: 'first/gpt-realtime' },
    breaker: { consecutiveFailures: 1, resetAfter: 1000 },
    retry: { rounds: 0 },
  });
  await using host = await serveUpgrades(gateway);
  upstream.fail({ type: 'status', status: 500 }, { times: 1 });
  await refusalOf(host.webSockets + path);
  expect(gateway.stats().targets[0]?.breaker).toBe('open');
  await clock.advance(1000);
  const talk = await openTalk(host.webSockets + path);
  expect(gateway.stats().targets[0]).toMatchObject({ breaker: 'closed', active: 1 });
  talk.socket.terminate();
});
