import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { type Host, startHost } from '../hosts/hosts.ts';
import { openWorld, until, type World } from './world.ts';

/* Callers that hang up on a real server, at every moment of a video: it is made and settled all the same, and once. */

const path = '/images/generations';
const body = JSON.stringify({ model: 'film', prompt: 'A boat' });
const headers = { 'content-type': 'application/json' };

/** Asks, and hangs up when it is time. */
async function hangUp({ baseURL }: Host, isTime: () => boolean): Promise<void> {
  const asked = request(baseURL + path, { method: 'POST', headers });
  const closed = new Promise((resolve) => void asked.on('close', resolve));
  asked.on('error', () => {});
  asked.end(body);
  await until(isTime);
  asked.destroy();
  await closed;
}

const moments: Readonly<Record<string, (world: World) => boolean>> = {
  'before anything is sent': ({ gateway }) => gateway.stats().active > 0,
  'when it is written down': ({ tasks }) => tasks.length > 0,
  'while the provider is asked to make it': ({ studio }) => studio.requests.length > 0,
  'when it is begun': ({ tasks }) => tasks.some(({ state }) => state !== 'creating'),
  'while the provider is asked about it': ({ studio }) => studio.jobs.polls > 0,
};

describe.each(['Express 5', 'Koa 3'] as const)('below %s', (name) => {
  test.each(Object.entries(moments))('a caller that hangs up %s', async (_when, isTime) => {
    await using world = await openWorld({ studio: { jobTime: 80 } });
    await using host = await startHost(name, world.gateway);
    world.studio.fail({ type: 'slow', headersAfter: 20 });
    await hangUp(host, () => isTime(world));
    await until(() => world.gateway.stats().active === 0);
    // Who hangs up before his wish was read has wished for nothing.
    const films = world.tasks.length > 0 ? 1 : 0;
    const settled = await world.settled(films);
    expect(settled.map(({ state }) => state)).toEqual(Array<string>(films).fill('succeeded'));
    expect(world.studio.jobs.creations).toBe(films);
    expect(world.gateway.stats()).toMatchObject({ active: 0 });
    expect(world.ends.map(({ status }) => status)).toEqual([499]);
  });

  test('a caller that hangs up in the middle of its film closes it at the provider', async () => {
    await using world = await openWorld();
    await using host = await startHost(name, world.gateway);
    world.studio.jobs.plan({ takes: 0, file: { bytes: 100_000_000 } });
    const response = await fetch(host.baseURL + path, { method: 'POST', headers, body });
    const link = /"url":"([^"]+)"/.exec(await response.text())?.[1] ?? '';
    const caller = new AbortController();
    const file = await fetch(link, { signal: caller.signal });
    const reader = file.body?.getReader();
    await reader?.read();
    caller.abort();
    await until(() => world.studio.openRequests === 0);
    expect(world.studio.requests.at(-1)?.aborted).toBe(true);
    await until(() => world.gateway.stats().active === 0);
  });
});

test('those who join a video are told of like any other request', async () => {
  await using world = await openWorld();
  const seen: string[] = [];
  world.gateway.on('request', ({ request: { operation, model } }) => seen.push(`${operation} ${model}`));
  const ask = (more: Record<string, string>): Promise<Response> =>
    world.ask(`/v1${path}`, { model: 'film', prompt: 'A boat' }, { headers: more });
  await ask({ 'idempotency-key': 'one' });
  await ask({ 'idempotency-key': 'one' });
  await ask({ 'x-stainless-retry-count': '1' });
  await until(() => world.ends.length === 3);
  expect(seen).toEqual(['video film', 'video film', 'video film']);
  expect(world.ends.map(({ status, attempts }) => [status, attempts])).toEqual([
    [200, 1],
    [200, 0],
    [200, 0],
  ]);
  expect(world.studio.jobs.creations).toBe(1);
});
