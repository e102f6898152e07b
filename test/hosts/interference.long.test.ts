import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect as connectHttp2, constants, type Http2ServerResponse } from 'node:http2';
import { fileURLToPath } from 'node:url';
import { createGateway, type Gateway, openaiCompatible, toNodeListener } from '@vector-engine/core';
import { vectorEngine as expressEngine } from '@vector-engine/express';
import { vectorEngine as koaEngine } from '@vector-engine/koa';
import { simulatedOpenAI } from '@vector-engine/testing';
import mount from 'koa-mount';
import { describe, expect, test } from 'vitest';
import { until } from '../reliability/support.ts';
import { expressVersions, frameworks, hostNames, koaVersions, startHost } from './hosts.ts';
import { http2Client } from './http2-client.ts';
import { ask, contentOf, readAll, send } from './send.ts';
import { type Listener, serve } from './serve.ts';
import { optionsFor, startStack } from './stack.ts';

const path = '/v1/chat/completions';
const sim = openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1' });

/** Requests that are under way, wherever they are counted. */
function underWay(gateway: Gateway): number {
  const { active, targets } = gateway.stats();
  return targets.reduce((sum, target) => sum + target.active + target.waiting, active);
}

const talk = { pace: 1, answer: () => ({ content: Array.from({ length: 500 }, () => 'x'.repeat(2000)) }) };

/** What answers HTTP/2 requests: Express does not. */
const http2Listeners: readonly { name: string; toListener: (gateway: Gateway) => Listener }[] = [
  { name: 'node:http2', toListener: (gateway) => toNodeListener(gateway) },
  ...koaVersions.map(({ name, Koa }) => ({
    name,
    toListener: (gateway: Gateway) => {
      const app = new Koa();
      app.silent = true;
      return app.use(koaEngine(gateway)).callback();
    },
  })),
];

describe.each(http2Listeners)('$name over HTTP/2', ({ toListener }) => {
  test.each([
    { leaves: 'resets its stream', body: 'unread' },
    { leaves: 'resets its stream', body: 'kept by the host' },
    { leaves: 'closes its connection', body: 'unread' },
    { leaves: 'closes its connection', body: 'kept by the host' },
  ])(
    'a caller that $leaves before the gateway is reached leaves nothing open, the body $body',
    async (how) => {
      await using stack = await startStack({ upstream: talk });
      const listener = toListener(stack.gateway);
      const arrived = Promise.withResolvers<void>();
      const handled = Promise.withResolvers<void>();
      const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        if (how.body !== 'unread') Object.assign(request, { rawBody: await readAll(request) });
        arrived.resolve();
        const { stream } = response as unknown as Http2ServerResponse;
        await until(() => stream.destroyed, 'the caller has gone');
        listener(request, response);
        handled.resolve();
      };
      await using host = await serve(handle, 'http2');
      const session = connectHttp2(host.origin, { ca: host.ca });
      const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/json' };
      const stream = session.request(headers).on('error', () => undefined);
      stream.end(JSON.stringify(ask({ stream: true })));
      await arrived.promise;
      if (how.leaves === 'resets its stream') stream.close(constants.NGHTTP2_CANCEL);
      else session.destroy();
      await handled.promise;
      await until(
        () => stack.gateway.stats().requests === 1 && underWay(stack.gateway) === 0,
        'all is settled',
      );
      await until(() => stack.upstream.openRequests === 0, 'the upstream is closed');
      expect(stack.upstream.requests.filter(({ aborted }) => !aborted)).toEqual([]);
      session.destroy();
    },
  );
});

test('node:http2: the end of a stream that the caller never reads is under way until the write deadline', async () => {
  await using stack = await startStack({
    upstream: { answer: () => ({ content: Array.from({ length: 30 }, () => 'x'.repeat(2300)) }) },
    gateway: { timeouts: { write: 300 } },
  });
  await using host = await startHost('node:http2', stack.gateway);
  await using client = http2Client(host);
  const response = once(host.server, 'request').then(([, held]) => held as Http2ServerResponse);
  const { stream } = await client.open({ path, body: ask({ stream: true }) });
  stream.on('error', () => undefined);
  const held = await response;
  await until(() => held.writableEnded, 'all is handed over');
  expect(stack.gateway.stats().active).toBe(1);
  await until(() => held.stream.destroyed, 'the stream is closed');
  await until(() => underWay(stack.gateway) === 0, 'all is settled');
  expect(stack.upstream.requests[0]?.aborted).toBe(false);
});

