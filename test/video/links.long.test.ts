import { describe, expect, test } from 'vitest';
import { readMp4 } from '../../packages/testing/src/media-files/read-mp4.ts';
import { startHost } from '../hosts/hosts.ts';
import { canary, formats } from './studios.ts';
import { isRecord, openWorld, until, type World } from './world.ts';

/* Addresses of what was made, which work for whoever has them. */

async function make(world: World): Promise<string> {
  const response = await world.ask('/v1/images/generations', {
    model: 'film',
    prompt: 'A boat',
    duration: 8,
  });
  return linkIn(await response.json());
}

function linkIn(answer: unknown): string {
  const [first] = isRecord(answer) && Array.isArray(answer['data']) ? answer['data'] : [];
  return isRecord(first) ? String(first['url']) : '';
}

const codeOf = async (response: Response): Promise<unknown> => {
  const body: unknown = await response.json();
  return isRecord(body) && isRecord(body['error']) ? body['error']['code'] : undefined;
};

describe.each(formats)('the address of a video made by %s', (format) => {
  test('is ours, and shows whoever reads it a file and nothing of where that came from', async () => {
    await using world = await openWorld({ format });
    const link = await make(world);
    expect(link).toMatch(
      /^http:\/\/gateway\/v1\/videos\/video_[0-9a-f]{32}\/content\?exp=\d+&sig=[\w-]{43}$/,
    );
    const response = await world.ask(link, undefined, { headers: { 'x-tenant': 'anybody' } });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(readMp4(bytes)?.seconds).toBe(8);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    const told = JSON.stringify([...response.headers]);
    for (const secret of [canary, String(world.studio.port), 'googleapis'])
      expect(told).not.toContain(secret);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
  });

  test('takes a range, a range at the end, and says what there is where it asks for more', async () => {
    await using world = await openWorld({ format });
    const link = await make(world);
    const whole = Buffer.from(await (await world.ask(link)).arrayBuffer());
    const take = (range: string): Promise<Response> => world.ask(link, undefined, { headers: { range } });
    const middle = await take('bytes=10-19');
    expect(middle.status).toBe(206);
    expect(middle.headers.get('content-range')).toBe(`bytes 10-19/${whole.length}`);
    expect(middle.headers.get('content-length')).toBe('10');
    expect(Buffer.from(await middle.arrayBuffer())).toEqual(whole.subarray(10, 20));
    const end = await take('bytes=-5');
    expect(Buffer.from(await end.arrayBuffer())).toEqual(whole.subarray(-5));
    const beyond = await take(`bytes=${whole.length}-`);
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get('content-range')).toBe(`bytes */${whole.length}`);
  });

  test('tells of the file to who asks with HEAD', async () => {
    await using world = await openWorld({ format });
    const link = await make(world);
    const whole = Buffer.from(await (await world.ask(link)).arrayBuffer());
    const head = await world.ask(link, undefined, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toBe('video/mp4');
    expect(head.headers.get('content-length')).toBe(String(whole.length));
    expect(head.headers.get('accept-ranges')).toBe('bytes');
    expect(await head.text()).toBe('');
    await until(() => world.gateway.stats().active === 0 && world.studio.openRequests === 0);
  });
});

test('an address that was tampered with, or made up, opens nothing', async () => {
  await using world = await openWorld();
  const link = await make(world);
  const url = new URL(link);
  const other = new URL(link);
  other.pathname = other.pathname.replace('/content', '~1/content');
  const later = new URL(link);
  later.searchParams.set('exp', String(Number(url.searchParams.get('exp')) + 1));
  const bare = new URL(link);
  bare.searchParams.set('sig', 'A'.repeat(43));
  const media = new URL(link);
  media.pathname = media.pathname.replace('/videos/', '/media/');
  for (const { href } of [other, later, bare, media]) {
    const response = await world.ask(href, undefined, { headers: { 'x-tenant': 'nobody' } });
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('invalid_link');
  }
  // Without a signature, who asks is who he says he is.
  const unsigned = await world.ask(url.pathname, undefined, { headers: { 'x-tenant': 'nobody' } });
  expect(unsigned.status).toBe(404);
  expect((await world.ask(url.pathname)).status).toBe(200);
  expect(world.studio.jobs.downloads).toBe(1);
});

