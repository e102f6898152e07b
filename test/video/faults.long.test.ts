import { RateLimitError } from 'openai';
import { describe, expect, test } from 'vitest';
import { formats, reach, startStudio } from './studios.ts';
import { isRecord, openWorld, until, type World } from './world.ts';

/* What goes wrong at the provider: one creation, one settlement, and the right state, whatever it is. */

const legacy = '/v1/images/generations';
const wish = { model: 'film', prompt: 'A boat' };
const calm = { retry: { rounds: 0 } };

interface Told {
  readonly status: number;
  readonly code: unknown;
  readonly shouldRetry: string | null;
}

async function ask(world: World, path = legacy): Promise<Told> {
  const response = await world.ask(path, wish);
  const body: unknown = await response.json();
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {};
  return {
    status: response.status,
    code: error['code'],
    shouldRetry: response.headers.get('x-should-retry'),
  };
}

/** What became of the one task, once it is in the books. */
async function end(world: World): Promise<object> {
  const [event] = await world.settled();
  expect(world.tasks.filter(({ isSettled }) => isSettled)).toHaveLength(1);
  const { state, cost, error } = event ?? {};
  return { state, cost, error };
}

describe('a creation', () => {
  test.each(formats)('that is reset after %s has made the job is never sent again', async (format) => {
    await using world = await openWorld({ format });
    world.studio.jobs.plan({ creation: { type: 'reset' } });
    expect(await ask(world)).toEqual({ status: 502, code: 'outcome_unknown', shouldRetry: 'false' });
    expect(world.studio.jobs.creations).toBe(1);
    expect(await end(world)).toMatchObject({ state: 'unknown', cost: undefined, error: 'unknown_outcome' });
    const { data } = await world.client().videos.list();
    expect(data).toMatchObject([{ status: 'failed', error: { code: 'unknown_outcome' } }]);
  });

  test('that is never answered is given up as unknown', async () => {
    await using world = await openWorld({ timeouts: { firstByte: 2500 } });
    world.studio.jobs.plan({ creation: { type: 'hang' } });
    expect(await ask(world, '/v1/videos')).toEqual({
      status: 502,
      code: 'outcome_unknown',
      shouldRetry: 'false',
    });
    expect(world.studio.jobs.creations).toBe(1);
    expect(await end(world)).toMatchObject({ state: 'unknown' });
  });

  test('that outlasts the time of the whole call is told as begun, and is unknown in the end', async () => {
    await using world = await openWorld({
      models: { film: { targets: ['studio/sora-2'], timeouts: { total: 4000 } } },
    });
    world.studio.jobs.plan({ creation: { type: 'hang' } });
    const response = await world.ask(legacy, wish, { headers: { 'x-vector-timeout': '3s' } });
    expect(response.status).toBe(202);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(world.tasks.at(-1)).toMatchObject({ state: 'creating' });
    expect(await end(world)).toMatchObject({ state: 'unknown' });
    expect(world.studio.jobs.creations).toBe(1);
  });

  test.each(['json', 'html', 'binary'] as const)(
    'that is answered with garbage (%s) is unknown',
    async (content) => {
      await using world = await openWorld();
      world.studio.fail({ type: 'garbage', content });
      expect(await ask(world)).toMatchObject({ status: 502, code: 'outcome_unknown', shouldRetry: 'false' });
      expect(world.studio.requests).toHaveLength(1);
      expect(await end(world)).toMatchObject({ state: 'unknown' });
    },
  );

  test('that is broken off in its answer is unknown', async () => {
    await using world = await openWorld();
    world.studio.fail({ type: 'cut', atByte: 20, how: 'reset' });
    expect(await ask(world)).toMatchObject({ code: 'outcome_unknown', shouldRetry: 'false' });
    expect(world.studio.jobs.creations).toBe(1);
  });

  test.each([408, 502, 504])(
    'that something before the provider has answered with %d is unknown',
    async (status) => {
      await using world = await openWorld();
      world.studio.fail({ type: 'status', status });
      expect(await ask(world)).toMatchObject({ code: 'outcome_unknown' });
      expect(world.studio.requests).toHaveLength(1);
      expect(await end(world)).toMatchObject({ state: 'unknown' });
    },
  );

  test.each([429, 503])('that is refused with %d goes to the next target', async (status) => {
    await using second = await startStudio('tasks');
    await using first = await startStudio('openai');
    await using world = await openWorld({
      at: first,
      upstreams: { first: reach('openai', first), second: reach('tasks', second) },
      models: { film: ['first/sora-2', 'second/kling'] },
    });
    first.jobs.plan({ creation: { type: 'status', status } });
    expect(await ask(world)).toMatchObject({ status: 200 });
    expect([first.jobs.creations, second.jobs.creations]).toEqual([1, 1]);
    expect(first.jobs.list()).toEqual([]);
    expect(await end(world)).toMatchObject({ state: 'succeeded' });
    expect(world.tasks.at(-1)?.target).toEqual({ upstream: 'second', model: 'kling' });
  });

  test.each([400, 500])('that is refused with %d is not repeated anywhere', async (status) => {
    await using second = await startStudio('tasks');
    await using first = await startStudio('openai');
    await using world = await openWorld({
      at: first,
      upstreams: { first: reach('openai', first), second: reach('tasks', second) },
      models: { film: ['first/sora-2', 'second/kling'] },
    });
    first.jobs.plan({ creation: { type: 'status', status } });
    const told = await ask(world);
    expect(told.status).toBe(status === 400 ? 400 : 502);
    expect([first.jobs.creations, second.jobs.creations]).toEqual([1, 0]);
    expect(await end(world)).toMatchObject({ state: 'failed', cost: 0 });
  });

  test('that finds nobody listening goes to the next target', async () => {
    await using second = await startStudio('tasks');
    await using first = await startStudio('openai');
    await using world = await openWorld({
      at: first,
      upstreams: { first: reach('openai', first), second: reach('tasks', second) },
      models: { film: ['first/sora-2', 'second/kling'] },
    });
    await first.stop();
    expect(await ask(world)).toMatchObject({ status: 200 });
    expect(second.jobs.creations).toBe(1);
  });

  test('is not made by a hedge or by a fallback model as well', async () => {
    await using second = await startStudio('tasks');
    await using world = await openWorld({
      at: second,
      upstreams: { studio: reach('tasks', second) },
      models: {
        film: {
          targets: ['studio/kling-1', 'studio/kling-2'],
          fallback: 'spare',
          hedge: { after: 1, minimum: 1 },
        },
        spare: 'studio/kling-3',
      },
    });
    second.fail({ type: 'slow', headersAfter: 50 }, { times: 1 });
    expect(await ask(world)).toMatchObject({ status: 200 });
    second.jobs.plan({ creation: { type: 'reset' } });
    expect(await ask(world)).toMatchObject({ code: 'outcome_unknown' });
    expect(second.jobs.creations).toBe(2);
  });
});

