import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, openaiCompatible } from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { type HostName, startHost } from '../hosts/hosts.ts';
import { mediaCases, png, requestOf } from './operations.ts';
import { openStudio, refusalOf } from './studio.ts';
import { operatorKey } from './vendors.ts';

describe.each(mediaCases)('$name of $vendor', (media) => {
  const { vendor, model, path } = media;
  const options = { vendors: [vendor], models: [model], retry: { rounds: 0 } } as const;
  const ask = (studio: Awaited<ReturnType<typeof openStudio>>): Promise<Response> =>
    studio.gateway.fetch(`http://gateway${path}`, requestOf(media));

  test('is answered', async () => {
    await using studio = await openStudio(options);
    const answer = await ask(studio);
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(10);
    expect(studio.ends[0]).toMatchObject({ status: 200, target: { upstream: 'vendor0', model } });
  });

  test('can be explained without being asked', async () => {
    await using studio = await openStudio(options);
    const told = await studio.gateway.explain(new Request(`http://gateway${path}`, requestOf(media)));
    expect(told.candidates).toMatchObject([{ upstream: 'vendor0', model }]);
    expect(studio.upstream.requests).toHaveLength(0);
  });

  test("never shows the operator's key, whatever the vendor says", async () => {
    const lines: string[] = [];
    const note = (fields: object, message: string): number => lines.push(message, JSON.stringify(fields));
    const logger = { debug: note, info: note, warn: note, error: note };
    await using studio = await openStudio({ ...options, logger });
    const seen: string[] = [];
    studio.gateway.on('attempt', (event) => seen.push(JSON.stringify(event)));
    for (const fault of [
      { type: 'echo-headers' },
      { type: 'status', status: 401, body: { error: { message: `wrong key ${operatorKey}` } } },
      { type: 'status', status: 500, body: `<p>${operatorKey}` },
    ] as const) {
      studio.upstream.fail(fault);
      const answer = await ask(studio);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      seen.push(await answer.text(), JSON.stringify([...answer.headers]));
    }
    expect(studio.upstream.requests).toHaveLength(3);
    const arrived = JSON.stringify(studio.upstream.requests.map(({ headers, path: at }) => [headers, at]));
    expect(arrived).toContain(operatorKey);
    expect([...seen, ...lines, JSON.stringify(studio.ends)].join('\n')).not.toContain(operatorKey);
  });

  test.each([
    ['that refuses our key', { type: 'status', status: 401 }, 502],
    ['that sends a page', { type: 'garbage', content: 'html' }, 502],
    ['that redirects', { type: 'redirect', to: 'http://127.0.0.1:9/' }, 502],
    ['that nobody can reach', { type: 'refuse' }, 502],
    ['that has no such model', { type: 'status', status: 404 }, 404],
  ] as const)('of a vendor %s: a clear error, never a 500', async (_what, fault, status) => {
    await using studio = await openStudio(options);
    if (fault.type === 'refuse') await studio.upstream.stop();
    else studio.upstream.fail(fault);
    const answer = await ask(studio);
    const refusal = await refusalOf(answer);
    expect(refusal.message).toMatch(/\w/);
    expect([status, 503]).toContain(answer.status);
  });

  test('a caller who leaves is not waited for', async () => {
    await using studio = await openStudio(options);
    studio.upstream.fail({ type: 'hang' });
    const leaving = new AbortController();
    const asked = studio.gateway.fetch(`http://gateway${path}`, {
      ...requestOf(media),
      signal: leaving.signal,
    });
    const [request] = await studio.upstream.waitForRequests(1);
    leaving.abort();
    await expect(asked).rejects.toThrow(/abort/i);
    await request?.closed;
    expect(request?.aborted).toBe(true);
  });

  test('what comes compressed, as text or from a form where none is taken is a 415', async () => {
    await using studio = await openStudio(options);
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'multipart/form-data' },
    ]) {
      const answer = await studio.gateway.fetch(`http://gateway${path}`, {
        method: 'POST',
        headers,
        body: '{}',
      });
      expect((await refusalOf(answer)).status).toBe(415);
    }
    const packed = new Request(`http://gateway${path}`, requestOf(media));
    packed.headers.set('content-encoding', 'gzip');
    expect((await refusalOf(await studio.gateway.fetch(packed))).status).toBe(415);
    expect(studio.upstream.requests).toHaveLength(0);
  });
});