test('a signature opens the file, and neither the video nor its deletion', async () => {
  await using world = await openWorld();
  const link = await make(world);
  const { pathname, search } = new URL(link);
  const video = pathname.replace('/content', '');
  const headers = { 'x-tenant': 'nobody' };
  expect((await world.ask(video + search, undefined, { headers })).status).toBe(404);
  expect((await world.ask(video + search, undefined, { headers, method: 'DELETE' })).status).toBe(404);
  expect((await world.ask(link, undefined, { method: 'DELETE' })).status).toBe(405);
});

test('an address expires, and the owner is given another', async () => {
  await using world = await openWorld();
  const link = await make(world);
  const { pathname } = new URL(link);
  world.clock.skip(24 * 3_600_000 + 1000);
  const late = await world.ask(link);
  expect(late.status).toBe(403);
  expect(await codeOf(late)).toBe('invalid_link');
  const task = await world.ask(pathname.replace('/videos/', '/video/generations/').replace('/content', ''));
  const renewed = linkIn(await task.json());
  expect((await world.ask(renewed)).status).toBe(200);
});

test('an address of another process is good where they share a secret', async () => {
  await using world = await openWorld();
  const link = await make(world);
  await using stranger = await openWorld({ secret: 'another secret of thirty-two characters' });
  await using twin = await openWorld();
  const { pathname, search } = new URL(link);
  expect((await stranger.ask(pathname + search)).status).toBe(403);
  expect((await twin.ask(pathname + search)).status).toBe(404);
});

test('a video that was deleted is gone, whoever has its address', async () => {
  await using world = await openWorld();
  const link = await make(world);
  const [, id = ''] = /(video_\w+)/.exec(link) ?? [];
  await world.client().videos.delete(id);
  expect((await world.ask(link)).status).toBe(404);
});

test('addresses begin with the public URL, where the operator says one', async () => {
  await using world = await openWorld({ publicUrl: 'https://films.example/ai' });
  const link = await make(world);
  expect(link).toMatch(/^https:\/\/films\.example\/ai\/v1\/videos\/video_/);
  const { pathname, search } = new URL(link);
  expect((await world.ask(pathname.replace('/ai', '') + search)).status).toBe(200);
  const body = { model: 'film', prompt: 'A boat' };
  const later = await world.ask('/v1/images/generations', body, { headers: { prefer: 'respond-async' } });
  expect(later.headers.get('location')).toMatch(
    /^https:\/\/films\.example\/ai\/v1\/video\/generations\/video_/,
  );
});

test.each([
  ['Express 5', '/ai'],
  ['Express 4', '/v1'],
  ['Koa 3', '/v1'],
  ['Koa 2', '/deep/ai'],
  ['node:http', '/ai'],
] as const)('below %s at %s an address is where it says', async (name, mount) => {
  await using world = await openWorld();
  const host = await startHost(name, world.gateway, mount);
  const ask = (prefer: string): Promise<Response> =>
    fetch(`${host.baseURL}/images/generations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer },
      body: JSON.stringify({ model: 'film', prompt: 'A boat' }),
    });
  try {
    const link = linkIn(await (await ask('')).json());
    expect(link.startsWith(`${host.baseURL}/videos/`)).toBe(true);
    const response = await fetch(link);
    expect(response.status).toBe(200);
    expect(readMp4(Buffer.from(await response.arrayBuffer()))).toBeDefined();
    const part = await fetch(link, { headers: { range: 'bytes=0-3' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 4]);
    const head = await fetch(link, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    const later = await ask('respond-async');
    expect(later.status).toBe(202);
    const location = String(later.headers.get('location'));
    expect(location.startsWith(`${host.baseURL}/video/generations/`)).toBe(true);
    expect((await fetch(location)).status).toBe(200);
  } finally {
    await host.close();
  }
});
