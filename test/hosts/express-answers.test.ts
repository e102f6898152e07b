import { PassThrough } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { vectorEngine } from '@vector-engine/express';
import compression from 'compression';
import cookieParser from 'cookie-parser';
import cors from 'cors';
import type { ErrorRequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import session from 'express-session';
import helmet from 'helmet';
import morgan from 'morgan';
import { describe, expect, test } from 'vitest';
import { startExpressApp } from './express-app.ts';
import { expressVersions } from './hosts.ts';
import { readUntil } from './read-until.ts';
import { ask, contentOf, contentOfStream, open, readAll, send } from './send.ts';
import { serve } from './serve.ts';
import { startStack } from './stack.ts';

declare module 'express-session' {
  interface SessionData {
    user: string;
  }
}

const path = '/v1/chat/completions';
const long = 'x'.repeat(4000);

describe.each(expressVersions)('$name', ({ express }) => {
  test('compression compresses whole answers, and they are still right', async () => {
    await using app = await startExpressApp(express, compression());
    const body = ask({ messages: [{ role: 'user', content: long }] });
    const reply = await send(app.host, { path, body, headers: { 'accept-encoding': 'gzip' } });
    expect(reply.headers['content-encoding']).toBe('gzip');
    expect(contentOf({ text: gunzipSync(reply.body).toString('utf8') })).toBe(`You said: ${long}`);
  });

  test('compression does not hold a stream back', async () => {
    await using app = await startExpressApp(express, compression());
    app.upstream.fail({ type: 'hang-mid-stream', afterEvents: 2 });
    const headers = { 'accept-encoding': 'gzip' };
    const response = await open(app.host, { path, body: ask({ stream: true }), headers });
    expect(response.headers['content-encoding']).toBeUndefined();
    expect(await readUntil(response, '"content":"You')).toMatch(/^data: \{/);
    expect(app.upstream.requests[0]?.eventsWritten).toBe(2);
    response.destroy();
  });

  test('helmet’s headers stand on whole answers, streams and refusals', async () => {
    await using app = await startExpressApp(express, helmet());
    for (const body of [ask(), ask({ stream: true }), ask({ model: 'none' })]) {
      const reply = await send(app.host, { path, body });
      expect(reply.headers['x-frame-options']).toBe('SAMEORIGIN');
      expect(reply.headers['strict-transport-security']).toMatch(/^max-age/);
      expect(reply.headers['x-request-id']).toMatch(/^req_/);
    }
  });

  test('morgan logs whole answers, streams and refusals with their status, a stream at its end', async () => {
    const log = new PassThrough({ encoding: 'utf8' });
    await using app = await startExpressApp(
      express,
      morgan(':method :url :status :res[content-type]', { stream: log }),
    );
    await send(app.host, { path, body: ask() });
    await send(app.host, { path, body: ask({ model: 'none' }) });
    await send(app.host, { path: '/v1/models?x=1' });
    await send(app.host, { path: '/v1/nothing' });
    expect(await readLines(log, 4)).toEqual([
      `POST ${path} 200 application/json`,
      `POST ${path} 404 application/json`,
      'GET /v1/models?x=1 200 application/json',
      'GET /v1/nothing 404 text/html; charset=utf-8',
    ]);

    app.upstream.fail({ type: 'hang-mid-stream', afterEvents: 2 });
    const leaving = await open(app.host, { path, body: ask({ stream: true }) });
    await readUntil(leaving, '"content":"You');
    expect(log.read()).toBeNull();
    leaving.destroy();
    app.upstream.heal();
    await readLines(log, 1);
    await send(app.host, { path, body: ask({ stream: true }) });
    expect(await readLines(log, 1)).toEqual([`POST ${path} 200 text/event-stream; charset=utf-8`]);
  });

  test('the host’s error handler sees the host’s errors and none of the gateway’s', async () => {
    const handled: string[] = [];
    const onError: ErrorRequestHandler = (error: Error, _request, response, _next) => {
      handled.push(error.message);
      response.status(500).send('handled');
    };
    const ai = await startStack();
    await using _ = ai;
    const app = express();
    app.get('/before', () => {
      throw new Error('before');
    });
    app.use('/v1', vectorEngine(ai.gateway));
    app.get('/after', (_request, _response, next) => next(new Error('after')));
    app.get('/fine', (_request, response) => void response.send('fine'));
    app.use(onError);
    await using host = await serve(app);

    ai.upstream.fail({ type: 'status', status: 400 }, { times: 1 });
    const bodies = [ask(), ask({ model: 'none' }), '{', ask({ messages: [] })];
    const statuses = [];
    for (const body of bodies) statuses.push((await send(host, { path, body })).status);
    expect(statuses).toEqual([400, 404, 400, 400]);
    expect(handled).toEqual([]);
    expect((await send(host, { path: '/before' })).text).toBe('handled');
    expect((await send(host, { path: '/after' })).text).toBe('handled');
    expect((await send(host, { path: '/fine' })).text).toBe('fine');
    expect(handled).toEqual(['before', 'after']);
  });

  test('all of it at once', async () => {
    await using app = await startExpressApp(
      express,
      morgan('tiny', { stream: new PassThrough().resume() }),
      helmet(),
      cors(),
      compression(),
      cookieParser(),
      session({ secret: 'not secret', resave: false, saveUninitialized: true }),
      rateLimit({ windowMs: 60_000, limit: 100 }),
      express.json(),
      express.urlencoded({ extended: true }),
    );
    const headers = { 'accept-encoding': 'gzip', origin: 'https://app.example' };
    const whole = await send(app.host, { path, body: ask({ user: long }), headers });
    expect(whole.status).toBe(200);
    const response = await open(app.host, { path, body: ask({ stream: true }), headers });
    expect(contentOfStream((await readAll(response)).toString('utf8'))).toEqual({
      content: 'You said: hello',
      isDone: true,
    });
    expect(app.upstream.requests).toHaveLength(2);
    expect(app.gateway.stats()).toMatchObject({ requests: 2, active: 0, failed: 0 });
  });
});

async function readLines(log: PassThrough, count: number): Promise<string[]> {
  let text = '';
  while (text.split('\n').length <= count) {
    text += (log.read() as string | null) ?? '';
    await new Promise((resolve) => setImmediate(resolve));
  }
  return text.trimEnd().split('\n');
}
