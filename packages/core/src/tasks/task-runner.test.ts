import { describe, expect, test } from 'vitest';
import { asked, gaps, hour, minute, second, statesOf, target, taskWorld } from '../../test/task-world.ts';
import type { TaskRecord } from '../protocol/task.ts';

describe('a task', () => {
  test('is asked about at intervals that grow to ten seconds, until it is over, and is settled then', async () => {
    const world = taskWorld();
    const task = await world.create();
    expect(task).toMatchObject({
      state: 'queued',
      job: 'job-1',
      target,
      key: 'digest of a key',
      progress: 0,
    });
    world.answer = () =>
      world.polls.length < 6
        ? { state: 'running', progress: world.polls.length * 10 }
        : { state: 'succeeded', results: [{ url: 'https://studio.example/1.mp4', seconds: 8 }] };
    await world.clock.advance(5 * minute);
    expect(gaps(world.polls, task.createdAt)).toEqual([1000, 2000, 5000, 10_000, 10_000, 10_000]);
    expect(statesOf(world.changes, task.id)).toEqual(['creating', 'queued', 'running', 'succeeded']);
    const over = await world.task(task.id);
    expect(over).toMatchObject({
      state: 'succeeded',
      progress: 100,
      results: [{ url: 'https://studio.example/1.mp4', seconds: 8 }],
      completedAt: task.createdAt + 38_000,
      cost: 800_000_000,
      polls: 6,
    });
    expect(over.dueAt).toBeUndefined();
    expect(world.settled.map(({ state }) => state)).toEqual(['succeeded']);
    expect(world.clock.pending).toBe(0);
  });

  test('that is done at once is not asked about', async () => {
    const world = taskWorld();
    const beginning = await world.runner.begin(asked);
    if (beginning.outcome !== 'new') throw new Error('it is new');
    await beginning.creation.sending({ target });
    await beginning.creation.created({
      id: 'a',
      state: 'succeeded',
      results: [{ url: 'https://x.example/a' }],
    });
    await world.clock.advance(minute);
    expect(await world.task(beginning.task.id)).toMatchObject({ state: 'succeeded', cost: 800_000_000 });
    expect(world.polls).toEqual([]);
  });

  test('has an id that nobody can guess, with what its face calls it before', async () => {
    const world = taskWorld();
    const ids = [await world.create(), await world.create({ kind: 'task' })].map(({ id }) => id);
    expect(ids[0]).toMatch(/^video_[0-9a-f]{32}$/);
    expect(ids[1]).toMatch(/^task_[0-9a-f]{32}$/);
  });

  test('goes forward only, whatever the upstream says later', async () => {
    const world = taskWorld();
    const { id } = await world.create();
    await world.runner.report({ id }, { state: 'running', progress: 60 });
    await world.runner.report({ id }, { state: 'queued', progress: 10 });
    expect(await world.task(id)).toMatchObject({ state: 'running', progress: 60 });
    await world.runner.report(
      { id },
      { state: 'failed', error: { code: 'no', message: 'No.', filtered: true } },
    );
    await world.runner.report({ id }, { state: 'succeeded', results: [] });
    expect(await world.task(id)).toMatchObject({
      state: 'failed',
      progress: 60,
      error: { code: 'no', message: 'No.', filtered: true },
    });
  });

  test('that a webhook tells the end of is settled at once, and not asked about again', async () => {
    const world = taskWorld();
    const { id } = await world.create();
    await world.clock.advance(3500);
    const asks = world.polls.length;
    const told = await world.runner.report(
      { upstream: 'studio', job: 'job-1' },
      { state: 'succeeded', results: [{ url: 'https://studio.example/1.mp4' }] },
    );
    expect(told).toMatchObject({ id, state: 'succeeded' });
    await world.clock.advance(200);
    expect(world.settled.map((task) => task.id)).toEqual([id]);
    await world.clock.advance(hour);
    expect(world.polls).toHaveLength(asks);
    const stranger = { state: 'failed' } as const;
    expect(await world.runner.report({ upstream: 'another', job: 'job-1' }, stranger)).toBeUndefined();
  });

  test('keeps the bytes that came with the report where bytes are kept', async () => {
    const world = taskWorld();
    const data = Buffer.from('a film').toString('base64');
    world.answer = () => ({ state: 'succeeded', results: [{ data, type: 'video/mp4', seconds: 8 }] });
    const { id } = await world.create();
    await world.clock.advance(2000);
    const { results } = await world.task(id);
    expect(results).toEqual([{ type: 'video/mp4', seconds: 8, blob: `${id}-0` }]);
    const blob = await world.storage.blobs.read(`${id}-0`, 0, 100);
    expect(Buffer.from(blob ?? []).toString()).toBe('a film');
    await world.runner.remove(id);
    expect(await world.storage.blobs.read(`${id}-0`, 0, 100)).toBeUndefined();
  });
});

