import { finished, type Readable, Transform } from 'node:stream';
import { vectorEngine } from '@vector-engine/koa';
import { manualClock } from '@vector-engine/testing';
import type { Context, Next } from 'koa';
import { describe, expect, test } from 'vitest';
import { koaVersions } from './hosts.ts';
import { startKoaApp } from './koa-app.ts';
import { readUntil } from './read-until.ts';
import { ask, contentOf, contentOfStream, errorOf, open, readAll, send } from './send.ts';
import { serve } from './serve.ts';
import { optionsFor, startStack } from './stack.ts';

const path = '/v1/chat/completions';

describe.each(koaVersions)('$name', ({ Koa }) => {
  test('outer middleware sees status, headers and body of a whole answer before it is sent', async () => {
    const seen: unknown[] = [];
    await using app = await startKoaApp(Koa, async (context, next) => {
      await next();
      const { status, body, response } = context;
      seen.push([status, response.type, context.res.headersSent, Buffer.isBuffer(body), response.length]);
    });
    const answered = await send(app.host, { path, body: ask() });
    const refused = await send(app.host, { path, body: ask({ model: 'none' }) });
    expect(seen).toEqual([
      [200, 'application/json', false, true, answered.body.length],
      [404, 'application/json', false, true, refused.body.length],
    ]);
    expect(errorOf(refused).code).toBe('model_not_found');
    expect(app.errors).toEqual([]);
  });

  test('next() returns before the bytes of a stream are sent, and the end of the response can be waited for', async () => {
    const seen: string[] = [];
    await using app = await startKoaApp(Koa, async (context, next) => {
      context.res.on('finish', () => seen.push(`finished ${context.status}`));
      await next();
      seen.push(
        `next() returned with ${context.status} ${context.response.type}, sent: ${context.res.headersSent}`,
      );
      seen.push(`body is a stream: ${typeof (context.body as { pipe?: unknown }).pipe}`);
    });
    const reply = await send(app.host, { path, body: ask({ stream: true }) });
    expect(contentOfStream(reply.text)).toEqual({ content: 'You said: hello', isDone: true });
    expect(seen).toEqual([
      'next() returned with 200 text/event-stream, sent: false',
      'body is a stream: function',
      'finished 200',
    ]);
  });

  test('headers that outer middleware sets before and after next() arrive', async () => {
    await using app = await startKoaApp(Koa, async (context, next) => {
      context.set('x-before', '1');
      await next();
      context.set('x-after', '2');
      context.append('vary', 'origin');
    });
    for (const body of [ask(), ask({ stream: true }), ask({ messages: [] })]) {
      const { headers } = await send(app.host, { path, body });
      expect(headers).toMatchObject({ 'x-before': '1', 'x-after': '2', vary: 'origin' });
      expect(headers['x-request-id']).toMatch(/^req_/);
    }
  });

  test('a middleware that wraps the streamed body in a Transform works, event by event', async () => {
    await using app = await startKoaApp(Koa, shouting);
    const reply = await send(app.host, { path, body: ask({ stream: true }) });
    expect(reply.text).toContain('"CONTENT":"YOU');
    expect(reply.text).toMatch(/DATA: \[DONE\]\n\n$/);

    app.upstream.fail({ type: 'hang-mid-stream', afterEvents: 2 });
    const response = await open(app.host, { path, body: ask({ stream: true }) });
    await readUntil(response, '"CONTENT":"YOU');
    response.destroy();
    await app.upstream.requests[1]?.closed;
    expect(app.upstream.requests[1]?.aborted).toBe(true);
  });

  test('a middleware that listens to the streamed body sees every byte of it', async () => {
    let seen = '';
    await using app = await startKoaApp(Koa, async (context, next) => {
      await next();
      (context.body as Readable).on('data', (chunk: Buffer) => {
        seen += chunk.toString('utf8');
      });
    });
    const reply = await send(app.host, { path, body: ask({ stream: true }) });
    expect(contentOfStream(reply.text)).toEqual({ content: 'You said: hello', isDone: true });
    expect(seen).toBe(reply.text);
  });

  test('a middleware that waits for the end of the streamed body sees it, and no error', async () => {
    const ended: unknown[] = [];
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    await using app = await startKoaApp(Koa, async (context, next) => {
      await next();
      const body = context.body as Readable;
      body.once('end', () => ended.push('end'));
      finished(body, (error) => {
        ended.push(error?.message ?? 'finished');
        resolve();
      });
    });
    await send(app.host, { path, body: ask({ stream: true }) });
    await closed;
    expect(ended).toEqual(['end', 'finished']);
    expect(app.errors).toEqual([]);
  });

  test('a middleware may put another body in the place of a whole answer', async () => {
    await using app = await startKoaApp(Koa, async (context, next) => {
      await next();
      const answer = JSON.parse((context.body as Buffer).toString('utf8')) as object;
      context.body = { ...answer, wrapped: true };
    });
    const reply = await send(app.host, { path, body: ask() });
    expect(contentOf(reply)).toBe('You said: hello');
    expect(JSON.parse(reply.text)).toMatchObject({ wrapped: true });
  });

  test('a middleware that throws the streamed body away frees the upstream', async () => {
    await using app = await startKoaApp(Koa, async (context, next) => {
      await next();
      context.body = 'never mind';
    });
    app.upstream.fail({ type: 'hang-mid-stream', afterEvents: 2 });
    const reply = await send(app.host, { path, body: ask({ stream: true }) });
    expect(reply.text).toBe('never mind');
    await app.upstream.requests[0]?.closed;
    expect(app.upstream.requests[0]?.aborted).toBe(true);
  });

  test('a middleware that throws after next() is answered by Koa, and frees the upstream', async () => {
    await using app = await startKoaApp(Koa, async (_context, next) => {
      await next();
      throw new Error('later');
    });
    app.upstream.fail({ type: 'hang-mid-stream', afterEvents: 2 });
    const reply = await send(app.host, { path, body: ask({ stream: true }) });
    expect([reply.status, reply.text]).toEqual([500, 'Internal Server Error']);
    await app.upstream.requests[0]?.closed;
    expect(app.upstream.requests[0]?.aborted).toBe(true);
    expect(app.errors.map(({ message }) => message)).toContain('later');
  });

  test('the host’s error middleware sees the host’s errors and none of the gateway’s', async () => {
    const caught: string[] = [];
    await using stack = await startStack();
    const app = new Koa();
    app.use(async (context, next) => {
      try {
        await next();
      } catch (error) {
        caught.push((error as Error).message);
        context.status = 500;
        context.body = 'handled';
      }
    });
    app.use(vectorEngine(stack.gateway, { prefix: '/v1' }));
    app.use((context) => {
      context.throw(500, `mine: ${context.path}`);
    });
    await using host = await serve(app.callback());
    for (const body of [ask({ model: 'none' }), '{', ask({ messages: [] })]) await send(host, { path, body });
    stack.upstream.fail({ type: 'status', status: 400 }, { times: 1 });
    expect((await send(host, { path, body: ask() })).status).toBe(400);
    expect(caught).toEqual([]);
    expect((await send(host, { path: '/other' })).text).toBe('handled');
    expect(caught).toEqual(['mine: /other']);
  });

  test('identify is given Koa’s context, with what middleware put there', async () => {
    await using stack = await startStack();
    const ai = vectorEngine(
      {
        upstreams: { sim: optionsFor(stack.upstream).upstreams.sim },
        models: { 'gpt-4o': 'sim' },
        identify: ({ state, ip }) =>
          state['user'] === undefined ? undefined : { tenant: ip, id: String(state['user']) },
      },
      { prefix: '/v1' },
    );
    await using gateway = ai.gateway;
    const told: unknown[] = [];
    gateway.on('request', ({ request }) => told.push(request.principal));
    const app = new Koa({ proxy: true });
    app.use(async (context, next) => {
      if (context.get('authorization') !== '') context.state['user'] = context.get('authorization');
      await next();
    });
    app.use(ai);
    await using host = await serve(app.callback());
    expect((await send(host, { path, body: ask() })).status).toBe(401);
    const headers = { authorization: 'u1', 'x-forwarded-for': '203.0.113.7' };
    expect((await send(host, { path, body: ask(), headers })).status).toBe(200);
    expect(told).toEqual([{ tenant: '203.0.113.7', id: 'u1' }]);
  });

  test('a stream that dies late ends with an error event, and Koa hears of no error', async () => {
    await using app = await startKoaApp(Koa);
    app.upstream.fail({ type: 'cut', afterEvents: 3, how: 'reset' });
    const reply = await send(app.host, { path, body: ask({ stream: true }) });
    expect(reply.text).toMatch(/data: \{"error":\{.*\}\}\n\n$/);
    expect(reply.text).not.toContain('[DONE]');
    expect(app.errors).toEqual([]);
  });

  test('outer middleware sees a caller that leaves while the model thinks as 499', async () => {
    const { promise: seen, resolve } = Promise.withResolvers<number>();
    await using app = await startKoaApp(Koa, async (context, next) => {
      await next();
      resolve(context.status);
    });
    app.upstream.fail({ type: 'hang' });
    const leaving = new AbortController();
    const url = `${app.host.origin}${path}`;
    const answer = fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ask()),
      signal: leaving.signal,
    });
    await app.upstream.waitForRequests(1);
    leaving.abort();
    await expect(answer).rejects.toThrow(/abort/);
    expect(await seen).toBe(499);
    expect(app.errors).toEqual([]);
  });

  test('HEAD and 204 have no body', async () => {
    await using app = await startKoaApp(Koa);
    const headed = await send(app.host, { path: '/v1/models', method: 'HEAD' });
    expect([headed.status, headed.body.length]).toEqual([200, 0]);
    expect(Number(headed.headers['content-length'])).toBeGreaterThan(0);
    const options = await send(app.host, { path, method: 'OPTIONS' });
    expect([options.status, options.body.length]).toEqual([204, 0]);
  });
});

test('events arrive one by one while the upstream takes its time', async () => {
  const clock = manualClock();
  await using stack = await startStack({ upstream: { clock, pace: 1000 } });
  const [{ Koa } = { Koa: undefined }] = koaVersions;
  if (Koa === undefined) throw new Error('no Koa');
  await using host = await serve(new Koa().use(vectorEngine(stack.gateway, { prefix: '/v1' })).callback());
  const opening = open(host, { path, body: ask({ stream: true }) });
  await stack.upstream.waitForRequests(1);
  await clock.advance(1000);
  const response = await opening;
  await readUntil(response, '"content":"You');
  expect(stack.upstream.requests[0]?.eventsWritten).toBe(2);
  const rest = readAll(response);
  for (let second = 0; second < 20; second++) await clock.advance(1000);
  expect((await rest).toString('utf8')).toMatch(/data: \[DONE\]\n\n$/);
});

/** Turns a streamed body into capitals. */
async function shouting(context: Context, next: Next): Promise<void> {
  await next();
  const capitals = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, chunk.toString('utf8').toUpperCase()),
  });
  context.body = (context.body as NodeJS.ReadableStream).pipe(capitals);
}