describe.each(koaVersions)('$name', ({ Koa }) => {
  test.each(['/v1', '/'])(
    'something else mounted at %s before it does not take the gateway’s path',
    async (at) => {
      await using stack = await startStack();
      const app = new Koa().use(mount(at, (_context, next) => next())).use(koaEngine(stack.gateway));
      await using host = await serve(app.callback());
      expect((await send(host, { path: '/v1/models' })).status).toBe(200);
      expect(contentOf(await send(host, { path, body: ask() }))).toBe('You said: hello');
    },
  );
});

const stores = new AsyncLocalStorage<string>();

describe.each([...frameworks, 'node:http', 'node:http2'] as const)('%s', (name) => {
  test('events and log lines come in the store of their own request', async () => {
    const owners = new Map<string, string>();
    const seen: (readonly [event: string, owner: string | undefined, store: string | undefined])[] = [];
    const see = (event: string, id: unknown): void =>
      void seen.push([event, owners.get(String(id)), stores.getStore()]);
    const log = (fields: object): void => see('log', Reflect.get(fields, 'requestId'));
    await using upstream = await simulatedOpenAI({ pace: 1 });
    await using gateway = createGateway({
      ...optionsFor(upstream),
      // Koa gives its context, Express its request.
      identify: (request) => ({ id: Reflect.get(Object(request), 'headers')['x-caller'] }),
      breaker: { failureRate: 1, consecutiveFailures: 1e6 },
      logger: { debug: log, info: log, warn: log, error: log },
    });
    gateway.on('request', ({ request: { id, principal } }) => owners.set(id, principal?.id ?? ''));
    gateway.on('attempt', ({ request }) => see('attempt', request.id));
    gateway.on('end', ({ requestId }) => see('end', requestId));
    await using host = await startHost(name, gateway);
    host.server.prependListener('request', ({ headers }: IncomingMessage) =>
      stores.enterWith(String(headers['x-caller'])),
    );
    // Connections are there, and were made for others.
    const callAll = async (turn: number): Promise<void> => {
      const calls = Array.from({ length: 8 }, (_, index) =>
        send(host, {
          path,
          headers: { 'x-caller': `${turn}.${index}` },
          body: ask({ stream: index % 2 === 0 }),
        }),
      );
      for (const { status } of await Promise.all(calls)) expect(status).toBe(200);
    };
    await callAll(0);
    upstream.fail({ type: 'status', status: 500 }, { times: 4 });
    await callAll(1);
    await until(() => seen.length >= 4 + 20 + 16, 'all is told');
    expect(seen.filter(([, owner, store]) => owner === undefined || owner !== store)).toEqual([]);
    expect(seen.filter(([event]) => event === 'log').length).toBeGreaterThanOrEqual(4);
  });
});

/** Run as a process of its own, as it has errors that nobody catches: prints of which callers it kept waiting. */
const breakingHost = `
  import { createServer } from 'node:http';
  import { createGateway, openaiCompatible, toNodeListener } from '@vector-engine/core';
  import { vectorEngine as expressEngine } from '@vector-engine/express';
  import { vectorEngine as koaEngine } from '@vector-engine/koa';
  import { simulatedOpenAI } from '@vector-engine/testing';
  import express from 'express';
  import Koa from 'koa';
  const others = [];
  const note = (error) => error.message === 'of the host' || others.push(String(error));
  process.on('uncaughtException', note).on('unhandledRejection', note);
  const upstream = await simulatedOpenAI({ pace: 5 });
  const left = [];
  for (const name of ['node:http', 'Express', 'Koa']) {
    const gateway = createGateway({
      open: true, upstreams: { sim: openaiCompatible({ baseURL: upstream.baseURL }) }, models: { 'gpt-4o': 'sim' },
    });
    const koa = new Koa().use(koaEngine(gateway));
    koa.silent = true;
    const listener = { 'node:http': () => toNodeListener(gateway), Express: () => express().use(expressEngine(gateway)), Koa: () => koa.callback() }[name]();
    for (const method of ['writeHead', 'write', 'end']) for (const stream of [false, true]) {
      const server = createServer((request, response) => {
        response[method] = () => { throw new Error('of the host'); };
        listener(request, response);
      });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }], stream });
      const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: AbortSignal.timeout(700) };
      const answer = await fetch('http://127.0.0.1:' + server.address().port + '${path}', options)
        .then((response) => response.text()).catch((error) => error);
      const isOpen = () => gateway.stats().active + gateway.stats().targets[0].active + upstream.openRequests > 0;
      for (let turn = 0; turn < 500 && isOpen(); turn++) await new Promise((resolve) => setTimeout(resolve, 1));
      if (answer.name === 'TimeoutError' || isOpen()) left.push([name, method, stream, String(answer)]);
      server.closeAllConnections();
      server.close();
    }
    await gateway.close({ grace: 0 });
  }
  await upstream.close();
  process.stdout.write(JSON.stringify({ left, others }));
`;

