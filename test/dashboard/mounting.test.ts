import { createServer, request as httpRequest, type ServerResponse } from 'node:http';
import { createGateway, openai } from '@vector-engine/core';
import { dashboard } from '@vector-engine/dashboard';
import express from 'express';
import express4 from 'express4';
import { Hono } from 'hono';
import Koa from 'koa';
import mount from 'koa-mount';
import Koa2 from 'koa2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serve } from '../hosts/serve.ts';

const gateway = createGateway({ open: true, upstreams: { openai: openai({ apiKey: 'k' }) } });

/** A host's login that is as simple as can be. Express and Node give headers by name, Fetch by a function, Koa by either. */
function isAdmin({ headers }: { readonly headers: unknown }): boolean {
  const user =
    headers instanceof Headers ? headers.get('x-user') : (headers as Record<string, unknown>)['x-user'];
  if (user === 'broken') throw new Error('the login is gone');
  return user === 'admin';
}

const page = dashboard<{ readonly headers: unknown }>(gateway, {
  allow: isAdmin,
  title: 'Models <of> "Acme"',
});

type Host = (...parameters: never[]) => unknown;

function expressHost(make: typeof express): Host {
  const app = make();
  app.use('/tools/gateway', page);
  app.use((_request, response) => void response.status(418).send('the app'));
  return app;
}

function koaHost(Application: typeof Koa, isMounted: boolean): Host {
  const app = new Application();
  app.use(isMounted ? mount('/tools/gateway', page.koa()) : page.koa('/tools/gateway'));
  app.use((context) => {
    context.status = 418;
    context.body = 'the app';
  });
  return app.callback();
}

async function send(response: ServerResponse, answering: Response | Promise<Response>): Promise<void> {
  const answer = await answering;
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}

function fetchHost(answer: (request: Request) => Response | Promise<Response>): Host {
  const listener = createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const asked = new Request(`http://${headers.host}${url}`, {
      method,
      headers: { ...headers } as Record<string, string>,
    });
    void send(response, answer(asked));
  });
  return (...parameters: never[]) => void listener.emit('request', ...parameters);
}

const hono = new Hono();
hono.all('/tools/gateway', ({ req }) => page.fetch(req.raw, { prefix: '/tools/gateway' }));
hono.all('/tools/gateway/*', ({ req }) => page.fetch(req.raw, { prefix: '/tools/gateway' }));
hono.all('*', (context) => context.text('the app', 418));

const hosts: readonly (readonly [name: string, host: Host])[] = [
  ['Express 5', expressHost(express)],
  ['Express 4', expressHost(express4)],
  ['Koa 3', koaHost(Koa, false)],
  ['Koa 2', koaHost(Koa2, false)],
  ['koa-mount', koaHost(Koa, true)],
  ['Hono', fetchHost((request) => hono.fetch(request))],
];

afterAll(() => gateway.close());

const admin = { 'x-user': 'admin' };

