import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createGateway,
  type Gateway,
  type Ledger,
  type LedgerEntry,
  memoryLedger,
  openaiCompatible,
  sqlite,
  sqliteStorage,
  type TaskStorage,
} from '@vector-engine/core';
import { simulatedVideoTasks } from '@vector-engine/testing';
import { expect, test, vi } from 'vitest';
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

async function begin(
  gateway: Gateway,
  seconds = '8',
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return gateway.fetch('http://gateway/v1/videos', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
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
  const refusal = new Promise((resolve) => {
    gateway.on('task', ({ id, isSettled }) => isSettled && resolve(gateway.tasks.find(id)));
  });
  const refused = await begin(gateway, '30');
  expect(refused.status).toBe(429);
  expect(await refused.text()).toContain('it needs $3.00 at least');
  expect(await refusal).toMatchObject({
    error: { message: expect.stringMatching(/^There is no budget left/) },
  });
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

test('what is held for a video is held across a restart, and settled at what it has cost', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'job-budgets-'));
  await using upstream = await simulatedVideoTasks({ models: ['sora-2'], jobTime: 3_600_000 });
  const ledger = sqlite(join(folder, 'ledger.sqlite'));
  const storage = sqliteStorage({ path: join(folder, 'tasks.sqlite') });
  const first = open(upstream.baseURL, { ledger, storage });
  await begin(first);
  await first.close({ grace: 0 });

  const second = open(upstream.baseURL, { ledger, storage });
  expect(await stand(second)).toEqual({ spent: 0, held: 0.8 });
  const end = settled(second);
  upstream.jobs.finish();
  expect(await end).toBe('succeeded');
  expect(await stand(second)).toEqual({ spent: 0.8, held: 0 });
  await second.close({ grace: 0 });
  const { entries } = await ledger.query({});
  expect(entries).toMatchObject([{ cost: 800_000_000, status: 200, upstreamKey: '#1', attempts: 1 }]);
  await storage.close();
  await ledger.close();
  await rm(folder, { recursive: true });
});

/** What the ledger says of all calls, oldest first. */
async function rows(gateway: Gateway, ledger: Ledger): Promise<readonly LedgerEntry[]> {
  // What is over is written down behind the requests' backs.
  await gateway.close();
  const { entries } = await ledger.query({});
  return entries.toReversed();
}

test('a video and the request that began it are one row, which has its cost in the end', async () => {
  const ledger = memoryLedger();
  await using upstream = await simulatedVideoTasks({ models: ['sora-2'], jobTime: 3_600_000 });
  await using gateway = open(upstream.baseURL, { ledger });
  const end = settled(gateway);
  const asked = { 'idempotency-key': 'one' };
  await begin(gateway, '8', asked);
  await begin(gateway, '8', asked);
  await vi.waitFor(async () => expect((await ledger.query({})).entries).toHaveLength(2));
  const before = (await ledger.query({})).entries.toReversed();
  expect(before.map(({ cost, status }) => [cost, status])).toEqual([
    [undefined, 200],
    [undefined, 200],
  ]);
  upstream.jobs.finish();
  await end;
  const [first, again, ...others] = await rows(gateway, ledger);
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    id: before[0]?.id,
    cost: 800_000_000,
    priceSource: 'options',
    status: 200,
    operation: 'video',
    path: 'acme/ann',
    upstream: 'videos',
    upstreamKey: '#1',
    attempts: 1,
    units: { videos: 1, seconds: 8 },
  });
  // It is the same video, which is paid for once.
  expect(again).toMatchObject({ id: before[1]?.id, cost: undefined, status: 200 });
});

test('who waits for a video has one row with its cost, whether or not it is over before the request', async () => {
  const ledger = memoryLedger();
  await using upstream = await simulatedVideoTasks({ models: ['sora-2'], jobTime: 50 });
  await using gateway = open(upstream.baseURL, { ledger });
  const end = settled(gateway);
  const answer = await gateway.fetch('http://gateway/v1/images/generations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'film', prompt: 'A boat', duration: 8 }),
  });
  expect(answer.status).toBe(200);
  await end;
  // The request ends when its answer was read.
  await answer.text();
  expect(await rows(gateway, ledger)).toMatchObject([{ cost: 800_000_000, status: 200, error: undefined }]);
});

test('a video that is refused is one row, with what it was refused for', async () => {
  const ledger = memoryLedger();
  await using upstream = await simulatedVideoTasks({ models: ['sora-2'], jobTime: 50 });
  await using gateway = open(upstream.baseURL, { ledger });
  const dear = settled(gateway);
  expect((await begin(gateway, '30')).status).toBe(429);
  await dear;
  const bad = settled(gateway);
  upstream.jobs.plan({ creation: { type: 'status', status: 400 } });
  expect((await begin(gateway)).status).toBe(400);
  await bad;
  expect(await rows(gateway, ledger)).toMatchObject([
    { status: 429, error: 'VE_BUDGET_EXCEEDED', cost: undefined },
    { status: 400, error: 'VE_UPSTREAM_STATUS', cost: undefined },
  ]);
});

test('a video that fails is one row, which says so', async () => {
  const ledger = memoryLedger();
  await using upstream = await simulatedVideoTasks({ models: ['sora-2'], jobTime: 50 });
  upstream.jobs.plan({ ends: { type: 'failure' } });
  await using gateway = open(upstream.baseURL, { ledger });
  const end = settled(gateway);
  expect((await begin(gateway)).status).toBe(200);
  await end;
  const [row, ...others] = await rows(gateway, ledger);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ status: 502, cost: 0 });
  expect(row?.error).toBeDefined();
});
