import { describe, expect, test } from 'vitest';
import { asked, hour, minute, second, target, taskWorld } from '../../test/task-world.ts';

describe('creation', () => {
  test('under one idempotency key is one, however often it is asked for; another request under it is a conflict', async () => {
    const world = taskWorld();
    const fields = { ...asked, idempotencyKey: 'once' };
    const all = await Promise.all(Array.from({ length: 50 }, () => world.runner.begin(fields)));
    expect(all.filter(({ outcome }) => outcome === 'new')).toHaveLength(1);
    expect(new Set(all.map(({ task }) => task.id)).size).toBe(1);
    const other = await world.runner.begin({ ...fields, digest: 'asked for a ship' });
    expect(other).toMatchObject({ outcome: 'conflict', task: { id: all[0]?.task.id } });
    expect(await world.runner.begin({ ...fields, owner: 'globex' })).toMatchObject({ outcome: 'new' });
  });

  test('that is refused is over and settled, and may be tried again under the same key', async () => {
    const world = taskWorld();
    const fields = { ...asked, idempotencyKey: 'once' };
    const first = await world.runner.begin(fields);
    if (first.outcome !== 'new') throw new Error('it is new');
    await first.creation.sending({ target });
    await first.creation.refused({ code: 'invalid', message: 'No such size.' });
    expect(await world.task(first.task.id)).toMatchObject({ state: 'failed', error: { code: 'invalid' } });
    await world.clock.advance(second);
    expect(world.settled).toHaveLength(1);
    expect(await world.runner.begin(fields)).toMatchObject({ outcome: 'new' });
  });

  test('of which nobody knows what became is never tried again', async () => {
    const world = taskWorld();
    const fields = { ...asked, idempotencyKey: 'once' };
    const first = await world.runner.begin(fields);
    if (first.outcome !== 'new') throw new Error('it is new');
    await first.creation.sending({ target });
    await first.creation.lost();
    expect(await world.runner.begin(fields)).toMatchObject({ outcome: 'known', task: { state: 'unknown' } });
    await world.clock.advance(hour);
    expect(await world.task(first.task.id)).toMatchObject({ error: { code: 'unknown_outcome' } });
    expect(world.polls).toEqual([]);
    expect(world.settled.map(({ state }) => state)).toEqual(['unknown']);
  });

  test('takes as long as it takes, while its process lives', async () => {
    const world = taskWorld();
    const beginning = await world.runner.begin(asked);
    if (beginning.outcome !== 'new') throw new Error('it is new');
    const other = world.another();
    other.resume();
    await beginning.creation.sending({ target });
    await world.clock.advance(5 * minute);
    expect(await world.task(beginning.task.id)).toMatchObject({ state: 'creating' });
    await beginning.creation.created({ id: 'a', state: 'queued' });
    expect(await world.task(beginning.task.id)).toMatchObject({ state: 'queued', job: 'a' });
  });

  test.each([
    ['before it was sent', false, 'failed', 'not_started'],
    ['after it was sent', true, 'unknown', 'unknown_outcome'],
  ])('whose process died %s', async (_, isSent, state, code) => {
    const world = taskWorld();
    const beginning = await world.runner.begin({ ...asked, idempotencyKey: 'once' });
    if (beginning.outcome !== 'new') throw new Error('it is new');
    if (isSent) await beginning.creation.sending({ target });
    await world.runner.close();
    const other = world.another();
    other.resume();
    await world.clock.advance(29 * second);
    expect(await world.task(beginning.task.id)).toMatchObject({ state: 'creating' });
    await world.clock.advance(2 * second);
    expect(await world.task(beginning.task.id)).toMatchObject({ state, error: { code } });
    expect(world.settled.map((task) => task.state)).toEqual([state]);
    const again = await other.begin({ ...asked, idempotencyKey: 'once' });
    expect(again.outcome).toBe(isSent ? 'known' : 'new');
    await expect(beginning.creation.sending({ target })).rejects.toMatchObject({ code: 'VE_STORE_FAILED' });
  });

  test('whose answer comes after it was given up is known again, asked about, and settled no second time', async () => {
    const world = taskWorld();
    const beginning = await world.runner.begin(asked);
    if (beginning.outcome !== 'new') throw new Error('it is new');
    await beginning.creation.sending({ target });
    await beginning.creation.lost();
    await world.clock.advance(second);
    world.answer = () => ({ state: 'succeeded', results: [{ url: 'https://x.example/a' }] });
    await beginning.creation.created({ id: 'late', state: 'running' });
    await world.clock.advance(minute);
    expect(await world.task(beginning.task.id)).toMatchObject({ state: 'succeeded', job: 'late' });
    expect(world.settled).toHaveLength(1);
  });

  test('is found again by who asks the same in the same words', async () => {
    const world = taskWorld();
    const { id } = await world.create();
    await world.clock.advance(minute);
    expect(await world.runner.findSame('acme', asked.digest, hour)).toMatchObject({ id });
    expect(await world.runner.findSame('acme', asked.digest, second)).toBeUndefined();
    expect(await world.runner.findSame('globex', asked.digest, hour)).toBeUndefined();
  });
});
