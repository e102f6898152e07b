import { APIError } from 'openai';
import { expect, test } from 'vitest';
import { openWorld, until, type World } from './world.ts';

const a = { 'x-tenant': 'acme' };
const b = { 'x-tenant': 'globex' };

async function make(world: World): Promise<string> {
  const { videos } = world.client({ headers: a });
  const { id } = await videos.create({ model: 'film', prompt: 'A secret boat' });
  await until(async () => (await videos.retrieve(id)).status === 'completed');
  return id;
}

async function statusOf(promise: PromiseLike<unknown>): Promise<number | undefined> {
  try {
    await promise;
    return 200;
  } catch (error) {
    return error instanceof APIError ? error.status : undefined;
  }
}

test('what one tenant has made, another cannot see, take, change or delete', async () => {
  await using world = await openWorld();
  const id = await make(world);
  const { videos } = world.client({ headers: b });
  expect(await statusOf(videos.retrieve(id))).toBe(404);
  expect(await statusOf(videos.downloadContent(id))).toBe(404);
  expect(await statusOf(videos.delete(id))).toBe(404);
  expect(await statusOf(videos.remix(id, { prompt: 'Mine now' }))).toBe(404);
  expect((await videos.list()).data).toEqual([]);
  expect((await videos.list({ after: id })).data).toEqual([]);
  const task = await world.ask(`/v1/video/generations/${id}`, undefined, { headers: b });
  expect(task.status).toBe(404);
  expect(await task.text()).not.toContain('secret');
  expect((await world.ask(`/v1/media/${id}/content`, undefined, { headers: b })).status).toBe(403);
  expect(world.studio.jobs.creations).toBe(1);
  expect(world.studio.jobs.downloads).toBe(0);
  expect(await statusOf(world.client({ headers: a }).videos.retrieve(id))).toBe(200);
});

test('what is not there, and what is not theirs, is told in the same words', async () => {
  await using world = await openWorld();
  const id = await make(world);
  const none = id.replace(/.{6}$/, '000000');
  const told = async (of: string): Promise<string> =>
    (await (await world.ask(`/v1/videos/${of}`, undefined, { headers: b })).text()).replace(of, 'it');
  expect(await told(id)).toBe(await told(none));
});

test('the same idempotency key of two tenants is two keys, also where they ask for the same', async () => {
  await using world = await openWorld();
  const body = { model: 'film', prompt: 'A boat' };
  const ask = async (tenant: Record<string, string>): Promise<string> => {
    const headers = { ...tenant, 'idempotency-key': 'one' };
    return ((await (await world.ask('/v1/videos', body, { headers })).json()) as { id: string }).id;
  };
  const ids = await Promise.all([ask(a), ask(b), ask(a), ask(b)]);
  expect(new Set(ids).size).toBe(2);
  expect([ids[0], ids[1]]).toEqual([ids[2], ids[3]]);
  expect(world.studio.jobs.creations).toBe(2);
});

test('a person without a tenant is told apart from a tenant of that name', async () => {
  await using world = await openWorld({
    identify: (request: Request) => (request.headers.has('x-tenant') ? { tenant: 'ann' } : { id: 'ann' }),
  } as object);
  const { id } = (await (await world.ask('/v1/videos', { model: 'film', prompt: 'A boat' })).json()) as {
    id: string;
  };
  expect((await world.ask(`/v1/videos/${id}`)).status).toBe(200);
  expect((await world.ask(`/v1/videos/${id}`, undefined, { headers: a })).status).toBe(404);
});
