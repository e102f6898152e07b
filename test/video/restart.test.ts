import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage, type TaskStorage } from '@vector-engine/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMp4 } from '../../packages/testing/src/media-files/read-mp4.ts';
import { type Format, formats, startStudio } from './studios.ts';
import { isRecord, openWorld, until, type World } from './world.ts';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vector-video-'));
});
afterAll(() => rm(folder, { recursive: true }));

const wish = { model: 'film', prompt: 'A boat', seconds: '8' };

const newFile = (): string => join(folder, `tasks-${++files}.db`);

function open(path: string): TaskStorage & AsyncDisposable {
  const storage = sqliteStorage({ path });
  return Object.assign(storage, { [Symbol.asyncDispose]: () => storage.close() });
}

async function create(world: World, headers: Record<string, string> = {}): Promise<string> {
  const response = await world.ask('/v1/videos', wish, { headers });
  const value: unknown = await response.json();
  expect(response.status).toBe(200);
  return isRecord(value) ? String(value['id']) : '';
}

test.each(formats)(
  'a video of %s is gone on with by the next process, and downloaded there',
  async (format: Format) => {
    await using studio = await startStudio(format, { jobTime: 3_600_000 });
    const path = newFile();
    const first = sqliteStorage({ path });
    const before = await openWorld({ at: studio, format, storage: first });
    const id = await create(before, { 'idempotency-key': 'one' });
    await before[Symbol.asyncDispose]();
    await first.close();
    studio.jobs.finish();
    const second = sqliteStorage({ path });
    {
      await using after = await openWorld({ at: studio, format, storage: second });
      expect(await after.settled()).toMatchObject([{ id, state: 'succeeded' }]);
      // The same wish under the same key is the same video.
      expect(await create(after, { 'idempotency-key': 'one' })).toBe(id);
      const file = await after.ask(`/v1/videos/${id}/content`);
      expect(readMp4(Buffer.from(await file.arrayBuffer()))?.seconds).toBe(8);
      expect(studio.jobs.creations).toBe(1);
    }
    await second.close();
  },
);

async function isOver(world: World): Promise<boolean> {
  const { data } = await world.client().videos.list();
  return data.length === 5 && data.every(({ status }) => status === 'completed');
}

test('two gateways on one file: each job is made once, asked about by one at a time, and seen by both', async () => {
  await using studio = await startStudio('openai', { jobTime: 400 });
  const path = newFile();
  await using one = open(path);
  await using two = open(path);
  await using left = await openWorld({ at: studio, storage: one });
  await using right = await openWorld({ at: studio, storage: two });
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      create(index % 2 === 0 ? left : right, { 'idempotency-key': `film ${index % 5}` }),
    ),
  );
  expect(new Set(ids).size).toBe(5);
  expect(studio.jobs.creations).toBe(5);
  await until(async () => (await isOver(left)) && (await isOver(right)));
  await until(() => [...left.tasks, ...right.tasks].filter(({ isSettled }) => isSettled).length >= 5);
  expect([...left.tasks, ...right.tasks].filter(({ isSettled }) => isSettled)).toHaveLength(5);
  // At 1, 3, 8 and 18 seconds of the world's time; a job takes 10.
  for (const { polls } of studio.jobs.list()) expect(polls).toBeLessThanOrEqual(5);
});

test('a caller of one gateway hears of a video that another has made', async () => {
  await using studio = await startStudio('openai', { jobTime: 100 });
  const path = newFile();
  await using one = open(path);
  await using two = open(path);
  await using left = await openWorld({ at: studio, storage: one });
  await using right = await openWorld({ at: studio, storage: two });
  const body = { model: 'film', prompt: 'A boat' };
  const headers = { 'idempotency-key': 'one' };
  studio.fail({ type: 'slow', headersAfter: 60 }, { times: 1 });
  const answers = await Promise.all(
    [left, right, left, right].map((world) => world.ask('/v1/images/generations', body, { headers })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(studio.jobs.creations).toBe(1);
  const again = await right.ask('/v1/images/generations', body, {
    headers: { 'x-stainless-retry-count': '1' },
  });
  expect(again.status).toBe(200);
  expect(studio.jobs.creations).toBe(1);
});

test('a store that fails refuses a wish before anything is sent', async () => {
  await using studio = await startStudio('openai');
  const storage = sqliteStorage({ path: newFile() });
  const world = await openWorld({ at: studio, storage });
  await storage.close();
  const response = await world.ask('/v1/videos', wish);
  expect(response.status).toBe(503);
  expect(studio.requests).toEqual([]);
  await world[Symbol.asyncDispose]();
});

test('a store that fails between the wish and its sending sends nothing, and lets go of it', async () => {
  await using studio = await startStudio('openai');
  await using storage = open(newFile());
  const { tasks } = storage;
  const replace = tasks.replace.bind(tasks);
  tasks.replace = () => Promise.reject(new Error('the disk is full'));
  await using world = await openWorld({ at: studio, storage });
  expect((await world.ask('/v1/videos', wish)).status).toBe(503);
  expect(studio.requests).toEqual([]);
  tasks.replace = replace;
  // Once the disk has room it is known that nothing was begun.
  expect(await world.settled()).toMatchObject([{ state: 'failed', error: 'not_started', cost: 0 }]);
});

test('a store that cannot keep the answer for a while keeps it after that', async () => {
  await using studio = await startStudio('openai');
  await using storage = open(newFile());
  const { tasks } = storage;
  const replace = tasks.replace.bind(tasks);
  let failures = 0;
  tasks.replace = (record) => {
    if (record.job === undefined || failures >= 3) return replace(record);
    failures++;
    return Promise.reject(new Error('the disk is busy'));
  };
  await using world = await openWorld({ at: studio, storage });
  const id = await create(world);
  expect(failures).toBe(3);
  expect(await world.settled()).toMatchObject([{ id, state: 'succeeded' }]);
  expect(studio.jobs.creations).toBe(1);
});
