import { stripVTControlCharacters } from 'node:util';
import { gunzipSync } from 'node:zlib';
import cors from '@koa/cors';
import { vectorEngine } from '@vector-engine/koa';
import { simulatedOpenAI } from '@vector-engine/testing';
import type { Context } from 'koa';
import bodyParser from 'koa-bodyparser';
import compress from 'koa-compress';
import helmet from 'koa-helmet';
import logger from 'koa-logger';
import session from 'koa-session';
import { describe, expect, test } from 'vitest';
import { koaVersions } from './hosts.ts';
import { startKoaApp } from './koa-app.ts';
import { readUntil } from './read-until.ts';
import { ask, contentOf, contentOfStream, errorOf, open, send } from './send.ts';
import { serve } from './serve.ts';
import { optionsFor } from './stack.ts';

const path = '/v1/chat/completions';
const long = 'x'.repeat(4000);

describe.each(koaVersions)('$name', ({ Koa }) => {
  test('koa-compress compresses whole answers, and they are still right', async () => {
    await using app = await startKoaApp(Koa, compress());
    const body = ask({ messages: [{ role: 'user', content: long }] });
    const reply = await send(app.host, { path, body, headers: { 'accept-encoding': 'gzip' } });
    expect(reply.headers['content-encoding']).toBe('gzip');
    expect(contentOf({ text: gunzipSync(reply.body).toString('utf8') })).toBe(`You said: ${long}`);
  });

  test('koa-compress does not hold a stream back', async () => {
    await using app = await startKoaApp(Koa, compress());
    app.upstream.fail({ type: 'hang-mid-stream', afterEvents: 2 });
    const headers = { 'accept-encoding': 'gzip' };
    const response = await open(app.host, { path, body: ask({ stream: true }), headers });
    expect(response.headers['content-encoding']).toBeUndefined();
    expect(await readUntil(response, '"content":"You')).toMatch(/^data: \{/);
    expect(app.upstream.requests[0]?.eventsWritten).toBe(2);
    response.destroy();
  });

  test('koa-helmet’s headers stand on whole answers, streams and refusals', async () => {
    await using app = await startKoaApp(Koa, helmet());
    for (const body of [ask(), ask({ stream: true }), ask({ model: 'none' })]) {
      const reply = await send(app.host, { path, body });
      expect(reply.headers['x-frame-options']).toBe('SAMEORIGIN');
      expect(reply.headers['x-request-id']).toMatch(/^req_/);
    }
  });

  test('@koa/cors answers the preflight, and its headers stand on answers and refusals', async () => {
    await using app = await startKoaApp(
      Koa,
      cors({ origin: 'https://app.example', exposeHeaders: ['x-request-id'] }),
    );
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
    const preflight = await send(app.host, { method: 'OPTIONS', path, headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('https://app.example');
    expect(preflight.headers['access-control-allow-methods']).toContain('POST');
    for (const body of [ask(), ask({ stream: true }), ask({ messages: [] })]) {
      const reply = await send(app.host, { path, body, headers: { origin: 'https://app.example' } });
      expect(reply.headers['access-control-allow-origin']).toBe('https://app.example');
      expect(reply.headers['access-control-expose-headers']).toBe('x-request-id');
    }
  });

  test('koa-session: identify sees the session, and the host’s cookie survives', async () => {
    await using upstream = await simulatedOpenAI();
    const ai = vectorEngine(
      {
        ...optionsFor(upstream),
        identify: ({ session: current }: Context) =>
          typeof current?.['user'] === 'string' ? { tenant: 'acme', id: current['user'] } : undefined,
      },
      { prefix: '/v1' },
    );
    await using gateway = ai.gateway;
    const told: unknown[] = [];
    gateway.on('request', ({ request }) => told.push(request.principal));
    const app = new Koa({ keys: ['not secret'] });
    app.use(session({ rolling: true }, app));
    app.use(async (context, next) => {
      if (context.path === '/login') {
        if (context.session) context.session['user'] = 'u1';
        context.body = 'welcome';
      } else await next();
    });
    app.use(ai);
    await using host = await serve(app.callback());
    const stranger = await send(host, { path, body: ask() });
    expect([stranger.status, errorOf(stranger).code]).toEqual([401, 'invalid_api_key']);

    const cookies = (await send(host, { path: '/login' })).headers['set-cookie'] ?? [];
    const cookie = cookies.map((text) => text.split(';')[0]).join('; ');
    for (const body of [ask(), ask({ stream: true })]) {
      const reply = await send(host, { path, body, headers: { cookie } });
      expect(reply.status).toBe(200);
      expect(reply.headers['set-cookie']?.join()).toMatch(/koa\.sess=/);
      expect(reply.headers['set-cookie']?.join()).not.toMatch(/__cf_bm/);
    }
    expect(told).toEqual([
      { tenant: 'acme', id: 'u1' },
      { tenant: 'acme', id: 'u1' },
    ]);
    for (const request of upstream.requests) expect(request.headers.cookie).toBeUndefined();
  });

  test('koa-logger logs whole answers, streams and refusals with their status, a stream at its end', async () => {
    const lines: string[] = [];
    await using app = await startKoaApp(
      Koa,
      logger((line) => {
        lines.push(
          stripVTControlCharacters(line)
            .trim()
            .replace(/ \d+ms/, ''),
        );
      }),
    );
    await send(app.host, { path, body: ask() });
    await send(app.host, { path, body: ask({ model: 'none' }) });
    const streamed = await send(app.host, { path, body: ask({ stream: true }) });
    expect(contentOfStream(streamed.text)).toEqual({ content: 'You said: hello', isDone: true });
    const answers = lines.filter((line) => line.startsWith('-->'));
    expect(answers).toEqual([
      expect.stringMatching(/^--> POST \/v1\/chat\/completions 200 \d+b$/),
      expect.stringMatching(/^--> POST \/v1\/chat\/completions 404 \d+b$/),
      expect.stringMatching(/^--> POST \/v1\/chat\/completions 200/),
    ]);

    app.upstream.fail({ type: 'hang-mid-stream', afterEvents: 2 });
    const response = await open(app.host, { path, body: ask({ stream: true }) });
    await readUntil(response, '"content":"You');
    expect(lines).toHaveLength(7);
    response.destroy();
    await app.upstream.requests[2]?.closed;
    expect(app.upstream.requests[2]?.aborted).toBe(true);
    expect(lines[7]).toMatch(/^-.. POST \/v1\/chat\/completions 200/);
  });

  test('beside other routes, before and after', async () => {
    await using app = await startKoaApp(Koa, async (context, next) => {
      if (context.path === '/before') context.body = 'before';
      else await next();
    });
    app.app.use((context) => {
      context.body = `after: ${context.path}`;
    });
    await using host = await serve(app.app.callback());
    expect((await send(host, { path: '/before' })).text).toBe('before');
    expect((await send(host, { path: '/other' })).text).toBe('after: /other');
    expect(contentOf(await send(host, { path, body: ask() }))).toBe('You said: hello');
  });

  test('all of it at once', async () => {
    await using app = await startKoaApp(
      Koa,
      logger(() => undefined),
      helmet(),
      cors(),
      compress(),
      bodyParser(),
    );
    const headers = { 'accept-encoding': 'gzip', origin: 'https://app.example' };
    expect((await send(app.host, { path, body: ask({ user: long }), headers })).status).toBe(200);
    const stream = await send(app.host, { path, body: ask({ stream: true }), headers });
    expect(contentOfStream(stream.text)).toEqual({ content: 'You said: hello', isDone: true });
    expect(app.gateway.stats()).toMatchObject({ requests: 2, active: 0, failed: 0 });
    expect(app.errors).toEqual([]);
  });
});