describe('a body that is too large', () => {
  test('is a 413 before anybody is asked', async () => {
    await using studio = await openStudio({
      vendors: ['openai'],
      models: ['text-embedding-3-small'],
      bodyLimit: 10_000,
    });
    const answer = await studio.ask('/v1/embeddings', { model: 'made', input: 'x'.repeat(20_000) });
    expect((await refusalOf(answer)).status).toBe(413);
    expect(studio.upstream.requests).toHaveLength(0);
  });
});

/** Who is known by a cookie, as a browser sends it whichever page asks. */
const identify = ({ headers }: { headers: Headers | Record<string, unknown> }): unknown => {
  const cookie = headers instanceof Headers ? headers.get('cookie') : headers['cookie'];
  return cookie === 'session=ann' ? { id: 'ann' } : undefined;
};

describe.each<HostName | 'gateway.fetch'>(['Express 5', 'Koa 3', 'node:http', 'gateway.fetch'])(
  'a form that a browser sends with the cookies of its user, through %s',
  (door) => {
    async function post(page: Record<string, string>, path = '/v1/images/edits'): Promise<Response> {
      await using studio = await openStudio({ vendors: ['openai'], models: ['dall-e-2'], identify });
      const host = door === 'gateway.fetch' ? undefined : await startHost(door, studio.gateway);
      try {
        const form = new FormData();
        form.set('model', 'made');
        form.set('prompt', 'a fox');
        form.set('image', new File([new Uint8Array(png)], 'fox.png', { type: 'image/png' }));
        const origin = host?.origin ?? 'https://shop.example';
        const own = Object.fromEntries(
          Object.entries(page).map(([name, value]) => [name, value === 'own' ? origin : value]),
        );
        const request = { method: 'POST', body: form, headers: { cookie: 'session=ann', ...own } };
        const answer = await (host === undefined ? studio.gateway.fetch : sendBare)(
          `${origin}${path}`,
          request,
        );
        expect(studio.upstream.requests).toHaveLength(answer.status === 200 ? 1 : 0);
        return new Response(await answer.arrayBuffer(), answer);
      } finally {
        await host?.close();
      }
    }

    test.each([
      ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
      ['a site beside', { origin: 'https://www.shop.example', 'sec-fetch-site': 'same-site' }],
      ['a sandbox', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
      ['another site, by an old browser', { origin: 'https://evil.example' }],
    ])('from a page of %s is refused', async (_what, page) => {
      const answer = await post(page);
      expect(await refusalOf(answer)).toMatchObject({ status: 403, code: 'origin_refused' });
    });

    test.each([
      ['no page at all', {}],
      ["the host's own page", { origin: 'own', 'sec-fetch-site': 'same-origin' }],
      ["the host's own page, by an old browser", { origin: 'own' }],
      ['another page that shows a key', { origin: 'https://app.example', authorization: 'Bearer x' }],
      [
        'another page that the host has let ask',
        { origin: 'https://app.example', 'x-requested-with': 'fetch' },
      ],
    ])('from %s is served', async (_what, page) => {
      expect((await post(page)).status).toBe(200);
    });
  },
);

test('a form of a stranger is not read', async () => {
  await using studio = await openStudio({ vendors: ['openai'], models: ['dall-e-2'], identify });
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(65_536));
    },
  });
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  const init = { method: 'POST', headers, body, duplex: 'half' } as const;
  const answer = await studio.gateway.fetch(new Request('http://gateway/v1/images/edits', init));
  expect((await refusalOf(answer)).status).toBe(401);
  // One piece is taken by the stream itself.
  expect(pulled).toBeLessThanOrEqual(1);
});

test('where nobody is known by a cookie, anybody may send a form', async () => {
  await using studio = await openStudio({ vendors: ['openai'], models: ['dall-e-2'] });
  const form = new FormData();
  form.set('model', 'made');
  form.set('prompt', 'a fox');
  form.set('image', new File([new Uint8Array(png)], 'fox.png', { type: 'image/png' }));
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const answer = await studio.form('/v1/images/edits', form, { headers });
  expect(answer.status).toBe(200);
  await answer.text();
});

/** `fetch` lets nobody say an origin, or a cookie. */
async function sendBare(
  url: string,
  init: { body: FormData; headers: Record<string, string> },
): Promise<Response> {
  const { open, readAll } = await import('../hosts/send.ts');
  const wire = new Response(init.body);
  const { port, pathname } = new URL(url);
  const body = Buffer.from(await wire.arrayBuffer());
  const type = wire.headers.get('content-type') ?? '';
  const answer = await open(
    { port: Number(port), ca: undefined },
    { method: 'POST', path: pathname, headers: { 'content-type': type, ...init.headers }, body },
  );
  return new Response(new Uint8Array(await readAll(answer)), { status: answer.statusCode ?? 0 });
}

