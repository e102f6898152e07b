import { describe, expect, test } from 'vitest';
import { asked, hour, minute, second, taskWorld } from '../../test/task-world.ts';
import type { TaskStorage } from '../protocol/task-store.ts';
import { memoryStorage } from './memory-storage.ts';

/** As one that other processes write to as well. */
function sharedStorage(): TaskStorage {
  const storage = memoryStorage();
  Object.defineProperty(storage.tasks, 'isShared', { value: true });
  return storage;
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('watching', () => {
  test('tells a task as it is, then whenever it has changed, until it is over', async () => {
    const world = taskWorld();
    world.answer = () =>
      world.polls.length < 3
        ? { state: 'running', progress: world.polls.length * 40 }
        : { state: 'succeeded', results: [] };
    const { id } = await world.create();
    const watching = Promise.all([collect(world.runner.watch(id)), collect(world.runner.watch(id, 'acme'))]);
    await world.clock.advance(minute);
    for (const seen of await watching)
      expect(seen.map(({ state, progress }) => [state, progress])).toEqual([
        ['queued', 0],
        ['running', 40],
        ['running', 80],
        ['succeeded', 100],
      ]);
    expect(await collect(world.runner.watch(id))).toMatchObject([{ state: 'succeeded' }]);
    expect(world.polls).toHaveLength(3);
  });

  test('tells nothing of what is not there, another owner’s, or deleted', async () => {
    const world = taskWorld();
    const { id } = await world.create();
    expect(await collect(world.runner.watch('video_none'))).toEqual([]);
    expect(await collect(world.runner.watch(id, 'globex'))).toEqual([]);
    const watching = collect(world.runner.watch(id));
    await world.clock.advance(100);
    await world.runner.remove(id);
    expect(await watching).toHaveLength(1);
    expect(await collect(world.runner.watch(id))).toEqual([]);
  });

  test('gives who is slow the newest only', async () => {
    const world = taskWorld();
    const { id } = await world.create();
    const watch = world.runner.watch(id);
    expect((await watch.next()).value).toMatchObject({ progress: 0 });
    for (const progress of [10, 20, 30]) await world.runner.report({ id }, { state: 'running', progress });
    expect((await watch.next()).value).toMatchObject({ progress: 30 });
    await world.runner.report({ id }, { state: 'succeeded', results: [] });
    expect((await watch.next()).value).toMatchObject({ state: 'succeeded' });
    expect(await watch.next()).toEqual({ done: true, value: undefined });
  });

  test('leaves nothing behind, however it ends', async () => {
    const world = taskWorld({ storage: sharedStorage() });
    const { id } = await world.create();
    const idle = world.clock.pending;
    for await (const task of world.runner.watch(id)) {
      expect(world.runner.stats.watched).toBe(1);
      if (task.progress === 0) break;
    }
    const watch = world.runner.watch(id);
    await watch.next();
    const pending = watch.next();
    await watch.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(world.runner.stats.watched).toBe(0);
    expect(world.clock.pending).toBe(idle);
    // Who never began to listen has nothing to leave.
    world.runner.watch(id);
    expect(world.runner.stats.watched).toBe(0);
  });

  test('sees within a second what another process has changed', async () => {
    const world = taskWorld({ storage: sharedStorage() });
    const other = world.another();
    const { id } = await world.create();
    await world.runner.cancel((await world.create()).id);
    const watch = other.watch(id);
    await watch.next();
    const next = watch.next();
    await world.runner.report({ id }, { state: 'running', progress: 50 });
    await world.clock.advance(second);
    expect((await next).value).toMatchObject({ progress: 50 });
    await watch.return?.();
  });

  test('tells nothing where nothing has changed, however often it is looked at', async () => {
    const world = taskWorld({ storage: sharedStorage() });
    const beginning = await world.runner.begin(asked);
    const seen: number[] = [];
    const watching = (async () => {
      for await (const { version } of world.runner.watch(beginning.task.id)) seen.push(version);
    })();
    await world.clock.advance(10 * second);
    await world.runner.close();
    await watching;
    expect(seen).toEqual([1]);
  });

  test('rejects where the store fails', async () => {
    const storage = memoryStorage();
    const world = taskWorld({ storage });
    storage.tasks.get = () => Promise.reject(new Error('down'));
    await expect(collect(world.runner.watch('video_a'))).rejects.toMatchObject({ code: 'VE_STORE_FAILED' });
    expect(world.runner.stats.watched).toBe(0);
  });
});

describe('waiting', () => {
  test('gives the task when it is over, or as it is when patience ends', async () => {
    const world = taskWorld();
    const { id } = await world.create();
    const patient = world.runner.wait(id, { patience: hour, owner: 'acme' });
    const hasty = world.runner.wait(id, { patience: 20 * second });
    const notAtAll = world.runner.wait(id, { patience: 0 });
    await world.clock.advance(0);
    expect(await notAtAll).toMatchObject({ state: 'queued' });
    await world.clock.advance(20 * second);
    expect(await hasty).toMatchObject({ state: 'running' });
    world.answer = () => ({ state: 'succeeded', results: [] });
    await world.clock.advance(minute);
    expect(await patient).toMatchObject({ state: 'succeeded' });
    expect(await world.runner.wait(id, { owner: 'globex' })).toBeUndefined();
    expect(await world.runner.wait('video_none')).toBeUndefined();
    expect(world.clock.pending).toBe(0);
  });

  test('ends with its signal, and the task goes on', async () => {
    const world = taskWorld();
    const { id } = await world.create();
    const caller = new AbortController();
    const waiting = world.runner.wait(id, { signal: caller.signal, patience: hour });
    await world.clock.advance(second);
    caller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(world.runner.wait(id, { signal: caller.signal })).rejects.toThrow('gone');
    expect(world.runner.stats.watched).toBe(0);
    const asks = world.polls.length;
    await world.clock.advance(minute);
    expect(world.polls.length).toBeGreaterThan(asks);
  });

  test('for what is created meanwhile goes on until it is over', async () => {
    const world = taskWorld();
    const beginning = await world.runner.begin({ ...asked, idempotencyKey: 'once' });
    if (beginning.outcome !== 'new') throw new Error('it is new');
    const joined = await world.runner.begin({ ...asked, idempotencyKey: 'once' });
    const waiting = world.runner.wait(joined.task.id);
    await beginning.creation.created({ id: 'a', state: 'succeeded', results: [] });
    expect(await waiting).toMatchObject({ state: 'succeeded' });
  });
});
