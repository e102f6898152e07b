import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGateway, type Gateway, type GatewayOptions, type Layer } from '@vector-engine/core';
import { vectorEngine as koaEngine } from '@vector-engine/koa';
import { replay, simulatedOpenAI } from '@vector-engine/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frameworks, koaVersions, startHost } from '../hosts/hosts.ts';
import { http2Client } from '../hosts/http2-client.ts';
import { open, send } from '../hosts/send.ts';
import { type Served, serve } from '../hosts/serve.ts';
import { stall, startFlood } from './load.ts';
import { stream as events } from './streams.ts';
import { ask, model, question, until, upstreamAt, wholeAnswer } from './support.ts';

const path = '/v1/chat/completions';
const streamed = { ...question, stream: true };
const recording = { headers: { 'content-type': 'text/event-stream' }, body: events };
const http1 = ['node:http', ...frameworks] as const;

/** What nobody caught. */
const accidents: unknown[] = [];
const note = (accident: unknown): void => void accidents.push(accident);

beforeEach(() => {
  accidents.length = 0;
  process.on('uncaughtExceptionMonitor', note);
  process.on('unhandledRejection', note);
});

afterEach(() => {
  process.off('uncaughtExceptionMonitor', note);
  process.off('unhandledRejection', note);
});

/** A gateway whose one model is at these upstreams, one after the other. */
function gatewayTo(
  upstreams: readonly { readonly baseURL: string }[],
  own: Pick<GatewayOptions, 'layers' | 'timeouts' | 'retry' | 'breaker'> = {},
): Gateway {
  const entries = upstreams.map((upstream, index) => [`up${index}`, upstreamAt(upstream)] as const);
  return createGateway({
    upstreams: Object.fromEntries(entries),
    models: { chat: entries.map(([name]) => `${name}/${model}`) },
    open: true,
    ...own,
  });
}

/** Requests that are under way, wherever they are counted. */
function underWay(gateway: Gateway): number {
  const { active, targets } = gateway.stats();
  return targets.reduce((sum, target) => sum + target.active + target.waiting, active);
}

const isIdle = (gateway: Gateway): Promise<void> => until(() => underWay(gateway) === 0, 'all is settled');

/** The response to the next request, as other middleware of the host has it. */
function nextResponse({ server }: Pick<Served, 'server'>): Promise<ServerResponse> {
  return new Promise((resolve) => {
    server.prependOnceListener('request', (_request: IncomingMessage, response: ServerResponse) =>
      resolve(response),
    );
  });
}

/** A caller that never reads, on a connection that is so full that what is written stays in this process. */
async function askOnFullConnection(host: Served, body: object): Promise<{ caller: Socket; socket: Socket }> {
  const connection = new Promise<Socket>((resolve) => host.server.once('connection', resolve));
  const caller = connect(host.port, '127.0.0.1').pause();
  const socket = await connection;
  const nonsense = Buffer.alloc(1024);
  let turns = 0;
  await until(() => {
    while (socket.writableLength === 0) turns = Number(!socket.write(nonsense));
    return ++turns > 20;
  }, 'the kernel takes no more');
  const text = JSON.stringify(body);
  caller.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  );
  return { caller, socket };
}

const talk = { pace: 1, answer: () => ({ content: Array.from({ length: 3000 }, () => 'x'.repeat(2000)) }) };

describe('a host that ends an open stream while its caller does not read harms nobody, and frees the upstream', () => {
  it.each(http1)('%s', async (name) => {
    await using upstream = await simulatedOpenAI(talk);
    await using gateway = gatewayTo([upstream]);
    await using host = await startHost(name, gateway);
    const response = nextResponse(host);
    const { caller } = await askOnFullConnection(host, streamed);
    const held = await response;
    await until(() => held.headersSent, 'the stream has begun');
    held.end();
    expect(held.writableFinished).toBe(false);
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]?.aborted).toBe(true);
    await isIdle(gateway);
    expect(accidents).toEqual([]);
    caller.destroy();
  });

  it('node:http2', async () => {
    await using upstream = await simulatedOpenAI(talk);
    await using gateway = gatewayTo([upstream]);
    await using host = await startHost('node:http2', gateway);
    await using client = http2Client(host);
    const response = nextResponse(host);
    // Never read: after one window nothing more is sent.
    const { stream } = await client.open({ path, body: streamed });
    stream.on('error', () => undefined);
    const held = await response;
    await until(() => held.writableNeedDrain || held.writableLength > 0, 'the window is full');
    held.end();
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]?.aborted).toBe(true);
    await isIdle(gateway);
    expect(accidents).toEqual([]);
  });
});

