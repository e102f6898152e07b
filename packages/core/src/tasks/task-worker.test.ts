import { describe, expect, test } from 'vitest';
import { gaps, hour, minute, second, taskWorld } from '../../test/task-world.ts';
import { GatewayError } from '../errors.ts';
import { memoryStorage } from './memory-storage.ts';

const status = (upstreamStatus: number, retryAfter?: number): GatewayError =>
  new GatewayError('VE_UPSTREAM_STATUS', { upstreamStatus, ...(retryAfter !== undefined && { retryAfter }) });

describe('an upstream that cannot be asked', () => {
  test('with 500 for a minute is asked ever less often, and the task goes on', async () => {
    const world = taskWorld();
    const from = world.clock.now();
    world.answer = () =>
      world.clock.now() - from < minute ? status(500) : { state: 'succeeded', results: [] };
    const { id } = await world.create();
    await world.clock.advance(3 * minute);
    expect(gaps(world.polls, from)).toEqual([1000, 1000, 2000, 4000, 8000, 16_000, 32_000]);
    expect(await world.task(id)).toMatchObject({ state: 'succeeded', failures: 0 });
    expect(world.settled).toHaveLength(1);
  });

  test('and asks for a pause is given it', async () => {
    const world = taskWorld();
    world.answer = () => status(429, 25 * second);
    const { createdAt } = await world.create();
    await world.clock.advance(minute);
    expect(gaps(world.polls, createdAt)).toEqual([1000, 25_000, 25_000]);
  });

  test('for want of money or of a good key is asked once a minute', async () => {
    const world = taskWorld();
    world.answer = () => status(world.polls.length % 2 === 1 ? 402 : 401);
    const { createdAt, id } = await world.create();
    await world.clock.advance(5 * minute);
    expect(gaps(world.polls, createdAt)).toEqual([1000, ...Array<number>(4).fill(minute)]);
    expect(await world.task(id)).toMatchObject({ state: 'queued' });
  });

  test('that knows nothing of the job three times in a row has lost it', async () => {
    const world = taskWorld();
    world.answer = () => (world.polls.length === 3 ? { state: 'running' } : status(404));
    const { id } = await world.create();
    await world.clock.advance(minute);
    expect(world.polls).toHaveLength(6);
    expect(await world.task(id)).toMatchObject({ state: 'failed', error: { code: 'job_lost' } });
    expect(world.settled.map(({ state }) => state)).toEqual(['failed']);
  });

  test('until the deadline is asked once more then, and the task has expired', async () => {
    const world = taskWorld({ deadline: 10 * minute });
    world.answer = () => status(503);
    const { id, createdAt } = await world.create();
    await world.clock.advance(20 * minute);
    expect(await world.task(id)).toMatchObject({
      state: 'expired',
      error: { code: 'deadline_exceeded' },
      completedAt: createdAt + 10 * minute,
    });
    expect(world.polls.at(-1)?.at).toBe(createdAt + 10 * minute);
    expect(world.settled.map(({ state }) => state)).toEqual(['expired']);
  });

  test('a job that was done while nobody could ask is not given up for its deadline', async () => {
    const world = taskWorld({ deadline: 10 * minute });
    const { id } = await world.create();
    await world.runner.close();
    await world.clock.advance(hour);
    world.answer = () => ({ state: 'succeeded', results: [] });
    world.another().resume();
    await world.clock.advance(second);
    expect(await world.task(id)).toMatchObject({ state: 'succeeded' });
  });

  test('that does not answer at all is given up after half a minute, and asked again', async () => {
    const world = taskWorld();
    world.answer = () => Promise.withResolvers<never>().promise;
    const { id } = await world.create();
    await world.clock.advance(33 * second);
    expect(world.polls).toHaveLength(2);
    expect(await world.task(id)).toMatchObject({ state: 'queued', failures: 1 });
  });
});

describe('settlement', () => {
  test('that fails is tried until it succeeds, and then never again', async () => {
    const world = taskWorld();
    world.answer = () => ({ state: 'succeeded', results: [] });
    world.cost = () =>
      world.settled.length < 4 ? Promise.reject(new Error('the books are closed')) : Promise.resolve(7);
    const { id } = await world.create();
    await world.clock.advance(hour);
    expect(world.settled).toHaveLength(4);
    expect(await world.task(id)).toMatchObject({ cost: 7, state: 'succeeded' });
  });

  test('whose mark is lost with its process is done again, of the same task', async () => {
    const world = taskWorld();
    world.answer = () => ({ state: 'succeeded', results: [] });
    const books = Promise.withResolvers<number>();
    world.cost = () => books.promise;
    const { id } = await world.create();
    const other = world.another();
    other.resume();
    await world.clock.advance(2 * second);
    expect(world.settled).toHaveLength(1);
    // While it is under way nobody else does it.
    await world.clock.advance(2 * minute);
    expect(world.settled).toHaveLength(1);
    void world.runner.close();
    world.cost = () => Promise.resolve(7);
    await world.clock.advance(minute);
    expect(world.settled.map((task) => task.id)).toEqual([id, id]);
    expect(await world.task(id)).toMatchObject({ cost: 7 });
    books.resolve(9);
    await world.clock.advance(second);
    expect(await world.task(id)).toMatchObject({ cost: 7 });
  });

  test('that outlasts its lease is gone on with alone, and its task is free afterwards', async () => {
    const storage = memoryStorage();
    let isDown = false;
    const renew = storage.tasks.renew.bind(storage.tasks);
    storage.tasks.renew = (lease, ids) =>
      isDown ? Promise.reject(new Error('the store is down')) : renew(lease, ids);
    const world = taskWorld({ storage });
    world.answer = () => ({ state: 'succeeded', results: [] });
    const books = Promise.withResolvers<number>();
    world.cost = () => books.promise;
    const { id } = await world.create();
    await world.clock.advance(2 * second);
    isDown = true;
    // Its lease runs out again and again, and this process is the only one there is.
    await world.clock.advance(3 * minute);
    expect(world.settled).toHaveLength(1);
    isDown = false;
    world.cost = () => Promise.resolve(7);
    books.reject(new Error('the books are closed'));
    await world.clock.advance(minute);
    expect(world.settled).toHaveLength(2);
    expect(await world.task(id)).toMatchObject({ cost: 7, state: 'succeeded' });
    expect(world.runner.stats.held).toBe(0);
    await world.runner.close();
  });
});
