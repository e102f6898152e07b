import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GatewayOptions, memoryLedger, midjourney, openai, toNodeListener } from '@vector-engine/core';
import { simulatedMidjourney, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { canary, reach, startStudio } from '../video/studios.ts';
import { isRecord, openWorld, until, type World } from '../video/world.ts';

interface Job {
  readonly id: string;
  readonly model: string;
  readonly state: string;
  readonly tenant: string;
  readonly cost: number | null;
  readonly preview: string | null;
  readonly results: readonly { readonly url: string; readonly type: string | null }[];
  readonly prompt: string | null;
  readonly isTraceless: boolean;
  readonly canCancel: boolean;
}

const admin = (): boolean => true;
/** Longer than a test. */
const forEver = 1e9;

async function begin(world: World, body: object = {}, tenant = 'acme'): Promise<string> {
  const asked = { model: 'film', prompt: 'A boat at dawn', seconds: '8', ...body };
  const response = await world.ask('/v1/videos', asked, { headers: { 'x-tenant': tenant } });
  const video: unknown = await response.json();
  if (!isRecord(video) || typeof video['id'] !== 'string')
    throw new Error(`it was not begun: ${response.status}`);
  return video['id'];
}

async function get<Result>(world: World, path: string): Promise<Result> {
  const response = await world.ask(path);
  expect(response.status).toBe(200);
  // What is in it is what is tested.
  return (await response.json()) as Result;
}

const listed = async (world: World, query = ''): Promise<readonly Job[]> =>
  (await get<{ data: readonly Job[] }>(world, `/admin/jobs${query}`)).data;

const cancel = (world: World, id: string): Promise<Response> => world.ask(`/admin/jobs/${id}/cancel`, {});

describe('operators see jobs', () => {
  test('of everybody, the newest first, page by page, as far as they want', async () => {
    await using world = await openWorld({ admin, studio: { jobTime: forEver } });
    const ids: string[] = [];
    for (const tenant of ['acme', 'globex', 'acme', 'initech', 'acme'])
      ids.push(await begin(world, {}, tenant));
    world.studio.jobs.finish({ type: 'success' });
    await world.settled();
    const newest = ids.toReversed();
    expect((await listed(world)).map(({ id }) => id)).toEqual(newest);
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 9; pages++) {
      const page: { data: readonly Job[]; cursor: string | null } = await get(
        world,
        `/admin/jobs?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.cursor;
    }
    expect(seen).toEqual(newest);
    expect((await listed(world, '?state=succeeded')).map(({ id }) => id)).toEqual([ids[4]]);
    expect(await listed(world, '?operation=images')).toEqual([]);
    expect(await listed(world, '?model=another')).toEqual([]);
    expect((await listed(world, '?model=film&operation=video')).length).toBe(5);
    expect((await world.ask('/admin/jobs?state=odd')).status).toBe(400);
  });

  test('as they are: who asked, what they cost, and what was made at addresses of our own', async () => {
    await using world = await openWorld({
      admin,
      prices: { 'studio/sora-2': { second: 0.1 } },
    });
    const id = await begin(world, {}, 'globex');
    await world.settled();
    const job: Job = await get(world, `/admin/jobs/${id}`);
    expect(job).toMatchObject({
      id,
      operation: 'video',
      model: 'film',
      state: 'succeeded',
      progress: 100,
      tenant: 'globex',
      path: 'globex',
      target: { upstream: 'studio', model: 'sora-2' },
      cost: 800_000_000,
      dollars: 0.8,
      error: null,
      canCancel: false,
      isTraceless: false,
      prompt: null,
      results: [{ type: 'video/mp4' }],
    });
    const shown = JSON.stringify(job);
    for (const secret of [world.studio.origin, canary, 'A boat']) expect(shown).not.toContain(secret);
    const file = await world.ask(job.results[0]?.url ?? '');
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(100);
  });

  test('that failed, with what the vendor says, and that are not there as 404', async () => {
    await using world = await openWorld({ admin });
    world.studio.jobs.plan({ ends: { type: 'failure', message: 'The studio is on fire.' } });
    const id = await begin(world);
    await world.settled();
    expect(await get(world, `/admin/jobs/${id}`)).toMatchObject({
      state: 'failed',
      cost: 0,
      error: { code: expect.any(String), message: 'The studio is on fire.' },
      results: [],
    });
    expect((await world.ask('/admin/jobs/video_none')).status).toBe(404);
  });

  test('with what was asked, only where all of that is kept, and never of those that leave no trace', async () => {
    const traceless: GatewayOptions['traceless'] = { tenants: ['secret'] };
    await using world = await openWorld({ admin, traceless, audit: { content: 'full' } });
    const [plain, secret] = [await begin(world), await begin(world, {}, 'secret')];
    await world.settled(2);
    expect(await get(world, `/admin/jobs/${plain}`)).toMatchObject({ prompt: 'A boat at dawn' });
    const hidden = await get(world, `/admin/jobs/${secret}`);
    expect(hidden).toMatchObject({ prompt: null, isTraceless: true, preview: null, results: [] });
    expect(JSON.stringify(hidden)).not.toContain('boat');
  });

  test('with a picture of how far they are, which is fetched through the gateway', async () => {
    await using studio = await simulatedMidjourney({ jobTime: forEver });
    await using world = await openWorld({
      admin,
      upstreams: { studio: midjourney({ baseURL: studio.origin, apiKey: canary }) },
      models: { drawing: 'studio/midjourney-v7' },
      tasks: { wait: 1 },
    });
    const asked = { model: 'drawing', prompt: 'A fox' };
    const response = await world.ask('/v1/images/generations', asked, {
      headers: { prefer: 'respond-async' },
    });
    expect(response.status).toBe(202);
    studio.jobs.advance(forEver / 2);
    await until(async () => (await listed(world))[0]?.preview !== null);
    const [job] = await listed(world);
    expect(JSON.stringify(job)).not.toContain(studio.origin);
    const picture = await world.ask(job?.preview ?? '');
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(
      Buffer.from(await picture.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const forged = await world.ask((job?.preview ?? '').replace(/sig=..../, 'sig=AAAA'));
    expect(forged.status).toBe(403);
  });
});

describe('a job is cancelled by an operator', () => {
  test('at its vendor and here; what is held for it is free again, once', async () => {
    const ledger = memoryLedger();
    await using world = await openWorld({
      admin,
      ledger,
      studio: { jobTime: forEver },
      prices: { 'studio/sora-2': { second: 0.1 } },
      budgets: { acme: { limit: 5, window: 'total' } },
    });
    const id = await begin(world);
    const stand = async (): Promise<object> => {
      const [state] = await world.gateway.budgets.read('acme');
      return { spent: state?.spent, held: state?.held };
    };
    expect(await stand()).toEqual({ spent: 0, held: 0.8 });
    expect(await get(world, `/admin/jobs/${id}`)).toMatchObject({ canCancel: true });
    const answers = await Promise.all([cancel(world, id), cancel(world, id), cancel(world, id)]);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    for (const { status } of answers) expect([200, 409]).toContain(status);
    expect(world.studio.jobs.list()).toMatchObject([{ deleted: true }]);
    await world.settled();
    await until(async () => JSON.stringify(await stand()) === JSON.stringify({ spent: 0, held: 0 }));
    expect(await get(world, `/admin/jobs/${id}`)).toMatchObject({
      state: 'cancelled',
      cost: 0,
      canCancel: false,
    });
    expect(world.tasks.filter(({ isSettled }) => isSettled)).toHaveLength(1);
    const entries = async (): Promise<unknown> => (await ledger.query({})).entries;
    await expect.poll(entries).toMatchObject([{ error: 'cancelled', cost: 0 }]);
    expect((await cancel(world, id)).status).toBe(409);
  });

  test('where the proxy in front of Midjourney can', async () => {
    await using studio = await simulatedMidjourney({ jobTime: forEver });
    await using world = await openWorld({
      admin,
      upstreams: { studio: midjourney({ baseURL: studio.origin, apiKey: canary }) },
      models: { drawing: 'studio/midjourney-v7' },
    });
    const asked = { model: 'drawing', prompt: 'A fox' };
    await world.ask('/v1/images/generations', asked, { headers: { prefer: 'respond-async' } });
    const [job] = await listed(world);
    expect(await (await cancel(world, job?.id ?? '')).json()).toMatchObject({ state: 'cancelled' });
    expect(studio.jobs.list()).toMatchObject([{ deleted: true }]);
  });

  test.each(['vertex', 'gemini', 'xai', 'tasks'] as const)(
    'not where the vendor has no way to (%s): that is said, and it goes on',
    async (format) => {
      await using world = await openWorld({ admin, format, studio: { jobTime: forEver } });
      const id = await begin(world, { seconds: '8' });
      expect(await get(world, `/admin/jobs/${id}`)).toMatchObject({ canCancel: false });
      const answer = await cancel(world, id);
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({
        error: { code: 'conflict', message: expect.stringContaining('studio has no way to give it up') },
      });
      world.studio.jobs.finish({ type: 'success' });
      expect(await world.settled()).toMatchObject([{ id, state: 'succeeded' }]);
    },
  );

  test.each([
    ['will not', 409, 409],
    ['is down', 503, 503],
  ])('not where its vendor %s: it is asked about as before', async (_what, status, told) => {
    await using world = await openWorld({ admin, studio: { jobTime: forEver } });
    const id = await begin(world);
    world.studio.fail(({ method }) => (method === 'DELETE' ? { type: 'status', status } : undefined));
    expect((await cancel(world, id)).status).toBe(told);
    expect(await get(world, `/admin/jobs/${id}`)).toMatchObject({ state: 'queued', canCancel: true });
    world.studio.jobs.finish({ type: 'success' });
    expect(await world.settled()).toMatchObject([{ id, state: 'succeeded' }]);
  });

  test('not where it is over, nor where it is not there', async () => {
    await using world = await openWorld({ admin });
    const id = await begin(world);
    await world.settled();
    const answer = await cancel(world, id);
    expect([answer.status, await answer.text()]).toEqual([
      409,
      expect.stringContaining('it is over: succeeded'),
    ]);
    expect((await cancel(world, 'video_none')).status).toBe(404);
  });
});

test('a job at a target that is drained is asked about to its end, and its file can be had; new ones go elsewhere', async () => {
  const [one, other] = [await startStudio('openai', { jobTime: forEver }), await startStudio('openai')];
  await using upstreamOne = one;
  await using upstreamOther = other;
  await using world = await openWorld({
    admin,
    at: upstreamOne,
    upstreams: { one: reach('openai', upstreamOne), other: reach('openai', upstreamOther) },
    models: { film: ['one/sora-2', 'other/sora-2'] },
  });
  const id = await begin(world);
  world.gateway.targets.drain({ upstream: 'one', model: 'sora-2' });
  await begin(world);
  expect([one.jobs.creations, other.jobs.creations]).toEqual([1, 1]);
  one.jobs.finish({ type: 'success' });
  await world.settled(2);
  const job: Job = await get(world, `/admin/jobs/${id}`);
  expect(job).toMatchObject({ state: 'succeeded', target: { upstream: 'one' } });
  expect((await world.ask(job.results[0]?.url ?? '')).status).toBe(200);
});

test('where the host shows the gateway to its operators, addresses of what was made lead there, and work', async () => {
  await using world = await openWorld();
  const id = await begin(world);
  await world.settled();
  const door = world.gateway.behind({ allow: () => true });
  const server = createServer(toNodeListener(door, { prefix: '/gateway' }));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    // A server that listens on TCP has an address of this form.
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    const job: unknown = await (await fetch(`${origin}/gateway/admin/jobs/${id}`)).json();
    const url: unknown = isRecord(job) && Array.isArray(job['results']) ? job['results'][0]?.url : undefined;
    expect(url).toMatch(new RegExp(`^${origin}/gateway/v1/videos/${id}/content\\?exp=`));
    const file = await fetch(String(url));
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    await file.arrayBuffer();
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('who is no operator sees and cancels nothing', async () => {
  await using upstream = await simulatedOpenAI({ jobTime: forEver });
  await using world = await openWorld({
    admin: () => false,
    upstreams: { studio: openai({ apiKey: canary, baseURL: upstream.baseURL }) },
  });
  const id = await begin(world);
  for (const answer of [
    await world.ask('/admin/jobs'),
    await world.ask(`/admin/jobs/${id}`),
    await cancel(world, id),
  ])
    expect(answer.status).toBe(403);
  expect(upstream.jobs.list()).toMatchObject([{ deleted: false }]);
});