describe('deletion', () => {
  test('cancels what is under way, settles it, and leaves nothing of what was asked', async () => {
    const world = taskWorld();
    const { id } = await world.create({ idempotencyKey: 'once', revisedPrompt: 'A boat, at night' });
    expect(await world.runner.remove(id, 'globex')).toBeUndefined();
    expect(await world.runner.remove(id, 'acme')).toMatchObject({ id, state: 'queued', job: 'job-1' });
    expect(await world.runner.remove(id, 'acme')).toBeUndefined();
    expect(await world.runner.find(id)).toBeUndefined();
    expect(await world.runner.list({ owner: 'acme', limit: 9, order: 'asc' })).toEqual([]);
    await world.clock.advance(hour);
    expect(world.polls).toEqual([]);
    expect(world.settled.map(({ state }) => state)).toEqual(['cancelled']);
    const left = JSON.stringify(await world.task(id));
    expect(left).not.toContain('boat,');
    expect(left).not.toContain('A boat');
    expect(left).not.toContain('official');
    const again = await world.runner.begin({ ...asked, idempotencyKey: 'once' });
    expect(again).toMatchObject({ outcome: 'known', task: { id } });
  });

  test('while it is created cancels it when it is', async () => {
    const world = taskWorld();
    const beginning = await world.runner.begin(asked);
    if (beginning.outcome !== 'new') throw new Error('it is new');
    await beginning.creation.sending({ target });
    await world.runner.remove(beginning.task.id);
    await beginning.creation.created({ id: 'a', state: 'queued' });
    await world.clock.advance(minute);
    expect(world.polls).toEqual([]);
    expect(world.settled).toMatchObject([{ state: 'cancelled', job: 'a' }]);
  });

  test('of what is over for a week is done by itself', async () => {
    const world = taskWorld();
    world.answer = () => ({ state: 'succeeded', results: [{ data: 'YQ==', type: 'video/mp4' }] });
    const { id } = await world.create();
    await world.clock.advance(8 * 24 * hour);
    const later = await world.create();
    await world.clock.advance(2 * second);
    expect(await world.runner.find(id)).toBeUndefined();
    expect(await world.storage.blobs.read(`${id}-0`, 0, 1)).toBeUndefined();
    expect(await world.runner.find(later.id)).toBeDefined();
  });

  test('while its upstream is asked leaves nothing of the bytes that it answers with', async () => {
    const world = taskWorld();
    const answer = Promise.withResolvers<{ state: 'succeeded'; results: { data: string }[] }>();
    world.answer = () => answer.promise;
    const { id } = await world.create();
    await world.clock.advance(1500);
    await world.runner.remove(id);
    answer.resolve({ state: 'succeeded', results: [{ data: 'YQ==' }] });
    await world.clock.advance(minute);
    expect(await world.task(id)).toMatchObject({ state: 'cancelled', results: [] });
    expect(await world.storage.blobs.find(`${id}-0`, world.clock.now())).toBeUndefined();
  });
});

describe('several processes', () => {
  test('ask about each task once an interval, whoever does', async () => {
    const world = taskWorld();
    const others = [world.another(), world.another()];
    for (const other of others) other.resume();
    const { createdAt } = await world.create();
    await world.clock.advance(minute);
    const ofOne = gaps(world.polls, createdAt);
    expect(ofOne.slice(0, 3)).toEqual([1000, 2000, 5000]);
    expect(ofOne.slice(3).every((gap) => gap >= 10_000)).toBe(true);
  });

  test('go on with what one of them leaves: at once where it was closed, after its lease where it died', async () => {
    const world = taskWorld();
    const { id } = await world.create();
    world.answer = (_, signal) => {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(signal.reason));
      return promise;
    };
    await world.clock.advance(1500);
    expect(world.polls).toHaveLength(1);
    await world.runner.close();
    expect(await world.task(id)).toMatchObject({ state: 'queued', failures: 0, polls: 0 });
    world.answer = () => ({ state: 'succeeded', results: [] });
    world.another().resume();
    await world.clock.advance(100);
    expect(await world.task(id)).toMatchObject({ state: 'succeeded' });
    expect(world.settled).toHaveLength(1);
  });
});

test('a thousand tasks with five who wait for each are asked about once an interval each, by a few timers', async () => {
  const world = taskWorld();
  const tasks: TaskRecord[] = [];
  for (let index = 0; index < 1000; index++) tasks.push(await world.create());
  const waits = tasks.flatMap(({ id }) =>
    Array.from({ length: 5 }, () => world.runner.wait(id, { patience: 10 * minute })),
  );
  await world.clock.advance(8500);
  // After 1, 3 and 8 seconds.
  expect(world.polls).toHaveLength(3000);
  expect(world.clock.pending).toBeLessThanOrEqual(3);
  world.answer = () => ({ state: 'succeeded', results: [] });
  await world.clock.advance(11 * second);
  const waited = await Promise.all(waits);
  expect(waited.every((task) => task?.state === 'succeeded')).toBe(true);
  expect(world.polls).toHaveLength(4000);
  expect(world.settled).toHaveLength(1000);
  expect(world.runner.stats).toEqual({ watched: 0, held: 0 });
  await world.clock.advance(minute);
  expect(world.clock.pending).toBe(0);
});

test('no more than 256 are asked about at once; the others have their turn as soon as there is room', async () => {
  const world = taskWorld();
  world.answer = () =>
    new Promise((resolve) => void world.clock.setTimeout(() => resolve({ state: 'succeeded' }), 700));
  for (let index = 0; index < 300; index++) await world.create();
  await world.clock.advance(1600);
  expect(world.polls).toHaveLength(256);
  await world.clock.advance(300);
  expect(world.polls).toHaveLength(300);
});

test('a listener that throws, and books that throw, are nobody else’s trouble', async () => {
  const world = taskWorld();
  world.changes.push = () => {
    throw new Error('full');
  };
  const { id } = await world.create();
  world.answer = () => ({ state: 'succeeded', results: [] });
  await world.clock.advance(minute);
  expect(await world.task(id)).toMatchObject({ state: 'succeeded' });
});

test('who is closed begins nothing, and leaves no timer', async () => {
  const world = taskWorld();
  await world.create();
  const waiting = world.runner.wait((await world.create()).id, { patience: hour });
  await world.runner.close();
  expect(await waiting).toMatchObject({ state: 'queued' });
  await expect(world.runner.begin(asked)).rejects.toMatchObject({ code: 'VE_CLOSING' });
  expect(world.clock.pending).toBe(0);
});
