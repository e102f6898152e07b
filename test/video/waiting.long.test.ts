import { describe, expect, test } from 'vitest';
import { isRecord, openWorld, until, type World } from './world.ts';

/* The call that waits for its video, because its client reads `data[0].url` and nothing else. */

const wish = { model: 'film', prompt: 'A boat at dawn', duration: 8 };
const path = '/v1/images/generations';
const slow = { jobTime: 3_600_000 };

async function read(response: Response): Promise<Record<string, unknown>> {
  const value: unknown = await response.json();
  return isRecord(value) ? value : {};
}

const reachable = async (world: World, body: Record<string, unknown>): Promise<number> => {
  const [first] = Array.isArray(body['data']) ? body['data'] : [];
  return (await world.ask(String(isRecord(first) ? first['url'] : ''))).status;
};

describe('where the video takes longer than the caller can wait', () => {
  test('the answer is 202 with the task, where it is, when to ask, and that it must not be sent again', async () => {
    await using world = await openWorld({ studio: slow, tasks: { wait: 2000 } });
    const response = await world.ask(path, wish);
    const body = await read(response);
    expect(response.status).toBe(202);
    expect(body).toMatchObject({ object: 'video.generation', model: 'film', status: 'queued' });
    expect(response.headers.get('location')).toBe(
      `http://gateway/v1/video/generations/${String(body['id'])}`,
    );
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('x-should-retry')).toBe('false');
    world.studio.jobs.finish();
    const location = String(response.headers.get('location'));
    await until(async () => (await read(await world.ask(location)))['status'] === 'succeeded');
    const made = await read(await world.ask(location));
    expect(made).toMatchObject({ id: body['id'], usage: { total_tokens: 0 } });
    expect(await reachable(world, made)).toBe(200);
    expect(world.studio.jobs.creations).toBe(1);
  });

  test('a caller says how long it waits, and never longer than the operator lets it', async () => {
    await using world = await openWorld({ studio: slow, tasks: { wait: 4000 } });
    const time = async (prefer: string): Promise<number> => {
      const began = world.clock.now();
      const response = await world.ask(path, { ...wish, prompt: prefer }, { headers: { prefer } });
      expect(response.status).toBe(202);
      return world.clock.now() - began;
    };
    const [one = 0, three = 0, thousand = 0] = await Promise.all(['wait=1', 'wait=3', 'wait=1000'].map(time));
    expect(one).toBeGreaterThan(900);
    expect(one).toBeLessThan(three);
    expect(three).toBeGreaterThan(2900);
    expect(three).toBeLessThan(thousand);
    expect(thousand).toBeGreaterThan(3900);
    expect(thousand).toBeLessThan(100_000);
  });

  test('a caller who wants to be answered at once is', async () => {
    await using world = await openWorld({ studio: slow });
    const response = await world.ask(path, wish, { headers: { prefer: 'respond-async' } });
    expect(response.status).toBe(202);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(await read(response)).toMatchObject({ object: 'video.generation' });
    expect(world.studio.jobs.creations).toBe(1);
  });

  test("a caller's own deadline ends in 202, too", async () => {
    await using world = await openWorld({ studio: slow });
    const response = await world.ask(path, wish, { headers: { 'x-vector-timeout': '5s' } });
    expect(response.status).toBe(202);
  });

  test('the official client takes 202 for an answer, and buys no second video', async () => {
    await using world = await openWorld({ studio: slow, tasks: { wait: 1000 } });
    const answer: unknown = await world
      .client({ maxRetries: 2 })
      .images.generate({ model: 'film', prompt: 'A boat' });
    expect(answer).toMatchObject({ object: 'video.generation' });
    expect(world.studio.jobs.creations).toBe(1);
  });
});

describe('a request that is sent again', () => {
  const again = { 'x-stainless-retry-count': '1' };

  test('joins the one before, where it says so by the count of its tries', async () => {
    await using world = await openWorld({ studio: { jobTime: 100 } });
    const first = world.ask(path, wish);
    await until(() => world.studio.jobs.creations === 1);
    const second = world.ask(path, wish, { headers: again });
    const [one, two] = await Promise.all([first.then(read), second.then(read)]);
    expect(one['created']).toBe(two['created']);
    expect(await reachable(world, two)).toBe(200);
    const third = await world.ask(path, wish, { headers: again });
    expect(third.status).toBe(200);
    expect(world.studio.jobs.creations).toBe(1);
    await world.settled();
    expect(world.tasks.filter(({ isSettled }) => isSettled)).toHaveLength(1);
  });

  test('is another video where it is the first of its kind, or asks for something else', async () => {
    await using world = await openWorld();
    await world.ask(path, wish);
    await world.ask(path, wish);
    await world.ask(path, { ...wish, duration: 4 }, { headers: again });
    await world.ask(path, wish, { headers: { ...again, 'x-tenant': 'globex' } });
    expect(world.studio.jobs.creations).toBe(4);
  });

  test('joins by its idempotency key, also from the official face', async () => {
    await using world = await openWorld({ studio: { jobTime: 100 } });
    const headers = { 'idempotency-key': 'film of the day' };
    const [one, two] = await Promise.all([
      world.ask(path, wish, { headers }),
      world.ask(path, wish, { headers }),
    ]);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect((await world.ask(path, wish, { headers })).status).toBe(200);
    expect(world.studio.jobs.creations).toBe(1);
    const other = await world.ask(path, { ...wish, prompt: 'A train' }, { headers });
    expect(other.status).toBe(409);
    expect(await read(other)).toMatchObject({ error: { code: 'idempotency_conflict' } });
    expect(world.studio.jobs.creations).toBe(1);
  });

  test('begins again where nothing was begun', async () => {
    await using world = await openWorld({ retry: { rounds: 0 } });
    world.studio.jobs.plan([{ creation: { type: 'status', status: 503 } }]);
    const refused = await world.ask(path, wish);
    expect(refused.status).toBe(503);
    const second = await world.ask(path, wish, { headers: again });
    expect(second.status).toBe(200);
    expect(await reachable(world, await read(second))).toBe(200);
  });

  test('the official client gets its video in the end from a provider that was busy', async () => {
    await using world = await openWorld({ retry: { rounds: 0 } });
    world.studio.jobs.plan([
      { creation: { type: 'status', status: 503 } },
      { creation: { type: 'status', status: 429 } },
    ]);
    const { videos } = world.client({ maxRetries: 3, headers: { 'x-vector-timeout': '60s' } });
    const { id } = await videos.create({ model: 'film', prompt: 'A boat' });
    expect(await world.settled(3)).toMatchObject([
      { state: 'failed' },
      { state: 'failed' },
      { id, state: 'succeeded' },
    ]);
  });

  test('does not hear of a video that is not begun that it is queued', async () => {
    await using world = await openWorld({ retry: { rounds: 0 } });
    world.studio.fail({ type: 'slow', headersAfter: 50 }, { times: 1 });
    world.studio.jobs.plan([{ creation: { type: 'status', status: 400 } }]);
    const body = { model: 'film', prompt: 'A boat' };
    const first = world.ask('/v1/videos', body);
    await until(() => world.studio.requests.length === 1);
    const second = await world.ask('/v1/videos', body, { headers: again });
    expect((await first).status).toBe(400);
    expect(second.status).toBeGreaterThanOrEqual(400);
  });
});