describe.each(http1)('the end of a stream that the caller never reads: %s', (name) => {
  it('counts as under way until the write deadline closes it', async () => {
    await using upstream = await replay(recording);
    await using gateway = gatewayTo([upstream], { timeouts: { write: 300 } });
    await using host = await startHost(name, gateway);
    const response = nextResponse(host);
    const { caller, socket } = await askOnFullConnection(host, streamed);
    const held = await response;
    await until(() => held.writableEnded, 'all is handed over');
    expect(gateway.stats().active).toBe(1);
    await until(() => socket.destroyed, 'the connection is closed');
    await isIdle(gateway);
    expect(upstream.requests[0]?.aborted).toBe(false);
    caller.destroy();
  });

  it('is closed by the gateway’s own end', async () => {
    await using upstream = await replay(recording);
    const gateway = gatewayTo([upstream]);
    await using host = await startHost(name, gateway);
    const response = nextResponse(host);
    const { caller, socket } = await askOnFullConnection(host, streamed);
    const held = await response;
    await until(() => held.writableEnded, 'all is handed over');
    expect(gateway.stats().active).toBe(1);
    await gateway.close({ grace: 20 });
    expect(underWay(gateway)).toBe(0);
    await until(() => socket.destroyed, 'the connection is closed');
    caller.destroy();
  });
});

/** Gives up by itself when that is said, whatever is under way. */
const withOwnLimit =
  (limit: Promise<unknown>): Layer =>
  (next) =>
  (call, context) =>
    Promise.race([
      next(call, context),
      limit.then(() => {
        throw new Error('my own limit');
      }),
    ]);

const withRefusal = (): Layer => (next) => async (call, context) => {
  await next(call, context);
  throw new Error('not to my liking');
};

const withTwoCalls: Layer = (next) => (call, context) =>
  Promise.any([next(call, context), next(call, context)]);

describe('layers that throw, or call twice', () => {
  it.each([
    { what: 'while the model thinks', layer: withOwnLimit, stream: false, fault: { type: 'hang' } },
    { what: 'while a stream is waited for', layer: withOwnLimit, stream: true, fault: { type: 'hang' } },
    {
      what: 'when a stream has begun',
      layer: withRefusal,
      stream: true,
      fault: { type: 'hang-mid-stream', afterEvents: 3 },
    },
  ] as const)('a layer that throws $what closes the upstream', async ({ layer, stream, fault }) => {
    await using upstream = await simulatedOpenAI();
    const layers = [layer(upstream.waitForRequests(1))];
    await using gateway = gatewayTo([upstream], { layers, retry: { rounds: 0 } });
    upstream.fail(fault);
    const response = await ask(gateway, { ...question, stream });
    expect(response.status).toBe(500);
    await response.arrayBuffer();
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]?.aborted).toBe(true);
    expect(underWay(gateway)).toBe(0);
  });

  it.each([false, true])('of two calls at once the second is refused (stream: %s)', async (stream) => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'slow', headersAfter: 30 });
    await using gateway = gatewayTo([upstream], { layers: [withTwoCalls] });
    const response = await ask(gateway, { ...question, stream });
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/Say/);
    expect(upstream.requests).toHaveLength(1);
    await isIdle(gateway);
    expect(upstream.openRequests).toBe(0);
  });
});

describe.each(koaVersions)('$name', ({ Koa }) => {
  it.each([false, true])(
    'closing waits for a caller that slow middleware keeps (stream: %s)',
    async (stream) => {
      await using upstream = await simulatedOpenAI();
      const gateway = gatewayTo([upstream]);
      const order: string[] = [];
      const passed = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const app = new Koa().use(async (context, next) => {
        context.res.on('finish', () => order.push('answered'));
        await next();
        passed.resolve();
        await released.promise;
      });
      await using host = await serve(app.use(koaEngine(gateway, { prefix: '/v1' })).callback());
      const reply = send(host, { path, body: { ...question, stream } });
      await passed.promise;
      const closed = gateway.close().then(() => order.push('closed'));
      // Time enough for one that does not wait.
      for (let turn = 0; turn < 50; turn++) await nextTurn();
      order.push('released');
      released.resolve();
      expect((await reply).text).toContain(stream ? '[DONE]' : 'hello');
      await closed;
      expect(order).toEqual(['released', 'answered', 'closed']);
    },
  );

  it('a transform around the body is closed in time when its caller never reads', async () => {
    await using upstream = await startFlood(Number.POSITIVE_INFINITY);
    await using gateway = gatewayTo([upstream], { timeouts: { write: 200 } });
    const app = new Koa();
    app.silent = true;
    app.use(async (context, next) => {
      await next();
      context.body = context.body.pipe(new PassThrough());
    });
    await using host = await serve(app.use(koaEngine(gateway, { prefix: '/v1' })).callback());
    const response = nextResponse(host);
    const caller = await stall(host.port, streamed);
    const held = await response;
    await once(held, 'close');
    expect(held.writableFinished).toBe(false);
    await isIdle(gateway);
    await until(() => upstream.closed === 1, 'the upstream is closed');
    caller.destroy();
  });
});

