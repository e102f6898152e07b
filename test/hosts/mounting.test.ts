import type { IncomingMessage, ServerResponse } from 'node:http';
import { Router } from '@koa/router';
import { toNodeListener } from '@vector-engine/core';
import { vectorEngine as expressEngine } from '@vector-engine/express';
import { vectorEngine as koaEngine } from '@vector-engine/koa';
import mount from 'koa-mount';
import { describe, expect, test } from 'vitest';
import { expressVersions, hostNames, koaVersions, startHost } from './hosts.ts';
import { ask, contentOf, send } from './send.ts';
import { serve } from './serve.ts';
import { startStack } from './stack.ts';

describe.each(hostNames)('%s', (name) => {
  test.each(['/v1', '/ai', '/api/ai', '/deep/er/v1'])('serves below the mount %s', async (prefix) => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway, prefix);
    const base = new URL(host.baseURL).pathname;
    expect(contentOf(await send(host, { path: `${base}/chat/completions`, body: ask() }))).toBe(
      'You said: hello',
    );
    expect((await send(host, { path: `${base}/models` })).status).toBe(200);
    expect((await send(host, { path: `${base}/models/gpt-4o?x=1` })).status).toBe(200);
    const elsewhere = ['/v1x/models', '/aix/v1/models', '/other/v1/models', '/v1/v1/v1/models'];
    const statuses = await Promise.all(elsewhere.map(async (path) => (await send(host, { path })).status));
    expect(statuses).toEqual([404, 404, 404, 404]);
  });
});

describe.each(expressVersions)('$name', ({ express }) => {
  test('at the root the API is below /v1, and everything else is the host’s', async () => {
    await using stack = await startStack();
    const app = express();
    app.use(expressEngine(stack.gateway));
    app.use((request, response) => void response.status(418).send(`mine: ${request.url}`));
    await using host = await serve(app);
    expect((await send(host, { path: '/v1/models' })).status).toBe(200);
    expect((await send(host, { path: '/v1/nothing?a=1' })).text).toBe('mine: /v1/nothing?a=1');
    expect((await send(host, { path: '/v10/models' })).text).toBe('mine: /v10/models');
    expect((await send(host, { path: '/models' })).text).toBe('mine: /models');
  });

  test('inside nested routers, with parameters in the prefix', async () => {
    await using stack = await startStack();
    const inner = express.Router();
    inner.use('/ai', expressEngine(stack.gateway));
    const outer = express.Router();
    outer.use('/:team', inner);
    await using host = await serve(express().use('/api', outer));
    const reply = await send(host, { path: '/api/blue/ai/v1/chat/completions', body: ask() });
    expect(contentOf(reply)).toBe('You said: hello');
  });

  test('a path that is not the gateway’s goes on to the next middleware as it came, body included', async () => {
    await using stack = await startStack();
    const app = express();
    app.use('/ai', expressEngine(stack.gateway));
    app.use(express.json());
    app.post(
      '/ai/v1/notes',
      (request, response) => void response.json({ body: request.body, url: request.originalUrl }),
    );
    app.get('/about', (_request, response) => void response.send('about'));
    await using host = await serve(app);
    const note = await send(host, { path: '/ai/v1/notes?x=1', body: { note: 1 } });
    expect(JSON.parse(note.text)).toEqual({ body: { note: 1 }, url: '/ai/v1/notes?x=1' });
    expect((await send(host, { path: '/about' })).text).toBe('about');
    expect((await send(host, { path: '/ai/v1/none' })).status).toBe(404);
  });

  test('two gateways stand beside each other', async () => {
    await using one = await startStack();
    await using two = await startStack({ upstream: { answer: () => 'the second' } });
    const app = express();
    app.use('/one', expressEngine(one.gateway));
    app.use('/two/v1', expressEngine(two.gateway));
    await using host = await serve(app);
    expect(contentOf(await send(host, { path: '/one/v1/chat/completions', body: ask() }))).toBe(
      'You said: hello',
    );
    expect(contentOf(await send(host, { path: '/two/v1/chat/completions', body: ask() }))).toBe('the second');
  });
});