async function leave(world: World, when: (world: World) => boolean): Promise<void> {
  const caller = new AbortController();
  const asked = world.ask(path, wish, { signal: caller.signal }).catch((error: Error) => error.name);
  await until(() => when(world));
  caller.abort();
  expect(await asked).toBe('AbortError');
}

describe('a caller that goes', () => {
  test('before the video is begun leaves it to be made and settled', async () => {
    await using world = await openWorld();
    world.studio.fail({ type: 'slow', headersAfter: 100 }, { times: 1 });
    await leave(world, ({ tasks }) => tasks.length > 0);
    const [settled] = await world.settled();
    expect(settled).toMatchObject({ state: 'succeeded' });
    expect(world.studio.jobs.creations).toBe(1);
  });

  test('while the provider has not answered yet leaves it to be made and settled', async () => {
    await using world = await openWorld();
    world.studio.fail({ type: 'slow', headersAfter: 100 }, { times: 1 });
    await leave(world, ({ studio }) => studio.requests.length > 0);
    await until(() => world.ends.at(-1)?.status === 499);
    const [settled] = await world.settled();
    expect(settled).toMatchObject({ state: 'succeeded' });
    expect(world.studio.jobs.creations).toBe(1);
  });

  test('while the video is made leaves it to be made and settled, and finds it in its list', async () => {
    await using world = await openWorld({ studio: { jobTime: 200 } });
    await leave(world, ({ tasks }) => tasks.some(({ state }) => state === 'queued'));
    const [settled] = await world.settled();
    expect(settled).toMatchObject({ state: 'succeeded' });
    expect(world.studio.jobs.creations).toBe(1);
    const { data } = await world.client().videos.list();
    expect(data.map(({ id, status }) => [id, status])).toEqual([[settled?.id, 'completed']]);
  });
});

describe('the task of an aggregator', () => {
  test('is created and asked about, from first to last, in the words of its clients', async () => {
    await using world = await openWorld({ studio: slow });
    const created = await world.ask('/v1/video/generations', { ...wish, style: 'cinematic', size: '16:9' });
    expect(created.status).toBe(200);
    const { id, status, object } = await read(created);
    expect({ status, object }).toEqual({ status: 'queued', object: 'video.generation' });
    world.studio.jobs.finish();
    const poll = (): Promise<Record<string, unknown>> =>
      world.ask(`/v1/video/generations/${String(id)}`).then(read);
    await until(async () => (await poll())['status'] === 'succeeded');
    const made = await poll();
    expect(Object.keys(made).toSorted()).toEqual(
      ['created', 'data', 'id', 'model', 'object', 'progress', 'status', 'usage'].toSorted(),
    );
    expect(made['data']).toMatchObject([
      { duration: 8, width: 1280, height: 720, revised_prompt: 'A boat at dawn\n\nStyle: cinematic' },
    ]);
    expect(await reachable(world, made)).toBe(200);
  });

  test('is the same job as the video of the official face', async () => {
    await using world = await openWorld();
    const { id } = await read(await world.ask('/v1/video/generations', wish));
    const video = await world.client().videos.retrieve(String(id));
    expect(video).toMatchObject({ id, object: 'video', prompt: 'A boat at dawn', seconds: '8' });
  });

  test.each([
    [{ duration: 'long' }, 'duration'],
    [{ size: 'huge' }, 'size'],
    [{ aspect_ratio: 'wide' }, 'aspect_ratio'],
    [{ n: 0 }, 'n'],
    [{ prompt: undefined }, 'prompt'],
    [{ prompt: 7 }, 'prompt'],
    [{ response_format: 'b64_json' }, 'response_format'],
    [{ width: 1280 }, 'height'],
    [{ image: 'not a picture' }, 'image'],
  ])('refuses %j by the name of the parameter', async (wrong, parameter) => {
    await using world = await openWorld();
    for (const face of [path, '/v1/video/generations']) {
      const response = await world.ask(face, { ...wish, ...wrong });
      expect(response.status).toBe(400);
      expect(await read(response)).toMatchObject({ error: { param: parameter } });
    }
    expect(world.studio.requests).toEqual([]);
    expect(world.tasks).toEqual([]);
  });
});