/** Something that nobody outside may reach; it counts who does. */
async function startTrap(): Promise<AsyncDisposable & { readonly port: number; connections: number }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'image/png');
    response.end(png);
  });
  const trap = {
    port: 0,
    connections: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  server.on('connection', () => trap.connections++);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  trap.port = (server.address() as AddressInfo).port;
  return trap;
}

const namesUrl = (url: string): ReturnType<typeof replay> =>
  replay({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ created: 1, data: [{ url }] }),
  });

async function askFor(url: string, fileOrigins: readonly string[] = []): Promise<Response> {
  await using upstream = await namesUrl(url);
  await using gateway = createGateway({
    open: true,
    upstreams: { lab: openaiCompatible({ baseURL: upstream.baseURL, apiKey: operatorKey, fileOrigins }) },
    models: { made: 'lab/dall-e-2' },
  });
  const answer = await gateway.fetch('http://gateway/v1/images/generations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'made', prompt: 'a fox', response_format: 'b64_json' }),
  });
  return new Response(await answer.arrayBuffer(), answer);
}

describe('an address that an upstream names', () => {
  test.each([
    '127.0.0.1',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ])('%s, which is no place for files, is not connected to', async (host) => {
    await using trap = await startTrap();
    const answer = await askFor(`http://${host}:${trap.port}/fox.png`);
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain(String(trap.port));
    expect(trap.connections).toBe(0);
  });

  test.each([
    'file:///etc/passwd',
    'http://10.0.0.1/x',
    'http://169.254.169.254/latest/meta-data',
    'http://user:pw@127.0.0.1/',
    'ftp://a.example/',
    'x',
  ])('%s is none', async (url) => {
    expect((await askFor(url)).status).toBe(502);
  });

  test('is fetched where the operator has said that files are', async () => {
    await using trap = await startTrap();
    const origin = `http://127.0.0.1:${trap.port}`;
    const answer = await askFor(`${origin}/fox.png`, [origin]);
    expect(await answer.json()).toMatchObject({ data: [{ b64_json: png.toString('base64') }] });
    expect(trap.connections).toBe(1);
  });

  test("at the upstream's own origin is fetched without the key, and a redirect from there is not followed", async () => {
    await using trap = await startTrap();
    await using studio = await openStudio({
      vendors: ['siliconflow'],
      models: ['black-forest-labs/FLUX.1-schnell'],
    });
    const body = { model: 'made', prompt: 'a fox', response_format: 'b64_json' };
    const answer = await studio.ask('/v1/images/generations', body);
    expect(answer.status).toBe(200);
    await answer.text();
    const [made, fetched] = studio.upstream.requests;
    expect([made?.method, fetched?.method]).toEqual(['POST', 'GET']);
    expect(JSON.stringify(fetched?.rawHeaders)).not.toContain(operatorKey);
    studio.upstream.fail((request) =>
      request.method === 'GET' ? { type: 'redirect', to: `http://127.0.0.1:${trap.port}/` } : undefined,
    );
    expect((await studio.ask('/v1/images/generations', body)).status).toBe(502);
    expect(trap.connections).toBe(0);
  });
});

describe('an address that a caller gives', () => {
  test('is never connected to, unless it is one of the public internet', async () => {
    await using trap = await startTrap();
    const url = `http://127.0.0.1:${trap.port}/fox.png`;
    for (const [vendor, model] of [
      ['openai', 'gpt-image-1.5'],
      ['vertex', 'gemini-2.5-flash-image'],
      ['vertex', 'imagen-4.0-generate-001'],
      ['xai', 'grok-imagine-image'],
    ] as const) {
      await using studio = await openStudio({ vendors: [vendor], models: [model] });
      const answer = await studio.ask('/v1/images/edits', {
        model: 'made',
        prompt: 'a fox',
        images: [{ image_url: url }],
      });
      await answer.text();
    }
    await using studio = await openStudio({ vendors: ['gemini'], models: ['veo-3.1-generate-preview'] });
    const film = { model: 'made', prompt: 'a fox', input_reference: { image_url: url } };
    const refusal = await refusalOf(await studio.ask('/v1/videos', film));
    expect(refusal).toMatchObject({ status: 400, param: expect.stringContaining('image_url') });
    expect([trap.connections, studio.upstream.requests.length]).toEqual([0, 0]);
  });
});
