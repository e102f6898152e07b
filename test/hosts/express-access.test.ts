import { createGateway, type GatewayOptions } from '@vector-engine/core';
import { vectorEngine } from '@vector-engine/express';
import { simulatedOpenAI } from '@vector-engine/testing';
import cookieParser from 'cookie-parser';
import cors from 'cors';
import type { Request } from 'express';
import { rateLimit } from 'express-rate-limit';
import session from 'express-session';
import { describe, expect, test } from 'vitest';
import { startExpressApp } from './express-app.ts';
import { expressVersions } from './hosts.ts';
import { ask, contentOfStream, errorOf, send } from './send.ts';
import { serve } from './serve.ts';
import { optionsFor } from './stack.ts';

declare module 'express-session' {
  interface SessionData {
    user: string;
  }
}

const path = '/v1/chat/completions';

describe.each(expressVersions)('$name', ({ express }) => {
  test('cors answers the preflight, and its headers stand on answers and refusals', async () => {
    await using app = await startExpressApp(
      express,
      cors({ origin: 'https://app.example', credentials: true }),
    );
    const preflight = await send(app.host, {
      method: 'OPTIONS',
      path,
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-os',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('https://app.example');
    expect(preflight.headers['access-control-allow-headers']).toBe(
      'authorization,content-type,x-stainless-os',
    );
    for (const body of [ask(), ask({ stream: true }), ask({ messages: [] })]) {
      const reply = await send(app.host, { path, body, headers: { origin: 'https://app.example' } });
      expect(reply.headers['access-control-allow-origin']).toBe('https://app.example');
      expect(reply.headers['access-control-allow-credentials']).toBe('true');
    }
  });

  test('express-session: identify sees the session, and the host’s cookie survives', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      ...optionsFor(upstream),
      identify: (request: Request) =>
        request.session.user === undefined ? undefined : { tenant: 'acme', id: request.session.user },
    });
    const app = express();
    app.use(session({ secret: 'not secret', resave: false, saveUninitialized: true, rolling: true }));
    app.post('/login', (request, response) => {
      request.session.user = 'u1';
      response.end();
    });
    app.use('/v1', vectorEngine(gateway));
    await using host = await serve(app);
    const stranger = await send(host, { path, body: ask() });
    expect([stranger.status, errorOf(stranger).code]).toEqual([401, 'invalid_api_key']);

    const [cookie = ''] = (await send(host, { method: 'POST', path: '/login' })).headers['set-cookie'] ?? [];
    const known = { cookie: cookie.split(';')[0] ?? '' };
    for (const body of [ask(), ask({ stream: true })]) {
      const reply = await send(host, { path, body, headers: known });
      expect(reply.status).toBe(200);
      expect(reply.headers['set-cookie']).toHaveLength(1);
      expect(reply.headers['set-cookie']?.[0]).toMatch(/^connect\.sid=/);
    }
    for (const request of upstream.requests) expect(request.headers.cookie).toBeUndefined();
  });

  test('cookie-parser: identify sees the cookies, and no upstream does', async () => {
    await using upstream = await simulatedOpenAI();
    const options: GatewayOptions<Request> = {
      ...optionsFor(upstream),
      identify: ({ signedCookies }) => (signedCookies['user'] === 'u1' ? { id: 'u1' } : undefined),
    };
    const app = express();
    app.use(cookieParser('not secret'));
    app.get('/login', (_request, response) => void response.cookie('user', 'u1', { signed: true }).end());
    await using gateway = createGateway(options);
    app.use('/v1', vectorEngine(gateway));
    await using host = await serve(app);
    const [cookie = ''] = (await send(host, { path: '/login' })).headers['set-cookie'] ?? [];
    expect((await send(host, { path, body: ask() })).status).toBe(401);
    expect((await send(host, { path, body: ask(), headers: { cookie: cookie.split(';')[0] } })).status).toBe(
      200,
    );
    expect(upstream.requests).toHaveLength(1);
    expect(upstream.requests[0]?.headers.cookie).toBeUndefined();
  });

  test('express-rate-limit: the host’s limit holds, and its headers stand beside the upstream’s', async () => {
    await using app = await startExpressApp(
      express,
      rateLimit({ windowMs: 60_000, limit: 2, standardHeaders: 'draft-6', legacyHeaders: true }),
    );
    const first = await send(app.host, { path, body: ask() });
    expect(first.status).toBe(200);
    expect(first.headers['ratelimit-remaining']).toBe('1');
    expect(first.headers['x-ratelimit-remaining']).toBe('1');
    expect(first.headers['x-ratelimit-remaining-requests']).toBe('9999');
    const stream = await send(app.host, { path, body: ask({ stream: true }) });
    expect(contentOfStream(stream.text).isDone).toBe(true);
    const refused = await send(app.host, { path, body: ask() });
    expect(refused.status).toBe(429);
    expect(refused.headers['x-request-id']).toBeUndefined();
    expect(app.upstream.requests).toHaveLength(2);
  });

  test('behind trust proxy identify sees the caller’s own address', async () => {
    await using upstream = await simulatedOpenAI();
    const seen: unknown[] = [];
    const ai = vectorEngine({
      ...optionsFor(upstream),
      identify: (request) => {
        seen.push([request.ip, request.protocol, request.hostname]);
        return { id: request.ip ?? '' };
      },
    });
    const app = express().set('trust proxy', true).use('/v1', ai);
    await using host = await serve(app);
    const headers = {
      'x-forwarded-for': '203.0.113.7, 10.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'api.example',
    };
    expect((await send(host, { path, body: ask(), headers })).status).toBe(200);
    await ai.gateway.close();
    expect(seen).toEqual([['203.0.113.7', 'https', 'api.example']]);
    expect(
      Object.keys(upstream.requests[0]?.headers ?? {}).filter((name) => name.startsWith('x-forwarded')),
    ).toEqual([]);
  });
});
