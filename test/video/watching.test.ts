import { describe, expect, test } from 'vitest';
import { isRecord, openWorld, until } from './world.ts';

const wish = { model: 'film', prompt: 'A boat' };

async function read(response: Response): Promise<Record<string, unknown>> {
  const value: unknown = await response.json();
  return isRecord(value) ? value : {};
}

const statesOf = (states: readonly string[]): string[] =>
  states.filter((state, index) => state !== states[index - 1]);

describe('those who watch a job', () => {
  test('hear of each change, however many they are, and the provider is asked once an interval', async () => {
    await using world = await openWorld({ studio: { jobTime: 400 } });
    const { id } = await read(await world.ask('/v1/videos', wish));
    const watch = async (): Promise<string[]> => {
      const states: string[] = [];
      for await (const { state } of world.gateway.tasks.watch(String(id))) states.push(state);
      return statesOf(states);
    };
    const all = await Promise.all(Array.from({ length: 20 }, watch));
    for (const states of all) expect(states.slice(-2)).toEqual(['running', 'succeeded']);
    // At 1, 3, 8 and 18 seconds of the world's time; the job takes 10.
    expect(world.studio.jobs.polls).toBeLessThanOrEqual(5);
    expect(await world.gateway.tasks.find(String(id))).toMatchObject({ state: 'succeeded', owner: 'acme' });
  });

  test('of what is not there hear nothing', async () => {
    await using world = await openWorld();
    const heard: unknown[] = [];
    for await (const task of world.gateway.tasks.watch('video_none')) heard.push(task);
    expect(heard).toEqual([]);
    expect(await world.gateway.tasks.find('video_none')).toBeUndefined();
  });

  test('leave without disturbing the others', async () => {
    await using world = await openWorld({ studio: { jobTime: 100 } });
    const { id } = await read(await world.ask('/v1/videos', wish));
    for await (const { state } of world.gateway.tasks.watch(String(id))) if (state !== 'creating') break;
    const waiting = world.ask('/v1/images/generations', wish);
    expect((await waiting).status).toBe(200);
    await world.settled(2);
  });

  test('hear the end of a video that was deleted', async () => {
    await using world = await openWorld({ studio: { jobTime: 3_600_000 } });
    const { id } = await read(await world.ask('/v1/videos', wish));
    const watching = (async () => {
      let times = 0;
      for await (const { state } of world.gateway.tasks.watch(String(id)))
        times += state === 'succeeded' ? 0 : 1;
      return times;
    })();
    await world.ask(`/v1/videos/${String(id)}`, undefined, { method: 'DELETE' });
    expect(await watching).toBeGreaterThan(0);
  });
});

/** How much keeps this process alive. */
const resources = (): number =>
  process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length;

describe('a gateway that closes', () => {
  test('answers those who wait with the task, and leaves it to be gone on with', async () => {
    const world = await openWorld({ studio: { jobTime: 3_600_000 } });
    const waiting = Array.from({ length: 5 }, (_, index) =>
      world.ask('/v1/images/generations', { ...wish, prompt: `Boat ${index}` }),
    );
    await until(() => world.studio.jobs.creations === 5);
    await until(() => world.tasks.filter(({ state }) => state === 'queued').length === 5);
    const closing = world.gateway.close({ grace: 60_000 });
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(answers[0]?.headers.get('x-should-retry')).toBe('false');
    await closing;
    expect(world.tasks.some(({ isSettled }) => isSettled)).toBe(false);
    await world[Symbol.asyncDispose]();
  });

  test('waits for what is being created, and keeps what it is called', async () => {
    const world = await openWorld();
    world.studio.fail({ type: 'slow', headersAfter: 100 });
    const asked = world.ask('/v1/videos', wish);
    await until(() => world.studio.requests.length === 1);
    await world.gateway.close({ grace: 60_000 });
    const video = await read(await asked);
    expect(video).toMatchObject({ object: 'video', status: expect.stringMatching(/queued|completed/) });
    expect(world.tasks.at(-1)?.state).not.toBe('creating');
    await world[Symbol.asyncDispose]();
  });

  test('does not take what it cuts off for a video that was never begun', async () => {
    const world = await openWorld();
    world.studio.jobs.plan({ creation: { type: 'hang' } });
    const asked = world.ask('/v1/videos', wish);
    await until(() => world.studio.jobs.creations === 1);
    await world.gateway.close({ grace: 100 });
    const response = await asked;
    expect(response.status).toBe(502);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(world.tasks.at(-1)).toMatchObject({ state: 'unknown' });
    await world[Symbol.asyncDispose]();
  });

  test('ends those who watch, and takes no new wish', async () => {
    const world = await openWorld({ studio: { jobTime: 3_600_000 } });
    const { id } = await read(await world.ask('/v1/videos', wish));
    const watching = (async () => {
      const states: string[] = [];
      for await (const { state } of world.gateway.tasks.watch(String(id))) states.push(state);
      return states;
    })();
    await until(() => world.studio.jobs.polls > 0);
    await world.gateway.close({ grace: 0 });
    expect((await watching).at(-1)).not.toBe('succeeded');
    expect((await world.ask('/v1/videos', wish)).status).toBe(503);
    expect(world.studio.jobs.creations).toBe(1);
    await world[Symbol.asyncDispose]();
  });

  test('leaves nothing behind that would keep the process', async () => {
    const before = resources();
    for (let round = 0; round < 3; round++) {
      const world = await openWorld({ studio: { jobTime: 3_600_000 } });
      const waiting = world.ask('/v1/images/generations', { ...wish, model: 'film' });
      await until(() => world.studio.jobs.creations === 1);
      await world[Symbol.asyncDispose]();
      await waiting;
    }
    await until(() => resources() <= before);
    expect(resources()).toBeLessThanOrEqual(before);
  });
});