describe.each(koaVersions)('$name', ({ Koa }) => {
  test('at the root the API is below /v1, and everything else is the host’s', async () => {
    await using stack = await startStack();
    const app = new Koa();
    app.use(koaEngine(stack.gateway));
    app.use((context) => {
      context.status = 418;
      context.body = `mine: ${context.url}`;
    });
    await using host = await serve(app.callback());
    expect((await send(host, { path: '/v1/models' })).status).toBe(200);
    expect((await send(host, { path: '/v1/nothing?a=1' })).text).toBe('mine: /v1/nothing?a=1');
    expect((await send(host, { path: '/models' })).text).toBe('mine: /models');
  });

  test.each(['/v1', '/ai'])('under koa-mount at %s', async (prefix) => {
    await using stack = await startStack();
    const app = new Koa();
    app.use(mount(prefix, koaEngine(stack.gateway)));
    app.use((context) => {
      context.body = `mine: ${context.path}`;
    });
    await using host = await serve(app.callback());
    const base = prefix === '/v1' ? '/v1' : '/ai/v1';
    const reply = await send(host, { path: `${base}/chat/completions`, body: ask() });
    expect(contentOf(reply)).toBe('You said: hello');
    expect((await send(host, { path: `${base}/nothing` })).text).toBe(`mine: ${base}/nothing`);
    expect((await send(host, { path: '/elsewhere' })).text).toBe('mine: /elsewhere');
  });

  test('in an application that is itself mounted, twice over', async () => {
    await using stack = await startStack();
    const inner = new Koa().use(mount('/ai', koaEngine(stack.gateway)));
    const middle = new Koa().use(mount('/inner', inner));
    await using host = await serve(new Koa().use(mount('/outer', middle)).callback());
    const reply = await send(host, { path: '/outer/inner/ai/v1/chat/completions', body: ask() });
    expect(contentOf(reply)).toBe('You said: hello');
  });

  test('in a @koa/router, by the prefix option', async () => {
    await using stack = await startStack();
    const router = new Router();
    router.all('/ai/*path', koaEngine(stack.gateway, { prefix: '/ai' }));
    router.get('/about', (context) => {
      context.body = 'about';
    });
    const app = new Koa().use(router.routes()).use(router.allowedMethods());
    await using host = await serve(app.callback());
    const reply = await send(host, { path: '/ai/v1/chat/completions', body: ask() });
    expect(contentOf(reply)).toBe('You said: hello');
    expect((await send(host, { path: '/about' })).text).toBe('about');
    expect((await send(host, { path: '/ai/v1/none' })).status).toBe(404);
  });

  test('in a nested @koa/router, by use()', async () => {
    await using stack = await startStack();
    const inner = new Router();
    inner.use(koaEngine(stack.gateway, { prefix: '/api/ai' }));
    inner.all('/*path', (context) => {
      context.body = `mine: ${context.path}`;
    });
    const outer = new Router({ prefix: '/api' });
    outer.use('/ai', inner.routes());
    await using host = await serve(new Koa().use(outer.routes()).callback());
    const reply = await send(host, { path: '/api/ai/v1/chat/completions', body: ask() });
    expect(contentOf(reply)).toBe('You said: hello');
    expect((await send(host, { path: '/api/ai/other' })).text).toBe('mine: /api/ai/other');
  });

  test('a path that is not the gateway’s goes on to the next middleware', async () => {
    await using stack = await startStack();
    const app = new Koa();
    app.use(koaEngine(stack.gateway, { prefix: '/ai' }));
    app.use((context) => {
      context.body = context.path;
    });
    await using host = await serve(app.callback());
    const paths = ['/', '/ai', '/ai/v1/none', '/v1/models', '/aix/v1/models'];
    const texts = await Promise.all(paths.map(async (path) => (await send(host, { path })).text));
    expect(texts).toEqual(paths);
  });
});

describe('a node listener', () => {
  test('with a next, what is not the gateway’s goes there', async () => {
    await using stack = await startStack();
    const listener = toNodeListener(stack.gateway, { prefix: '/ai' });
    await using host = await serve((request: IncomingMessage, response: ServerResponse) => {
      listener(request, response, () => {
        response.writeHead(418);
        response.end('mine');
      });
    });
    expect((await send(host, { path: '/ai/v1/models' })).status).toBe(200);
    expect((await send(host, { path: '/ai/v1/none' })).text).toBe('mine');
    expect((await send(host, { path: '/v1/models' })).text).toBe('mine');
  });

  test('a gateway that is closed answers 503 and leaves the host’s server open', async () => {
    await using stack = await startStack();
    await using host = await serve(toNodeListener(stack.gateway));
    await stack.gateway.close();
    const reply = await send(host, { path: '/v1/chat/completions', body: ask() });
    expect(reply.status).toBe(503);
    expect(reply.headers['retry-after']).toBe('1');
    expect(host.server.listening).toBe(true);
  });
});
