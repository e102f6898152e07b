import { vectorEngine as expressEngine } from '@vector-engine/express';
import { vectorEngine as koaEngine } from '@vector-engine/koa';
import { describe, expect, test } from 'vitest';
import { expressVersions, hostNames, koaVersions, startHost } from './hosts.ts';
import { ask, errorOf, send } from './send.ts';
import { serve } from './serve.ts';
import { startStack } from './stack.ts';

/** Below the mount `/ai`; two servers may read each of them differently. */
const tricks = [
  '/ai/v1/../v1/models',
  '/ai/v1/%2e%2e/v1/models',
  '/ai/v1/%2E./models',
  '/ai/v1/models/../chat/completions',
  '/ai/v1/models/..%2f..%2fchat/completions',
  '/ai//v1/chat/completions',
  '/ai/v1//chat/completions',
  '/ai/v1/chat\\completions',
  '/ai/v1/chat%5ccompletions',
  '/ai/v1/models/.',
  '/ai/v1/models/%00',
  '/ai/../../etc/passwd',
];

const plain = (path: string): string[] => [path, 'invalid_path', '400'];

describe.each(hostNames)('%s', (name) => {
  test('paths that are not plain are refused below the mount, and no upstream hears of them', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway, '/ai');
    const found = [];
    for (const path of tricks) {
      const reply = await send(host, { path, body: ask() });
      found.push([path, reply.status === 200 ? 'answered' : errorOf(reply).code, String(reply.status)]);
    }
    expect(found).toEqual(tricks.map(plain));
    expect(stack.upstream.requests).toHaveLength(0);
  });

  test('a mount at /v1 refuses them as well', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway, '/v1');
    const paths = ['/v1/../models', '/v1/chat/%2e%2e/completions', '/v1//models', '/v1/chat\\completions'];
    const statuses = await Promise.all(paths.map(async (path) => (await send(host, { path })).status));
    expect(statuses).toEqual([400, 400, 400, 400]);
  });
});

const hostPaths = ['/files/../secret', '/a//b', '/%2e%2e/x', '/b%5cc', '/ain/../x'];

describe.each(expressVersions)('$name', ({ express }) => {
  test('the host’s own routes get such paths untouched', async () => {
    await using stack = await startStack();
    const app = express();
    app.use('/ai', expressEngine(stack.gateway));
    app.use((request, response) => void response.send(request.url));
    await using host = await serve(app);
    const texts = await Promise.all(hostPaths.map(async (path) => (await send(host, { path })).text));
    expect(texts).toEqual(hostPaths);
  });

  test('mounted at the root, only what looks like the gateway’s is refused', async () => {
    await using stack = await startStack();
    const app = express();
    app.use(expressEngine(stack.gateway));
    app.use((request, response) => void response.send(request.url));
    await using host = await serve(app);
    const texts = await Promise.all(hostPaths.map(async (path) => (await send(host, { path })).text));
    expect(texts).toEqual(hostPaths);
    expect((await send(host, { path: '/v1/../v1/models' })).status).toBe(400);
  });
});

describe.each(koaVersions)('$name', ({ Koa }) => {
  test('the host’s own routes get such paths untouched', async () => {
    await using stack = await startStack();
    const app = new Koa();
    app.use(koaEngine(stack.gateway, { prefix: '/ai' }));
    app.use((context) => {
      context.body = context.url;
    });
    await using host = await serve(app.callback());
    const texts = await Promise.all(hostPaths.map(async (path) => (await send(host, { path })).text));
    expect(texts).toEqual(hostPaths);
  });
});