describe.each(hosts)('below a prefix of %s', (_name, host) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(host);
  });
  afterAll(() => served.close());
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${served.origin}${path}`, { headers: admin, redirect: 'manual', ...init });

  test('the page is there, with its name as text', async () => {
    const answer = await ask('/tools/gateway/');
    const text = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('<title>Models &#60;of&#62; &#34;Acme&#34;</title>');
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle="|\son\w+=|https?:\/\/(?!www\.w3\.org)/i);
  });

  test('browsers hold themselves to a strict policy', async () => {
    for (const path of [
      '/tools/gateway/',
      await assetOf(ask, '.js'),
      await assetOf(ask, '.css'),
      '/tools/gateway/none',
    ]) {
      const { headers } = await ask(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });

  test('modules and styles are there by their links, for ever', async () => {
    const [script, style] = [await ask(await assetOf(ask, '.js')), await ask(await assetOf(ask, '.css'))];
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
    for (const { headers, status } of [script, style])
      expect([status, headers.get('cache-control')]).toEqual([200, 'private, max-age=31536000, immutable']);
    expect(await script.text()).toContain('import');
  });

  test('without its slash it is sent to the address with one', async () => {
    const answer = await ask('/tools/gateway?a=1');
    expect([answer.status, answer.headers.get('location')]).toEqual([308, './gateway/?a=1']);
    expect(new URL('./gateway/', `${served.origin}/tools/gateway`).pathname).toBe('/tools/gateway/');
  });

  test('the page is not sent again where it is known', async () => {
    const first = await ask('/tools/gateway/');
    const etag = first.headers.get('etag') ?? '';
    expect([first.headers.get('cache-control'), etag]).toEqual([
      'private, no-cache',
      expect.stringMatching(/^"[\w-]{22}"$/),
    ]);
    const again = await ask('/tools/gateway/', { headers: { ...admin, 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const changed = await ask('/tools/gateway/', { headers: { ...admin, 'if-none-match': '"other"' } });
    expect(changed.status).toBe(200);
  });

  test('HEAD is answered without a body', async () => {
    const answer = await ask('/tools/gateway/', { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(1000);
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is not for the page and its files', async (method) => {
    for (const path of ['/tools/gateway/', await assetOf(ask, '.js')]) {
      const answer = await ask(path, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  test.each([
    'none',
    'assets/',
    'assets/none.js',
    'assets/..%2fpackage.json',
    'assets/%2e%2e/package.json',
    'assets/..%5c..%5cpackage.json',
    'assets//etc/passwd',
    'assets/constructor',
    'assets/__proto__',
  ])('%s is not there', async (path) => {
    expect((await ask(`/tools/gateway/${path}`)).status).toBe(404);
  });

  test("the gateway's routes for operators are there", async () => {
    const answer = await ask('/tools/gateway/admin/calls?limit=1');
    expect([answer.status, await answer.json()]).toEqual([200, { data: [], cursor: null }]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('what is live is told as it happens', async () => {
    const leaving = new AbortController();
    const answer = await ask('/tools/gateway/admin/live', { method: 'HEAD', signal: leaving.signal });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    leaving.abort();
  });

  test.each<[who: string, headers: Record<string, string>]>([
    ['nobody', {}],
    ['who is no administrator', { 'x-user': 'bob' }],
    ['whose login fails', { 'x-user': 'broken' }],
  ])('to %s everything is closed', async (_who, headers) => {
    const asset = await assetOf(ask, '.js');
    const everything = ['/', '', '/none', '/admin/calls', '/admin/overview', '/v1/models'].map(
      (path) => `/tools/gateway${path}`,
    );
    for (const path of [...everything, asset]) {
      const answer = await ask(path, { headers });
      const body = await answer.text();
      expect([path, answer.status]).toEqual([path, 403]);
      expect(JSON.parse(body)).toMatchObject({ error: { code: 'forbidden', type: 'invalid_request_error' } });
      expect(body).not.toContain('Acme');
    }
  });

  test('people who are not let in are told what the host must do', async () => {
    const answer = await ask('/tools/gateway/', { headers: { accept: 'text/html,*/*;q=0.8' } });
    const text = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    expect(text).toContain('<code>allow</code>');
    expect(text).not.toContain('Acme');
  });

  test('what is beside the mount is the app’s', async () => {
    for (const path of ['/', '/tools', '/tools/gateways/', '/assets/x.js', '/admin/calls']) {
      const answer = await ask(path, { headers: {} });
      expect([path, answer.status, await answer.text()]).toEqual([path, 418, 'the app']);
    }
  });
});

/** The first file of a kind that the page names, as a path. */
async function assetOf(ask: (path: string) => Promise<Response>, ending: string): Promise<string> {
  const text = await (await ask('/tools/gateway/')).text();
  const link = [...text.matchAll(/(?:href|src)="(assets\/[^"]+)"/g)].find(([, path]) =>
    path?.endsWith(ending),
  )?.[1];
  return `/tools/gateway/${link}`;
}

describe('at the root', () => {
  test('it is what the server answers, where there is nothing else', async () => {
    await using served = await serve(page);
    const answers = await Promise.all(
      ['/', '/none', '/../package.json'].map((path) => fetch(`${served.origin}${path}`, { headers: admin })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404]);
    const closed = await fetch(`${served.origin}/none`);
    expect(closed.status).toBe(403);
  });

  test('what is not its own goes on to the app', async () => {
    const app = express();
    app.use(page);
    app.use((_request, response) => void response.send('the app'));
    await using served = await serve(app);
    const mine = await fetch(`${served.origin}/`);
    const theirs = await fetch(`${served.origin}/about`);
    expect([mine.status, theirs.status, await theirs.text()]).toEqual([403, 200, 'the app']);
  });

  test('a path that climbs is not followed', async () => {
    await using served = await serve(page);
    const statuses = await Promise.all(
      ['/assets/../../package.json', '/assets/../dashboard.ts', '//assets/x'].map((path) =>
        rawStatus(served, path),
      ),
    );
    expect(statuses).toEqual([404, 404, 404]);
  });
});

/** As it is, without the tidying that `fetch` does. */
function rawStatus({ port }: Served, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', path, headers: admin }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
    request.end();
  });
}

describe('a mistake is told at construction, with its cure', () => {
  test.each<[name: string, options: unknown, words: string]>([
    ['no options', undefined, 'allow: (request) => request.user?.isAdmin'],
    ['no allow', {}, 'allow is missing'],
    ['an allow that is no function', { allow: true }, 'allow is no function'],
    [
      'a principal that is no function',
      { allow: isAdmin, principal: { id: 'a' } },
      'principal is no function',
    ],
    ['an empty title', { allow: isAdmin, title: ' ' }, 'title is to be a text'],
    [
      'an unknown option',
      { allow: isAdmin, alow: isAdmin },
      'there is no option "alow"; there are: allow, principal, title',
    ],
  ])('%s', (_name, options, words) => {
    expect(() => dashboard(gateway, options as never)).toThrowError(
      expect.objectContaining({ code: 'VE_OPTIONS_INVALID', message: expect.stringContaining(words) }),
    );
  });

  test('something that is no gateway', () => {
    const handler = Object.assign(() => {}, { gateway });
    expect(() => dashboard(handler as never, { allow: isAdmin })).toThrowError(
      /the field gateway of vectorEngine/,
    );
  });
});

test.each([1, 'yes', {}, [], Promise.resolve('true')])('%j is not as good as true', async (answer) => {
  await using served = await serve(dashboard(gateway, { allow: () => answer as never }));
  expect((await fetch(`${served.origin}/`)).status).toBe(403);
});