test('a host whose own functions around a response throw keeps no caller waiting, and no slot', async () => {
  const flags = ['--conditions=@vector-engine/source', '--disable-warning=ExperimentalWarning'];
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const stdout = await new Promise<string>((resolve, reject) => {
    const told = (error: Error | null, out: string): void => (error === null ? resolve(out) : reject(error));
    const run = [...flags, '--input-type=module', '--eval', breakingHost];
    execFile(process.execPath, run, { cwd, timeout: 14_000 }, told);
  });
  expect(JSON.parse(stdout)).toEqual({ left: [], others: [] });
});

const fail = (): never => {
  throw new Error('the disk is full');
};

describe.each(hostNames)('%s', (name) => {
  test('a logger that throws is no caller’s trouble', async () => {
    await using stack = await startStack({
      gateway: { logger: { debug: fail, info: fail, warn: fail, error: fail }, retry: { rounds: 1 } },
    });
    await using host = await startHost(name, stack.gateway);
    for (const stream of [false, true]) {
      stack.upstream.fail({ type: 'status', status: 500 }, { times: 1 });
      expect((await send(host, { path, body: ask({ stream }) })).status).toBe(200);
    }
    stack.upstream.fail({ type: 'status', status: 500 });
    expect((await send(host, { path, body: ask() })).status).toBe(502);
    await until(() => underWay(stack.gateway) === 0, 'all is settled');
  });
});

/** A host with the gateway at its root, and documents of its own below `/v1`. */
const rooted: readonly {
  name: string;
  toListener: (gateway: Gateway) => (...parameters: never[]) => unknown;
}[] = [
  ...expressVersions.map(({ name, express }) => ({
    name,
    toListener: (gateway: Gateway) =>
      express()
        .use((_request, response, next) => {
          response.set('x-request-id', 'host-1');
          next();
        })
        .use(expressEngine(gateway))
        .get(
          '/v1/documents/:name',
          (request, response) => void response.send(`mine: ${request.params.name}`),
        ),
  })),
  ...koaVersions.map(({ name, Koa }) => ({
    name,
    toListener: (gateway: Gateway) =>
      new Koa()
        .use((context, next) => {
          context.set('x-request-id', 'host-1');
          return next();
        })
        .use(koaEngine(gateway))
        .use((context) => {
          const [, document = ''] = /^\/v1\/documents\/(.*)$/.exec(context.path) ?? [];
          context.body = `mine: ${decodeURIComponent(document)}`;
        })
        .callback(),
  })),
];

describe.each(rooted)('$name with a gateway at its root', ({ toListener }) => {
  test('keeps paths of its own that are not plain; those that hide a route are refused', async () => {
    await using stack = await startStack();
    await using host = await serve(toListener(stack.gateway));
    const paths = ['/v1/documents/a%5Cb', '/v1//models', '/v1/%2e%2e/v1/models', '/v1/models'];
    const replies = await Promise.all(paths.map((at) => send(host, { path: at })));
    expect(replies.map(({ status }) => status)).toEqual([200, 400, 400, 200]);
    expect(replies[0]?.text).toBe('mine: a\\b');
  });

  test.each([ask(), ask({ stream: true }), ask({ model: 'none' })])(
    'keeps its name for a request, which is also that in events: %j',
    async (body) => {
      await using stack = await startStack();
      await using host = await serve(toListener(stack.gateway));
      const ids: string[] = [];
      stack.gateway.on('request', ({ request }) => ids.push(request.id));
      stack.gateway.on('end', ({ requestId }) => ids.push(requestId));
      const { headers } = await send(host, { path, body });
      expect(headers['x-request-id']).toBe('host-1');
      await until(() => underWay(stack.gateway) === 0, 'all is settled');
      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids)).toEqual(new Set(['host-1']));
    },
  );
});

test('no models at all are a mistake', () => {
  expect(() => createGateway({ upstreams: { sim }, models: {}, open: true })).toThrow(
    expect.objectContaining({
      code: 'VE_OPTIONS_INVALID',
      message: expect.stringMatching(/models: .*no model/),
    }),
  );
});

test('what a host does to the list of models is done to its own copy', async () => {
  await using stack = await startStack();
  const before = stack.gateway.models().map(({ id }) => id);
  const models = stack.gateway.models() as { id: string }[];
  models.push({ id: 'mine' });
  models.shift();
  expect(stack.gateway.models().map(({ id }) => id)).toEqual(before);
  const { data } = (await (await stack.gateway.fetch('http://gateway/v1/models')).json()) as {
    data: { id: string }[];
  };
  expect(data.map(({ id }) => id)).toEqual(before);
});