describe('several keys', () => {
  test('a key that is refused is followed by the next, and by no other account', async () => {
    await using other = await startStudio('tasks');
    await using first = await startStudio('openai', { apiKeys: ['good'] });
    await using world = await openWorld({
      at: first,
      upstreams: {
        first: reach('openai', first, { apiKey: ['bad', 'good'] }),
        other: reach('tasks', other),
      },
      models: { film: ['first/sora-2', 'other/kling'] },
    });
    expect(await ask(world)).toMatchObject({ status: 200 });
    expect(first.jobs.creations).toBe(1);
    expect(other.requests).toEqual([]);
  });

  test('where every key is refused nobody else pays', async () => {
    await using other = await startStudio('tasks');
    await using first = await startStudio('openai', { apiKeys: ['good'] });
    await using world = await openWorld({
      at: first,
      upstreams: {
        first: reach('openai', first, { apiKey: ['bad', 'worse'] }),
        other: reach('tasks', other),
      },
      models: { film: ['first/sora-2', 'other/kling'] },
    });
    expect(await ask(world)).toMatchObject({ status: 502, code: 'upstream_key_refused' });
    expect(first.requests).toHaveLength(2);
    expect(other.requests).toEqual([]);
    expect(await end(world)).toMatchObject({ state: 'failed', cost: 0 });
  });

  test.each(formats)(
    'a job of %s is asked about, and its video fetched, with the key that made it',
    async (format) => {
      const keys = ['key-one', 'key-two', 'key-three'];
      await using studio = await startStudio(format);
      await using world = await openWorld({
        at: studio,
        format,
        upstreams: { studio: reach(format, studio, { apiKey: keys }) },
      });
      const { videos } = world.client();
      const made = await Promise.all(keys.map((prompt) => videos.create({ model: 'film', prompt })));
      await world.settled(3);
      for (const { id } of made) await (await videos.downloadContent(id)).arrayBuffer();
      const keyIn = (headers: object): string | undefined =>
        keys.find((key) => JSON.stringify(headers).includes(key));
      const creations = studio.requests.flatMap(({ headers, rawBody }) => {
        const prompt = keys.find((key) => rawBody.includes(key));
        return prompt === undefined ? [] : [[prompt, keyIn(headers)] as const];
      });
      // Those about a job, which is in the path or in the body; a file's own address takes no key.
      const others = studio.requests.flatMap(({ headers, path, rawBody }) => {
        const job = studio.jobs.list().find(({ id }) => path.includes(id) || rawBody.includes(id));
        const key = keyIn(headers);
        return job === undefined || key === undefined ? [] : [{ prompt: job.prompt, key }];
      });
      const keyOf = new Map(creations);
      expect(keyOf.size).toBe(3);
      expect(new Set(keyOf.values()).size).toBeGreaterThan(1);
      expect(others.length).toBeGreaterThanOrEqual(3);
      expect(others.filter(({ prompt, key }) => keyOf.get(prompt) !== key)).toEqual([]);
    },
  );
});

