import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { vectorEngine } from '@vector-engine/koa';
import { describe, expect, test } from 'vitest';
import { hostNames, koaVersions, startHost } from './hosts.ts';
import { ask, contentOf, contentOfStream, open, readAll } from './send.ts';
import { serve } from './serve.ts';
import { startStack } from './stack.ts';

const path = '/v1/chat/completions';

/** Much more than sockets and streams hold between an upstream and a caller. */
const pieces: readonly string[] = Array.from({ length: 3000 }, (_, index) => `${index} ${'x'.repeat(2000)};`);
const talkative = { upstream: { answer: () => ({ content: pieces }) } };

/** Begins to read only once nothing more can be written. */
async function readLate(stream: Readable): Promise<string> {
  stream.pause();
  for (let turn = 0; turn < 100; turn++) await nextTurn();
  return (await readAll(stream)).toString('utf8');
}

describe.each(hostNames)('%s', (name) => {
  test('a reader that begins late gets every byte in order', async () => {
    await using stack = await startStack(talkative);
    await using host = await startHost(name, stack.gateway);
    const response = await open(host, { path, body: ask({ stream: true }) });
    const { content, isDone } = contentOfStream(await readLate(response));
    expect(isDone).toBe(true);
    expect(content === pieces.join('')).toBe(true);
  });
});

describe.each(koaVersions)('$name', ({ Koa }) => {
  test.each(['piped through another stream', 'watched'])(
    'a slow reader of a body that is %s gets every byte',
    async (how) => {
      await using stack = await startStack(talkative);
      const app = new Koa();
      let watched = 0;
      app.use(async (context, next) => {
        await next();
        const body = context.body as Readable;
        if (how === 'watched') body.on('data', (chunk: Buffer) => (watched += chunk.length));
        else context.body = body.pipe(new PassThrough());
      });
      app.use(vectorEngine(stack.gateway, { prefix: '/v1' }));
      await using host = await serve(app.callback());
      const text = await readLate(await open(host, { path, body: ask({ stream: true }) }));
      const { content, isDone } = contentOfStream(text);
      expect([isDone, content === pieces.join('')]).toEqual([true, true]);
      expect(watched).toBe(how === 'watched' ? Buffer.byteLength(text) : 0);
    },
  );
});

describe.each(hostNames.filter((name) => !/https|http2/.test(name)))('%s', (name) => {
  test('one connection serves whole answers, streams and refusals one after the other', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    let connections = 0;
    host.server.on('connection', () => connections++);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = async (body: object): Promise<string> => {
      const headers = { 'content-type': 'application/json' };
      const request = httpRequest({
        port: host.port,
        host: '127.0.0.1',
        agent,
        method: 'POST',
        path,
        headers,
      });
      request.end(JSON.stringify(body));
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return (await readAll(response)).toString('utf8');
    };
    expect(contentOf({ text: await post(ask()) })).toBe('You said: hello');
    expect(contentOfStream(await post(ask({ stream: true }))).isDone).toBe(true);
    expect(await post(ask({ model: 'none' }))).toMatch(/model_not_found/);
    expect(contentOfStream(await post(ask({ stream: true }))).isDone).toBe(true);
    expect(contentOf({ text: await post(ask()) })).toBe('You said: hello');
    expect(connections).toBe(1);
    agent.destroy();
  });
});
