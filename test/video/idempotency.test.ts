import { expect, test } from 'vitest';
import { isRecord, openWorld, until, type World } from './world.ts';

const wish = { model: 'film', prompt: 'A boat', seconds: '8' };
const faces = ['/v1/videos', '/v1/video/generations', '/v1/images/generations'] as const;

interface Told {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(world: World, path: string, key: string, body: object = wish): Promise<Told> {
  const response = await world.ask(path, body, { headers: { 'idempotency-key': key } });
  const value: unknown = await response.json();
  return { status: response.status, body: isRecord(value) ? value : {} };
}

const named = ({ body }: Told): unknown => body['id'] ?? body['created'];

test.each(faces)('of fifty that ask at once at %s under one key, one video is made', async (path) => {
  await using world = await openWorld();
  world.studio.fail({ type: 'slow', headersAfter: 30 });
  const all = await Promise.all(Array.from({ length: 50 }, () => ask(world, path, 'one')));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  const [first] = all;
  expect(new Set(all.map(named))).toEqual(new Set([first && named(first)]));
  expect(world.studio.jobs.creations).toBe(1);
  await world.settled();
  expect(world.tasks.filter(({ isSettled }) => isSettled)).toHaveLength(1);
  expect(world.tasks.filter(({ state }) => state === 'creating')).toHaveLength(1);
});

test.each([400, 429, 500])('all of fifty hear alike that it was refused with %d', async (status) => {
  await using world = await openWorld({ retry: { rounds: 0 } });
  world.studio.fail({ type: 'slow', headersAfter: 30 });
  world.studio.jobs.plan({ creation: { type: 'status', status } });
  const all = await Promise.all(Array.from({ length: 50 }, () => ask(world, '/v1/videos', 'one')));
  expect(new Set(all.map((told) => JSON.stringify(told))).size).toBe(1);
  expect(all[0]?.status).toBe(status === 500 ? 502 : status);
  expect(world.studio.jobs.creations).toBe(1);
});

test('all of fifty hear alike that nobody knows, and so does who asks later', async () => {
  await using world = await openWorld();
  world.studio.jobs.plan({ creation: { type: 'reset' } });
  const all = await Promise.all(Array.from({ length: 50 }, () => ask(world, '/v1/videos', 'one')));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([502]));
  const late = await ask(world, '/v1/videos', 'one');
  expect(late).toMatchObject({ status: 502, body: { error: { code: 'outcome_unknown' } } });
  expect(world.studio.jobs.creations).toBe(1);
});

test('one key for two wishes is a conflict, while the first is made and afterwards', async () => {
  await using world = await openWorld();
  const first = ask(world, '/v1/videos', 'one');
  await until(() => world.tasks.length > 0);
  const other = { ...wish, prompt: 'A train' };
  expect((await ask(world, '/v1/videos', 'one', other)).status).toBe(409);
  expect((await first).status).toBe(200);
  await world.settled();
  expect((await ask(world, '/v1/videos', 'one', other)).status).toBe(409);
  expect((await ask(world, '/v1/videos', 'one', { ...wish, seconds: '4' })).status).toBe(409);
  expect(world.studio.jobs.creations).toBe(1);
});

test('two pictures are two wishes', async () => {
  await using world = await openWorld({ format: 'xai' });
  const { makePng } = await import('../../packages/testing/src/media-files/make-png.ts');
  const withPicture = (seed: string): object => ({
    ...wish,
    input_reference: {
      image_url: `data:image/png;base64,${makePng({ width: 64, height: 64, seed }).toString('base64')}`,
    },
  });
  expect((await ask(world, '/v1/videos', 'one', withPicture('a'))).status).toBe(200);
  expect((await ask(world, '/v1/videos', 'one', withPicture('a'))).status).toBe(200);
  expect((await ask(world, '/v1/videos', 'one', withPicture('b'))).status).toBe(409);
  expect(world.studio.jobs.creations).toBe(1);
});

test('the same is said again after the end, well or not', async () => {
  await using world = await openWorld();
  const { body } = await ask(world, '/v1/videos', 'one');
  await world.settled(1);
  expect(await ask(world, '/v1/videos', 'one')).toMatchObject({
    status: 200,
    body: { id: body['id'], status: 'completed' },
  });
  world.studio.jobs.plan({ ends: { type: 'failure' } });
  const failed = await ask(world, '/v1/images/generations', 'two');
  expect(failed.status).toBe(422);
  expect(await ask(world, '/v1/images/generations', 'two')).toEqual(failed);
  expect(world.studio.jobs.creations).toBe(2);
});

test('what was refused may be asked for again under the same key', async () => {
  await using world = await openWorld({ retry: { rounds: 0 } });
  world.studio.jobs.plan([{ creation: { type: 'status', status: 503 } }]);
  expect((await ask(world, '/v1/videos', 'one')).status).toBe(503);
  expect((await ask(world, '/v1/videos', 'one')).status).toBe(200);
  expect((await ask(world, '/v1/videos', 'one')).status).toBe(200);
  expect(world.studio.jobs.list()).toHaveLength(1);
});

test('a remix is made once under one key', async () => {
  await using world = await openWorld();
  const { body } = await ask(world, '/v1/videos', 'one');
  await world.settled();
  const path = `/v1/videos/${String(body['id'])}/remix`;
  const prompt = { prompt: 'At night' };
  const all = await Promise.all([1, 2, 3].map(() => ask(world, path, 'two', prompt)));
  expect(new Set(all.map((told) => told.body['id'])).size).toBe(1);
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(world.studio.jobs.creations).toBe(2);
});

test('a key that is none is refused', async () => {
  await using world = await openWorld();
  const told = await ask(world, '/v1/videos', 'x'.repeat(300));
  expect(told).toMatchObject({ status: 400, body: { error: { param: 'idempotency-key' } } });
  expect(world.studio.requests).toEqual([]);
});