describe('a job', () => {
  test('of a provider that answers 500 for a minute is asked about less often, and found in the end', async () => {
    await using world = await openWorld({ studio: { jobTime: 0 } });
    // A minute of the world's time.
    world.studio.jobs.plan({ takes: 40, polls: { status: 500, until: 2400 } });
    const { status } = await ask(world);
    expect(status).toBe(200);
    expect(world.studio.jobs.polls).toBeLessThan(15);
    expect(world.studio.jobs.polls).toBeGreaterThan(4);
    expect(await end(world)).toMatchObject({ state: 'succeeded' });
  });

  test('that its provider has lost is failed, and costs nothing', async () => {
    await using world = await openWorld();
    world.studio.jobs.plan({ ends: { type: 'lost' } });
    expect(await ask(world)).toMatchObject({ status: 422, code: 'generation_failed' });
    expect(world.studio.jobs.polls).toBe(3);
    expect(await end(world)).toEqual({ state: 'failed', cost: 0, error: 'job_lost' });
  });

  test.each(formats)(
    'whose result %s filters is told so at both faces, and costs nothing',
    async (format) => {
      await using world = await openWorld({ format });
      world.studio.jobs.plan({ ends: { type: 'filtered' } });
      expect(await ask(world)).toMatchObject({ status: 400, code: 'content_policy_violation' });
      expect(await end(world)).toMatchObject({ state: 'failed', cost: 0 });
      const { data } = await world.client().videos.list();
      expect(data).toMatchObject([
        { status: 'failed', error: { code: expect.any(String), message: expect.any(String) } },
      ]);
      expect(world.studio.jobs.creations).toBe(1);
    },
  );

  test.each(formats)('that %s could not do is told so in its words, and costs nothing', async (format) => {
    await using world = await openWorld({ format });
    world.studio.jobs.plan({ ends: { type: 'failure', message: 'The set burnt down.' } });
    const response = await world.ask(legacy, wish);
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('The set burnt down');
    expect(await end(world)).toMatchObject({ state: 'failed', cost: 0 });
    const { data } = await world.client().videos.list();
    expect(data).toMatchObject([{ status: 'failed', error: { message: 'The set burnt down.' } }]);
  });

  test('is not finished in time: it is given up, settled, and told as failed', async () => {
    await using world = await openWorld({ studio: { jobTime: 3_600_000 }, tasks: { deadline: 4000 } });
    expect(await ask(world)).toMatchObject({ status: 422 });
    expect(await end(world)).toEqual({ state: 'expired', cost: 0, error: 'deadline_exceeded' });
  });

  test('outlasts a provider that is down while it is asked', async () => {
    await using world = await openWorld();
    const asked = ask(world);
    await until(() => world.studio.jobs.creations === 1);
    await world.studio.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await world.studio.start();
    expect(await asked).toMatchObject({ status: 200 });
    expect(await end(world)).toMatchObject({ state: 'succeeded' });
    expect(world.studio.jobs.creations).toBe(1);
  });

  test('is settled at its price, once, and priced by the second', async () => {
    await using world = await openWorld({ prices: { 'studio/sora-2': { second: 0.1 } } });
    const { videos } = world.client();
    await videos.create({ model: 'film', prompt: 'A boat', seconds: '8' });
    expect(await end(world)).toMatchObject({ state: 'succeeded', cost: 800_000_000 });
  });
});

describe('the file of a video', () => {
  // What came with Vertex's report is here, as long as the task is.
  test.each(formats.filter((format) => format !== 'vertex'))(
    'that %s has forgotten is 404, with clear words',
    async (format) => {
      await using world = await openWorld({ format });
      world.studio.jobs.plan({ takes: 0, file: { expiresAfter: 60 } });
      const { videos } = world.client();
      const { id } = await videos.create({ model: 'film', prompt: 'A boat' });
      await world.settled();
      await new Promise((resolve) => setTimeout(resolve, 80));
      const response = await world.ask(`/v1/videos/${id}/content`);
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('There is no such file here, or not any more.');
      expect((await videos.retrieve(id)).status).toBe('completed');
    },
  );

  test('whose provider answers with trouble of its own is told in our words', async () => {
    await using world = await openWorld();
    const { videos } = world.client();
    const { id } = await videos.create({ model: 'film', prompt: 'A boat' });
    await world.settled();
    const trouble = { error: { message: `see ${world.studio.origin}/secret` } };
    for (const status of [400, 401, 500]) {
      world.studio.fail({ type: 'status', status, body: trouble });
      const response = await world.ask(`/v1/videos/${id}/content`);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain('secret');
    }
  });
});

test('an error of the official client names the trouble', async () => {
  await using world = await openWorld(calm);
  world.studio.jobs.plan({ creation: { type: 'status', status: 429 } });
  const error: unknown = await world
    .client()
    .videos.create({ model: 'film', prompt: 'A boat' })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RateLimitError);
});
