import { constants } from 'node:http2';
import { type Gateway, toNodeListener } from '@vector-engine/core';
import { vectorEngine as expressEngine } from '@vector-engine/express';
import { vectorEngine as koaEngine } from '@vector-engine/koa';
import { describe, expect, test } from 'vitest';
import { expressVersions, koaVersions } from './hosts.ts';
import { http2Client } from './http2-client.ts';
import { readUntil } from './read-until.ts';
import { ask, contentOf, contentOfStream, errorOf, open, send } from './send.ts';
import { type Protocol, serve } from './serve.ts';
import { startStack } from './stack.ts';

const path = '/v1/chat/completions';

interface Kind {
  readonly name: string;
  readonly listener: (gateway: Gateway) => (...parameters: never[]) => unknown;
}

const bare: Kind = { name: 'a node listener', listener: (gateway) => toNodeListener(gateway) };
const koas = koaVersions.map(
  ({ name, Koa }): Kind => ({
    name,
    listener: (gateway) => {
      const app = new Koa();
      app.silent = true;
      return app.use(koaEngine(gateway)).callback();
    },
  }),
);
const expresses = expressVersions.map(
  ({ name, express }): Kind => ({ name, listener: (gateway) => express().use(expressEngine(gateway)) }),
);

describe.each([bare, ...koas, ...expresses])('$name', ({ listener }) => {
  test.each<Protocol>(['http', 'https'])('serves over %s: whole, streamed and refused', async (protocol) => {
    await using stack = await startStack();
    await using host = await serve(listener(stack.gateway), protocol);
    expect(contentOf(await send(host, { path, body: ask() }))).toBe('You said: hello');
    const stream = await send(host, { path, body: ask({ stream: true }) });
    expect(contentOfStream(stream.text)).toEqual({ content: 'You said: hello', isDone: true });
    expect(errorOf(await send(host, { path, body: '{' })).code).toBe('invalid_json');
  });
});

describe.each([bare, ...koas])('$name to a caller of HTTP/1.1 on a server of HTTP/2', ({ listener }) => {
  test('nothing of a stream is held back until the caller has acknowledged what came before', async () => {
    await using stack = await startStack();
    await using host = await serve(listener(stack.gateway), 'http2');
    stack.upstream.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    const times: number[] = [];
    while (times.length < 5) {
      const start = performance.now();
      const answer = await open(host, { path, body: ask({ stream: true }) });
      await readUntil(answer, 'You');
      times.push(performance.now() - start);
      answer.destroy();
    }
    // A kernel acknowledges after 40 ms.
    expect(Math.min(...times)).toBeLessThan(30);
  });
});

describe.each([bare, ...koas])('$name over HTTP/2', ({ name, listener }) => {
  test('serves whole answers, streams and refusals', async () => {
    await using stack = await startStack();
    await using host = await serve(listener(stack.gateway), 'http2');
    await using client = http2Client(host);
    const whole = await client.send({ path, body: ask() });
    expect([whole.status, contentOf(whole)]).toEqual([200, 'You said: hello']);
    expect(whole.headers['x-request-id']).toMatch(/^req_/);
    const stream = await client.send({ path, body: ask({ stream: true }) });
    expect(contentOfStream(stream.text)).toEqual({ content: 'You said: hello', isDone: true });
    const refused = await client.send({ path, body: ask({ model: 'none' }) });
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
      404,
      { error: { code: 'model_not_found' } },
    ]);
    expect((await client.send({ path: '/v1/nothing' })).status).toBe(404);
  });

  // Koa 2 by itself never ends an answer to HEAD over HTTP/2, whoever sets its body.
  test.skipIf(name === 'Koa 2')('HEAD has no body', async () => {
    await using stack = await startStack();
    await using host = await serve(listener(stack.gateway), 'http2');
    await using client = http2Client(host);
    const headed = await client.send({ path: '/v1/models', method: 'HEAD' });
    expect([headed.status, headed.text]).toEqual([200, '']);
  });

  test('fifty calls at once on one connection, half of them streams, do not mix', async () => {
    await using stack = await startStack();
    await using host = await serve(listener(stack.gateway), 'http2');
    await using client = http2Client(host);
    const said = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const stream = index % 2 === 0;
        const messages = [{ role: 'user', content: `number ${index}` }];
        const reply = await client.send({ path, body: ask({ stream, messages }) });
        return stream ? contentOfStream(reply.text).content : contentOf(reply);
      }),
    );
    expect(said).toEqual(Array.from({ length: 50 }, (_, index) => `You said: number ${index}`));
  });

  test('a caller that resets its stream frees the upstream and no other call', async () => {
    await using stack = await startStack();
    await using host = await serve(listener(stack.gateway), 'http2');
    await using client = http2Client(host);
    stack.upstream.fail({ type: 'hang-mid-stream', afterEvents: 2 });
    const leaving = await client.open({ path, body: ask({ stream: true }) });
    const staying = await client.open({ path, body: ask({ stream: true }) });
    await readUntil(leaving.stream, '"content":"You');
    await readUntil(staying.stream, '"content":"You');
    leaving.stream.on('error', () => {});
    leaving.stream.close(constants.NGHTTP2_CANCEL);
    const [first, second] = stack.upstream.requests;
    await first?.closed;
    expect(first?.aborted).toBe(true);
    expect(second?.abortedAt).toBeUndefined();
    expect(stack.gateway.stats().active).toBe(1);
    staying.stream.on('error', () => {});
  });

  test('a body of a megabyte comes through flow control', async () => {
    await using stack = await startStack();
    await using host = await serve(listener(stack.gateway), 'http2');
    await using client = http2Client(host);
    const body = ask({ metadata: { padding: 'x'.repeat(2 ** 20) } });
    expect(contentOf(await client.send({ path, body }))).toBe('You said: hello');
    expect(stack.upstream.requests[0]?.rawBody.toString('utf8')).toBe(JSON.stringify(body));
  });

  test('HTTP/1.1 is served on the same port', async () => {
    await using stack = await startStack();
    await using host = await serve(listener(stack.gateway), 'http2');
    const response = await open(host, { path, body: ask() });
    expect([response.httpVersion, response.statusCode]).toEqual(['1.1', 200]);
    response.resume();
  });
});
