import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryLedger, sqlite, sqliteStorage } from '@vector-engine/core';
import { describe, expect, test } from 'vitest';
import { fastClock } from '../video/fast-clock.ts';
import { startStudio } from '../video/studios.ts';
import { openWorld, until, type World, type WorldOptions } from '../video/world.ts';

const day = 86_400_000;
const wish = { model: 'film', prompt: 'A boat', seconds: '8' };

/** Eight seconds cost 80 cents. */
const paid: WorldOptions = {
  prices: { 'sora-2': { second: 0.1 } },
  budgets: { acme: { limit: 2, window: 'total' } },
};

async function stand({ gateway }: World): Promise<readonly unknown[]> {
  const [state] = await gateway.budgets.read('acme');
  return [state?.spent, state?.held];
}

test('where nobody knows whether a video was made, its money stays held until it counts as spent', async () => {
  const clock = fastClock();
  const ledger = memoryLedger();
  await using world = await openWorld({ ...paid, clock, ledger });
  const lost: unknown[] = [];
  world.gateway.on('holdsLost', ({ holds }) => lost.push(...holds));
  world.studio.jobs.plan({ creation: { type: 'reset' } });
  expect((await world.ask('/v1/videos', wish)).status).toBe(502);
  await world.settled();
  expect(await stand(world)).toEqual([0, 0.8]);
  // It takes two for what is left: the third has to wait.
  world.studio.jobs.plan({});
  expect((await world.ask('/v1/videos', wish)).status).toBe(200);
  expect((await world.ask('/v1/videos', wish)).status).toBe(429);
  await world.settled(2);
  await until(async () => (await stand(world))[0] === 0.8);
  clock.skip(60 * day);
  await until(async () => (await stand(world))[1] === 0);
  expect(await stand(world)).toEqual([1.6, 0]);
  expect(lost).toMatchObject([{ cost: 800_000_000 }]);
  const { entries } = await ledger.query({});
  expect(entries.map(({ cost, error }) => [cost, error]).toReversed()).toEqual([
    [undefined, 'unknown_outcome'],
    [800_000_000, undefined],
    [undefined, 'VE_BUDGET_EXCEEDED'],
  ]);
});

test('who leaves pays for the video that is made', async () => {
  await using world = await openWorld({ ...paid, studio: { jobTime: 500 } });
  const leaving = new AbortController();
  const asked = world.ask('/v1/images/generations', wish, { signal: leaving.signal });
  await until(() => world.studio.jobs.creations === 1);
  leaving.abort();
  await asked.catch(() => {});
  expect(await stand(world)).toEqual([0, 0.8]);
  await world.settled();
  await until(async () => (await stand(world))[1] === 0);
  expect(await stand(world)).toEqual([0.8, 0]);
});

describe.each(['success', 'failure'] as const)('a restart before the end: %s', (type) => {
  test('the next process settles what was held', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vector-job-ends-'));
    await using studio = await startStudio('openai', { jobTime: 3_600_000 });
    studio.jobs.plan({ ends: { type } });
    const open = () => ({
      ledger: sqlite(join(folder, 'ledger.db')),
      storage: sqliteStorage({ path: join(folder, 'tasks.db') }),
    });
    const first = open();
    const before = await openWorld({ ...paid, ...first, at: studio });
    expect((await before.ask('/v1/videos', wish)).status).toBe(200);
    expect(await stand(before)).toEqual([0, 0.8]);
    await before[Symbol.asyncDispose]();
    await first.storage.close();
    await first.ledger.close();
    studio.jobs.finish();
    const second = open();
    {
      await using after = await openWorld({ ...paid, ...second, at: studio });
      expect(await stand(after)).toEqual([0, 0.8]);
      await after.settled();
      await until(async () => (await stand(after))[1] === 0);
      expect(await stand(after)).toEqual([type === 'success' ? 0.8 : 0, 0]);
    }
    const { entries } = await second.ledger.query({});
    expect(entries).toMatchObject([
      { cost: type === 'success' ? 800_000_000 : 0, operation: 'video', tenant: 'acme' },
    ]);
    await second.storage.close();
    await second.ledger.close();
    await rm(folder, { recursive: true });
  });
});
