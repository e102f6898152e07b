import { describe, expect, test } from 'vitest';
import { asked, minute, second, type TaskWorld, target, taskWorld } from '../../test/task-world.ts';
import { memoryStorage } from './memory-storage.ts';

function taskWorldThatFails(): TaskWorld {
  const world = taskWorld();
  world.storage.tasks.insert = () => Promise.reject(new Error('locked'));
  return world;
}

describe('a store that fails', () => {
  test('for a while does not lose what the upstream has created', async () => {
    const world = taskWorld();
    const beginning = await world.runner.begin(asked);
    if (beginning.outcome !== 'new') throw new Error('it is new');
    await beginning.creation.sending({ target });
    const replace = world.storage.tasks.replace.bind(world.storage.tasks);
    world.storage.tasks.replace = () => Promise.reject(new Error('the disk is full'));
    const creating = beginning.creation.created({ id: 'a', state: 'queued' });
    await world.clock.advance(3 * second);
    world.storage.tasks.replace = replace;
    await world.clock.advance(5 * second);
    expect(await creating).toMatchObject({ state: 'queued', job: 'a' });
  });

  test('does not stop what is under way', async () => {
    const world = taskWorld();
    const { id } = await world.create();
    const lease = world.storage.tasks.lease.bind(world.storage.tasks);
    world.storage.tasks.lease = () => Promise.reject(new Error('locked'));
    await world.clock.advance(minute);
    expect(world.polls).toEqual([]);
    world.storage.tasks.lease = lease;
    world.answer = () => ({ state: 'succeeded', results: [] });
    await world.clock.advance(6 * second);
    expect(await world.task(id)).toMatchObject({ state: 'succeeded' });
    await expect(taskWorldThatFails().runner.begin(asked)).rejects.toMatchObject({ code: 'VE_STORE_FAILED' });
  });

  test('to keep an answer is asked to keep the next one, when the lease is over', async () => {
    const world = taskWorld();
    world.answer = () => ({ state: 'succeeded', results: [{ data: 'YQ==' }] });
    const { id } = await world.create();
    const put = world.storage.blobs.put.bind(world.storage.blobs);
    world.storage.blobs.put = () => Promise.reject(new Error('the disk is full'));
    await world.clock.advance(20 * second);
    expect(world.polls).toHaveLength(1);
    world.storage.blobs.put = put;
    await world.clock.advance(20 * second);
    expect(await world.task(id)).toMatchObject({ state: 'succeeded', results: [{ blob: `${id}-0` }] });
    expect(world.polls).toHaveLength(2);
  });

  test('to renew a lease does not make a process give up what it creates itself', async () => {
    const world = taskWorld();
    const beginning = await world.runner.begin(asked);
    if (beginning.outcome !== 'new') throw new Error('it is new');
    await beginning.creation.sending({ target });
    world.storage.tasks.renew = () => Promise.reject(new Error('locked'));
    await world.create();
    await world.clock.advance(minute);
    expect(await world.task(beginning.task.id)).toMatchObject({ state: 'creating' });
  });

  test('has no room for what was made: the task has failed, and says why', async () => {
    const world = taskWorld({ storage: memoryStorage({ blobBytes: 10 }) });
    world.answer = () => ({ state: 'succeeded', results: [{ data: 'A'.repeat(40) }] });
    const { id } = await world.create();
    await world.clock.advance(2 * second);
    expect(await world.task(id)).toMatchObject({ state: 'failed', error: { code: 'result_not_kept' } });
  });
});

test('a change that another comes before is made to what is there by then', async () => {
  const world = taskWorld();
  const { id } = await world.create();
  const replace = world.storage.tasks.replace.bind(world.storage.tasks);
  world.storage.tasks.replace = async (record) => {
    world.storage.tasks.replace = replace;
    await world.another().report({ id }, { state: 'running', progress: 70 });
    return world.storage.tasks.replace(record);
  };
  await world.runner.report({ id }, { state: 'running', progress: 30 });
  expect(await world.task(id)).toMatchObject({ progress: 70, version: 5 });
});