describe.each([...http1, 'node:http2'] as const)('%s', (name) => {
  it.each([false, true])(
    'a stream of a layer’s own without an end is ended when the caller leaves (upstream’s a stream: %s)',
    async (stream) => {
      let leaves = 0;
      const withOwnStream: Layer = (next) => async (call, context) => {
        const answer = await next(call, context);
        let timer: NodeJS.Timeout | undefined;
        const body = {
          pipe: (sink: { write(bytes: Uint8Array): boolean }) => {
            timer = setInterval(() => sink.write(Buffer.from('data: mine\n\n')), 5);
          },
          resume: () => {},
          abort: () => {
            leaves++;
            clearInterval(timer);
          },
        };
        return { ...answer, headers: { 'content-type': 'text/event-stream' }, body };
      };
      await using upstream = await simulatedOpenAI();
      await using gateway = gatewayTo([upstream], { layers: [withOwnStream] });
      await using host = await startHost(name, gateway);
      const response = await open(host, { path, body: { ...question, stream } });
      await once(response, 'data');
      response.destroy();
      await until(() => leaves > 0, 'the layer is told');
      await isIdle(gateway);
      await until(() => upstream.openRequests === 0, 'the upstream is closed');
      expect(upstream.requests).toHaveLength(1);
    },
  );
});

describe('an answer that is large, or an error', () => {
  it('the operator’s key is not in a whole answer of many megabytes, wherever it is cut', async () => {
    const apiKey = 'sk-of-the-operator-0123456789';
    // More often than there are pieces, so that some of them end within it.
    const content = `${apiKey} `.repeat(200_000);
    const body = wholeAnswer.body.toString().replace('Hello', content);
    await using upstream = await replay({ ...wholeAnswer, body });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { apiKey }) },
      models: { chat: `only/${model}` },
      open: true,
    });
    const text = await (await ask(gateway)).text();
    expect(text === body.replaceAll(apiKey, '[redacted]')).toBe(true);
  });

  it('an error in a 200 is an error however it is printed, and the next target answers', async () => {
    const error = { error: { message: 'no more', code: 500 } };
    await using first = await replay({ ...wholeAnswer, body: JSON.stringify(error, null, 2) });
    await using second = await simulatedOpenAI();
    await using gateway = gatewayTo([first, second]);
    const response = await ask(gateway);
    expect([response.status, response.headers.get('x-vector-upstream')]).toEqual([200, 'up1']);
    expect(gateway.stats().targets[0]).toMatchObject({ failures: 1 });
  });
});

describe('when all is said, nobody has failed', () => {
  const afterEvents = events.split('\n\n').length - 1;

  it.each([
    { what: 'an upstream that resets', fault: { type: 'cut', afterEvents, how: 'reset' } },
    { what: 'a caller that leaves', fault: { type: 'hang-mid-stream', afterEvents } },
  ] as const)('$what after [DONE]', async ({ fault }) => {
    await using upstream = await replay(recording);
    upstream.fail(fault);
    await using gateway = gatewayTo([upstream], { breaker: { consecutiveFailures: 1 } });
    await using host = await startHost('node:http', gateway);
    const response = await open(host, { path, body: streamed });
    let text = '';
    for await (const piece of response) {
      text += String(piece);
      if (text.includes('[DONE]') && fault.type === 'hang-mid-stream') break;
    }
    expect(text).toBe(events);
    await isIdle(gateway);
    expect(gateway.stats()).toMatchObject({ failed: 0, requests: 1 });
    expect(gateway.stats().targets[0]).toMatchObject({ successes: 1, failures: 0, breaker: 'closed' });
  });
});
