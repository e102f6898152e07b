import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createGateway,
  type Gateway,
  type Ledger,
  memoryLedger,
  openaiCompatible,
  sqlite,
  sqliteStorage,
  type TaskStorage,
} from '@vector-engine/core';
import { simulatedVideoTasks } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { fastClock } from '../tasks/fast-clock.ts';

interface Keeping {
  readonly ledger: Ledger;
  readonly storage?: TaskStorage;
}

/** One person with two dollars; a second of video costs 10 cents. */
function open(baseURL: string, { ledger, ...kept }: Keeping = { ledger: memoryLedger() }) {
  return createGateway({
    identify: () => ({ path: 'acme/ann' }),
    upstreams: { videos: openaiCompatible({ apiKey: 'k', baseURL, vendor: 'videos', videos: 'tasks' }) },
    models: { film: 'videos/sora-2' },
    prices: { 'videos/sora-2': { second: 0.1 } },
    budgets: { 'acme/ann': { limit: 2, window: 'total' } },
    clock: fastClock,
    ledger,
    ...kept,
  });
}

async function begin(gateway: Gateway, seconds = '8'): Promise<Response> {
  return gateway.fetch('http://gateway/v1/videos', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'film', prompt: 'A boat', seconds }),
  });
}

async function stand(gateway: Gateway): Promise<object> {
  const [state] = await gateway.budgets.read('acme/ann');
  return { spent: state?.spent, held: state?.held };
}

function settled(gateway: Gateway): Promise<string> {
  return new Promise((resolve) => {
    gateway.on('task', ({ state, isSettled }) => isSettled && resolve(state));
  });
}

test.each([
  ['succeeds is paid', 'success', 'succeeded', 0.8],
  ['fails is refunded', 'failure', 'failed', 0],
  ['is filtered is refunded', 'filtered', 'failed', 0],
] as const)('a video that %s', async (_what, ends, state, spent) => {
  await using upstream = await simulatedVideoTasks({ models: ['sora-2'], jobTime: 50 });
  upstream.jobs.plan({ ends: { type: ends } });
  await using gateway = open(upstream.baseURL);
  const end = settled(gateway);
  expect((await begin(gateway)).status).toBe(200);
  expect(await stand(gateway)).toEqual({ spent: 0, held: 0.8 });
  expect(await end).toBe(state);
  expect(await stand(gateway)).toEqual({ spent, held: 0 });
});

test('a video that its vendor refuses costs nothing, and one that is too dear is not asked for', async () => {
  await using upstream = await simulatedVideoTasks({ models: ['sora-2'], jobTime: 50 });
  upstream.jobs.plan({ creation: { type: 'status', status: 400 } });
  await using gateway = open(upstream.baseURL);
  const end = settled(gateway);
  expect((await begin(gateway)).status).toBe(400);
  await end;
  expect(await stand(gateway)).toEqual({ spent: 0, held: 0 });
  const before = upstream.requests.length;
  const refusal = settled(gateway);
  const refused = await begin(gateway, '30');
  expect(refused.status).toBe(429);
  expect(await refused.text()).toContain('it needs $3.00 at least');
  await refusal;
  expect(upstream.requests).toHaveLength(before);
  expect(await stand(gateway)).toEqual({ spent: 0, held: 0 });
});

test('of two videos that are asked for at once only as many are made as there is money for', async () => {
  await using upstream = await simulatedVideoTasks({ models: ['sora-2'], jobTime: 50 });
  await using gateway = open(upstream.baseURL);
  const answers = await Promise.all([begin(gateway), begin(gateway), begin(gateway)]);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  expect(await stand(gateway)).toEqual({ spent: 0, held: 1.6 });
});

test('what is held for a video is held across a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'job-budgets-'));
  await using upstream = await simulatedVideoTasks({ models: ['sora-2'], jobTime: 3_600_000 });
  const ledger = sqlite(join(folder, 'ledger.sqlite'));
  const storage = sqliteStorage({ path: join(folder, 'tasks.sqlite') });
  const first = open(upstream.baseURL, { ledger, storage });
  await begin(first);
  await first.close({ grace: 0 });

  const second = open(upstream.baseURL, { ledger, storage });
  expect(await stand(second)).toEqual({ spent: 0, held: 0.8 });
  await second.close({ grace: 0 });
  await storage.close();
  await ledger.close();
  await rm(folder, { recursive: true });
});
