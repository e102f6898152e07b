import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openaiCompatible } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { readMp4 } from '../../packages/testing/src/media-files/read-mp4.ts';
import { canary } from './studios.ts';
import { isRecord, openWorld, until, type World } from './world.ts';

/* Files that are not where, or what, or as long as they are said to be. */

interface Served extends AsyncDisposable {
  readonly origin: string;
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
}

type Answer = (path: string) => {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

async function serve(answer: Answer): Promise<Served> {
  const asked: { path: string; authorization: string | undefined }[] = [];
  const server: Server = createServer(({ url = '', headers }, response) => {
    asked.push({ path: url, authorization: headers.authorization });
    const { status = 200, headers: told = {}, body = '' } = answer(url);
    response.writeHead(status, told).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An aggregator whose tasks are done at once, and whose files are where a test says. */
const aggregator = (fileAt: () => string): Promise<Served> =>
  serve((path) => {
    if (!path.startsWith('/v1/video')) return { status: 404 };
    const task = { id: 'task_1', status: 'succeeded', data: [{ url: fileAt() }] };
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(task) };
  });

const world = (upstream: Served, options: object = {}): Promise<World> =>
  openWorld({
    upstreams: {
      studio: openaiCompatible({
        baseURL: `${upstream.origin}/v1`,
        apiKey: canary,
        videos: 'tasks',
        ...options,
      }),
    },
    models: { film: 'studio/kling-v2' },
  });

async function linkOf(open: World): Promise<string> {
  const response = await open.ask('/v1/images/generations', { model: 'film', prompt: 'A boat' });
  const value: unknown = await response.json();
  const [first] = isRecord(value) && Array.isArray(value['data']) ? value['data'] : [];
  return isRecord(first) ? String(first['url']) : '';
}

test('a file at a private address is not fetched, whoever names it', async () => {
  await using secret = await serve(() => ({ headers: { 'content-type': 'video/mp4' }, body: 'secret' }));
  const { port } = new URL(secret.origin);
  for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', 'localhost']) {
    await using upstream = await aggregator(() => `http://${host}:${port}/film.mp4`);
    await using open = await world(upstream);
    const response = await open.ask(await linkOf(open));
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain('secret');
  }
  expect(secret.asked).toEqual([]);
});

test('a file at a place that the operator has named is fetched without our key', async () => {
  await using files = await serve(() => ({ headers: { 'content-type': 'video/mp4' }, body: 'film' }));
  await using upstream = await aggregator(() => `${files.origin}/film.mp4`);
  await using open = await world(upstream, { fileOrigins: [files.origin] });
  const response = await open.ask(await linkOf(open));
  expect(await response.text()).toBe('film');
  expect(files.asked).toEqual([{ path: '/film.mp4', authorization: undefined }]);
});

test('a file that is handed on elsewhere is not gone after', async () => {
  await using secret = await serve(() => ({ body: 'secret' }));
  await using files = await serve(() => ({ status: 302, headers: { location: `${secret.origin}/film` } }));
  await using upstream = await aggregator(() => `${files.origin}/film.mp4`);
  await using open = await world(upstream, { fileOrigins: [files.origin] });
  const response = await open.ask(await linkOf(open));
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(secret.asked).toEqual([]);
});

test("what a place of files refuses says nothing of the provider's key", async () => {
  await using files = await serve(() => ({ status: 401 }));
  await using upstream = await aggregator(() => `${files.origin}/film.mp4`);
  await using open = await world(upstream, { fileOrigins: [files.origin] });
  expect((await open.ask(await linkOf(open))).status).toBeGreaterThanOrEqual(400);
  expect(files.asked).toHaveLength(1);
  expect(open.gateway.stats().targets).toMatchObject([{ restingKeys: 0 }]);
});

test.each(['file:///etc/passwd', 'javascript:alert(1)', 'gs://bucket/film', 'not an address', ''])(
  'a result at %j is none',
  async (url) => {
    await using upstream = await aggregator(() => url);
    await using open = await world(upstream);
    const response = await open.ask('/v1/images/generations', { model: 'film', prompt: 'A boat' });
    expect(response.status).toBe(422);
  },
);

test('a page in place of a film is never run as one of ours', async () => {
  await using files = await serve(() => ({
    headers: { 'content-type': 'text/html', 'set-cookie': 'a=b', 'x-powered-by': 'studio' },
    body: `<script>alert('${canary}')</script>`,
  }));
  await using upstream = await aggregator(() => `${files.origin}/film.mp4`);
  await using open = await world(upstream, { fileOrigins: [files.origin] });
  const response = await open.ask(await linkOf(open));
  expect(response.headers.get('content-security-policy')).toContain('sandbox');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('set-cookie')).toBeNull();
  expect(response.headers.get('x-powered-by')).toBeNull();
  expect(await response.text()).not.toContain(canary);
});

test('a film that comes compressed is as long as it is', async () => {
  await using open = await openWorld();
  const link = await linkOf(open);
  const whole = Buffer.from(await (await open.ask(link)).arrayBuffer());
  open.studio.fail({ type: 'gzip' });
  const response = await open.ask(link);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.equals(whole)).toBe(true);
  const length = response.headers.get('content-length');
  expect(length === null || Number(length) === whole.length).toBe(true);
  expect(response.headers.get('content-encoding')).toBeNull();
});

test.each(['reset', 'close'] as const)(
  'a film that breaks off (%s) does not end as if it were whole',
  async (how) => {
    await using open = await openWorld();
    const link = await linkOf(open);
    open.studio.fail({ type: 'cut', atByte: 5000, how });
    const reading = open.ask(link).then((response) => response.arrayBuffer());
    await expect(reading).rejects.toBeInstanceOf(Error);
  },
);

test('each of several films has an address of its own', async () => {
  await using open = await openWorld({ format: 'vertex' });
  const response = await open.ask('/v1/images/generations', { model: 'film', prompt: 'A boat', n: 2 });
  const value: unknown = await response.json();
  const data = isRecord(value) && Array.isArray(value['data']) ? value['data'] : [];
  const urls = data.map((one: unknown) => (isRecord(one) ? String(one['url']) : ''));
  expect(urls).toHaveLength(2);
  const films = await Promise.all(
    urls.map(async (url) => Buffer.from(await (await open.ask(url)).arrayBuffer())),
  );
  for (const film of films) expect(readMp4(film)).toBeDefined();
  expect(films[0]?.equals(films[1] ?? Buffer.alloc(0))).toBe(false);
  const [, id = ''] = /(video_\w+)/.exec(urls[0] ?? '') ?? [];
  for (const name of [`${id}~2`, `${id}~-1`, `${id}~x`, `${id}~1.5`])
    expect((await open.ask(`/v1/videos/${name}/content`)).status).toBe(404);
});

test('fewer films than were asked for are told', async () => {
  await using open = await openWorld();
  const response = await open.ask('/v1/images/generations', { model: 'film', prompt: 'A boat', n: 3 });
  expect(response.headers.get('x-vector-adjusted')).toBe('n: 3 -> 1');
  await until(() => open.ends.length > 0);
});
