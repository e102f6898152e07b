import type { IncomingMessage } from 'node:http';
import { vectorEngine as expressEngine } from '@vector-engine/express';
import { vectorEngine as koaEngine } from '@vector-engine/koa';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Context, Next } from 'koa';
import bodyParser from 'koa-bodyparser';
import { describe, expect, test } from 'vitest';
import { expressVersions, koaVersions } from './hosts.ts';
import { ask, contentOf, contentOfStream, errorOf, type Reply, readAll, send } from './send.ts';
import { serve } from './serve.ts';
import { startStack } from './stack.ts';

const path = '/v1/chat/completions';

/** What JSON.parse and JSON.stringify would not give back: numbers as written, white space, escapes, repeated members. */
const peculiar =
  '{ "model" : "gpt-4o",\n "seed": 12345678901234567890, "temperature": 1.0, "top_p": 1e0,\t"user": "\\u0041", "metadata": {"a":1,"a":2},\n' +
  ' "messages": [{"role": "user", "content": "hello \\ud83d\\ude00 é"}] }';

function swallow(request: Request, _response: Response, next: NextFunction): void {
  request.resume().on('end', () => next());
}

async function swallowInKoa(context: Context, next: Next): Promise<void> {
  await readAll(context.req);
  await next();
}

async function parseInKoa(context: Context, next: Next): Promise<void> {
  context.request.body = JSON.parse((await readAll(context.req)).toString('utf8'));
  await next();
}

describe.each(expressVersions)('$name', ({ express }) => {
  async function sendAfter(
    eater: RequestHandler,
    parts: { body: string | object; headers?: Record<string, string> },
  ) {
    const stack = await startStack();
    await using _ = stack;
    const app = express();
    app.use(eater);
    app.use('/v1', expressEngine(stack.gateway));
    await using host = await serve(app);
    const reply = await send(host, { path, ...parts });
    return { reply, request: stack.upstream.requests[0] };
  }

  test('after express.json() the parsed body is used', async () => {
    const { reply, request } = await sendAfter(express.json(), {
      body: ask({ temperature: 0.5, user: 'é😀' }),
    });
    expect(contentOf(reply)).toBe('You said: hello');
    expect(request?.body).toEqual(ask({ temperature: 0.5, user: 'é😀' }));
  });

  test('after express.json() a stream streams', async () => {
    const { reply } = await sendAfter(express.json(), { body: ask({ stream: true }) });
    expect(reply.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(contentOfStream(reply.text)).toEqual({ content: 'You said: hello', isDone: true });
  });

  test('after express.json() the bytes are those the caller sent, where a verify hook kept them', async () => {
    const keep = express.json({
      verify: (request: IncomingMessage, _response: unknown, bytes: Buffer) => {
        Object.assign(request, { rawBody: bytes });
      },
    });
    const { reply, request } = await sendAfter(keep, { body: peculiar });
    expect(reply.status).toBe(200);
    expect(request?.rawBody.toString('utf8')).toBe(peculiar);
  });

  test('without parsers the bytes are those the caller sent', async () => {
    const { request } = await sendAfter((_request, _response, next) => next(), { body: peculiar });
    expect(request?.rawBody.toString('utf8')).toBe(peculiar);
  });

  test('after express.raw() and express.text() the bytes are those the caller sent', async () => {
    for (const eater of [express.raw({ type: '*/*' }), express.text({ type: '*/*' })]) {
      const { reply, request } = await sendAfter(eater, { body: peculiar });
      expect(reply.status).toBe(200);
      expect(request?.rawBody.toString('utf8')).toBe(peculiar);
    }
  });

  test('a parser for another content type leaves the body to the gateway', async () => {
    const { request } = await sendAfter(express.urlencoded({ extended: true }), { body: peculiar });
    expect(request?.rawBody.toString('utf8')).toBe(peculiar);
  });

  test('what express.json() has refused is answered by the host, and never reaches the gateway', async () => {
    const { reply, request } = await sendAfter(express.json({ limit: 10 }), { body: ask() });
    expect(reply.status).toBe(413);
    expect(reply.headers['x-request-id']).toBeUndefined();
    expect(request).toBeUndefined();
  });

  test('the gateway’s own limit holds for a body that was already read', async () => {
    await using stack = await startStack({ gateway: { bodyLimit: 100 } });
    await using host = await serve(express().use(express.json()).use('/v1', expressEngine(stack.gateway)));
    const reply = await send(host, { path, body: ask({ user: 'x'.repeat(100) }) });
    expect([reply.status, errorOf(reply).code]).toEqual([413, 'request_too_large']);
  });

  test('a body that was read and not kept is a 500 that says the cure', async () => {
    const { reply, request } = await sendAfter(swallow, { body: ask() });
    expectConsumed(reply);
    expect(request).toBeUndefined();
  });

  test('a route that needs no body is served all the same', async () => {
    await using stack = await startStack();
    const app = express()
      .use(express.json())
      .use(express.urlencoded({ extended: true }));
    await using host = await serve(app.use('/v1', expressEngine(stack.gateway)));
    expect((await send(host, { path: '/v1/models' })).status).toBe(200);
  });
});

describe.each(koaVersions)('$name', ({ Koa }) => {
  async function sendAfter(eater: (context: Context, next: Next) => Promise<unknown>, body: string | object) {
    const stack = await startStack();
    await using _ = stack;
    const app = new Koa();
    app.use(eater);
    app.use(koaEngine(stack.gateway, { prefix: '/v1' }));
    await using host = await serve(app.callback());
    const reply = await send(host, { path, body });
    return { reply, request: stack.upstream.requests[0] };
  }

  test('after koa-bodyparser the bytes are those the caller sent', async () => {
    const { reply, request } = await sendAfter(bodyParser(), peculiar);
    expect(reply.status).toBe(200);
    expect(request?.rawBody.toString('utf8')).toBe(peculiar);
  });

  test('after koa-bodyparser a stream streams', async () => {
    const { reply } = await sendAfter(bodyParser(), ask({ stream: true }));
    expect(contentOfStream(reply.text)).toEqual({ content: 'You said: hello', isDone: true });
  });

  test('a parser that keeps only what it parsed is enough', async () => {
    const { reply, request } = await sendAfter(parseInKoa, ask({ temperature: 0.5 }));
    expect(contentOf(reply)).toBe('You said: hello');
    expect(request?.body).toEqual(ask({ temperature: 0.5 }));
  });

  test('a body that was read and not kept is a 500 that says the cure', async () => {
    const { reply, request } = await sendAfter(swallowInKoa, ask());
    expectConsumed(reply);
    expect(request).toBeUndefined();
  });

  test('without parsers the bytes are those the caller sent', async () => {
    const { request } = await sendAfter((_context, next) => next(), peculiar);
    expect(request?.rawBody.toString('utf8')).toBe(peculiar);
  });
});

function expectConsumed(reply: Reply): void {
  expect(reply.status).toBe(500);
  expect(errorOf(reply).code).toBe('body_consumed');
  expect(errorOf(reply).message).toMatch(/Mount the gateway before body parsers/);
}
