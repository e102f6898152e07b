import { expect, test } from 'vitest';
import { cacheOf, openWorld, question, read, settle, type World } from './world.ts';

const streamed = { ...question, stream: true };
/** Ten pieces, one each 100 milliseconds. */
const slow = { pace: 100, script: { answer: () => ({ content: Array.from('abcdefghij') }) } };

const byText = (one: string, other: string): number => one.localeCompare(other);

/** Reads on in the background. */
function follow(response: Response): { text: string; done: Promise<void> } {
  const followed = { text: '', done: Promise.resolve() };
  followed.done = (async () => {
    for await (const piece of response.body ?? []) followed.text += Buffer.from(piece).toString();
  })();
  followed.done.catch(() => {});
  return followed;
}

async function begin(world: World, signal?: AbortSignal): Promise<Response> {
  const asked = world.ask(streamed, signal === undefined ? {} : { signal });
  await world.clock.advance(350);
  return asked;
}

test('a thousand who ask the same at once are one call to the upstream', async () => {
  await using world = await openWorld();
  const asked = await Promise.all(Array.from({ length: 1000 }, () => world.ask()));
  const texts = new Set(await Promise.all(asked.map((response) => response.text())));
  expect(texts.size).toBe(1);
  expect(world.upstream.requests).toHaveLength(1);
  expect(asked.map(cacheOf).filter((label) => label === 'joined')).toHaveLength(999);
  await settle();
  expect(world.stats()).toMatchObject({ hits: 0, misses: 1, joined: 999 });
  const { inputTokens } = world.gateway.stats();
  expect(inputTokens).toBe(world.ends.find(({ cache }) => cache === 'miss')?.usage?.inputTokens);
  expect(world.ends.filter(({ usage }) => usage !== undefined)).toHaveLength(1);
  expect(new Set(asked.map((response) => response.headers.get('x-request-id'))).size).toBe(1000);
});

test('a thousand who ask for the same stream are one call, too', async () => {
  await using world = await openWorld();
  const asked = await Promise.all(Array.from({ length: 1000 }, () => world.ask(streamed)));
  const texts = new Set(await Promise.all(asked.map((response) => response.text())));
  expect(texts.size).toBe(1);
  expect([...texts][0]).toMatch(/data: \[DONE\]\n\n$/);
  expect(world.upstream.requests).toHaveLength(1);
});

test('who comes late to a stream sees its beginning at once, and the rest as it comes', async () => {
  await using world = await openWorld(slow);
  const first = follow(await begin(world));
  const late = await world.ask(streamed);
  expect(cacheOf(late)).toBe('joined');
  expect(late.headers.get('x-vector-upstream')).toBe('openai');
  const second = follow(late);
  await settle();
  expect(second.text).toBe(first.text);
  expect(second.text).toContain('"a"');
  expect(second.text).not.toContain('"j"');
  await world.clock.advance(5000);
  await Promise.all([first.done, second.done]);
  expect(second.text).toBe(first.text);
  expect(world.upstream.requests).toHaveLength(1);
  await settle();
  expect(cacheOf(await world.ask(streamed))).toBe('hit');
});

test('the first who leaves disturbs nobody, and who is still there pays', async () => {
  await using world = await openWorld(slow);
  const leaving = new AbortController();
  const first = follow(await begin(world, leaving.signal));
  const second = follow(await world.ask(streamed));
  leaving.abort();
  await expect(first.done).rejects.toThrow('aborted');
  await world.clock.advance(5000);
  await second.done;
  expect(second.text).toMatch(/data: \[DONE\]\n\n$/);
  await settle();
  expect(
    world.ends.map(({ cache, usage, error, attempts }) => [cache, usage !== undefined, error, attempts]),
  ).toEqual([
    ['miss', false, 'VE_CLIENT_CLOSED', 1],
    ['joined', true, undefined, 1],
  ]);
  expect(world.stats().entries).toBe(1);
  expect(world.gateway.stats().active).toBe(0);
});

test('the last who leaves ends the upstream call at once, and nothing is kept', async () => {
  await using world = await openWorld(slow);
  const leaving = [new AbortController(), new AbortController()];
  const first = follow(await begin(world, leaving[0]?.signal));
  const second = follow(await world.ask(streamed, leaving[1] && { signal: leaving[1].signal }));
  leaving[0]?.abort();
  await settle();
  expect(world.upstream.openRequests).toBe(1);
  leaving[1]?.abort();
  await Promise.allSettled([first.done, second.done]);
  await settle();
  expect(world.upstream.openRequests).toBe(0);
  expect(world.stats().entries).toBe(0);
  expect(world.gateway.stats().active).toBe(0);
  expect(world.gateway.stats().targets[0]?.active).toBe(0);
  // A new one asks anew.
  const again = await begin(world);
  expect(cacheOf(again)).toBe('miss');
});

test('all who leave before there is an answer end the call, one who stays has it', async () => {
  await using world = await openWorld();
  world.upstream.fail({ type: 'slow', headersAfter: 1000 });
  const leaving = new AbortController();
  const first = world.ask(question, { signal: leaving.signal });
  const refused = first.catch(String);
  await world.upstream.waitForRequests(1);
  const second = world.ask();
  await settle();
  leaving.abort();
  expect(await refused).toContain('abort');
  await world.clock.advance(1500);
  const response = await second;
  expect([response.status, cacheOf(response)]).toEqual([200, 'joined']);
  expect(world.ends.map(({ cache, attempts }) => [cache, attempts])).toEqual([
    ['miss', 1],
    ['joined', 1],
  ]);

  const alone = new AbortController();
  const third = world.ask({ ...question, seed: 1 }, { signal: alone.signal });
  const alsoRefused = third.catch(String);
  await world.upstream.waitForRequests(2);
  alone.abort();
  expect(await alsoRefused).toContain('abort');
  await settle();
  expect(world.upstream.openRequests).toBe(0);
  expect(world.gateway.stats().active).toBe(0);
});

test('a failure reaches all who wait, each in its own answer, and is not kept', async () => {
  await using world = await openWorld({ retry: { rounds: 0 } });
  world.upstream.fail({ type: 'status', status: 400 });
  const asked = await Promise.all([world.ask(), world.ask(), world.ask()]);
  expect(asked.map(({ status }) => status)).toEqual([400, 400, 400]);
  const upstreams = asked.map(({ headers }) => headers.get('x-vector-upstream'));
  expect(upstreams).toEqual(['openai', 'openai', 'openai']);
  expect(world.upstream.requests).toHaveLength(1);
  world.upstream.heal();
  const after = await read(world.ask());
  expect([after.response.status, cacheOf(after.response)]).toEqual([200, 'miss']);
});

test('a stream that dies tells all who read it, and is not kept', async () => {
  await using world = await openWorld({ ...slow, retry: { rounds: 0 } });
  world.upstream.fail({ type: 'cut', afterEvents: 7, how: 'reset' });
  const first = follow(await begin(world));
  const second = follow(await world.ask(streamed));
  await world.clock.advance(1000);
  await Promise.all([first.done, second.done]);
  expect(first.text).toContain('"upstream_reset"');
  expect(second.text).toBe(first.text);
  expect(second.text).not.toContain('[DONE]');
  await settle();
  expect(world.ends.map(({ error }) => error)).toEqual(['VE_UPSTREAM_RESET', 'VE_UPSTREAM_RESET']);
  expect(world.stats().entries).toBe(0);
});

test("a caller's own deadline ends its own answer, and nobody else's", async () => {
  await using world = await openWorld(slow);
  const first = follow(await begin(world));
  const hasty = await world.ask(streamed, { headers: { 'x-vector-timeout': '200ms' } });
  expect(cacheOf(hasty)).toBe('joined');
  const second = follow(hasty);
  await world.clock.advance(300);
  await second.done;
  expect(second.text).toContain('"deadline_exceeded"');
  await world.clock.advance(5000);
  await first.done;
  expect(first.text).toMatch(/data: \[DONE\]\n\n$/);
  await settle();
  expect(world.ends.map(({ error }) => error)).toEqual(['VE_DEADLINE', undefined]);
});

test('a gateway that closes tells all who share a stream', async () => {
  await using world = await openWorld(slow);
  const first = follow(await begin(world));
  const second = follow(await world.ask(streamed));
  await settle();
  const closing = world.gateway.close({ grace: 100 });
  await world.clock.advance(1500);
  await closing;
  await Promise.all([first.done, second.done]);
  for (const { text } of [first, second]) {
    expect(text).toContain('"shutting_down"');
    expect(text.match(/shutting_down/g)).toHaveLength(1);
  }
  expect(world.gateway.stats().active).toBe(0);
});

test('a caller who takes nothing is given up, and the others read on', async () => {
  await using world = await openWorld({
    timeouts: { write: 1000 },
    cache: { entryBytes: 300_000 },
    script: { answer: () => ({ content: Array.from({ length: 40 }, () => 'x'.repeat(20_000)) }) },
    pace: 10,
  });
  const body = { ...streamed, max_tokens: 1_000_000 };
  const asked = world.ask(body);
  await world.clock.advance(20);
  const reading = follow(await asked);
  // Its body is never read.
  const stalled = await world.ask(body);
  expect(cacheOf(stalled)).toBe('joined');
  await world.clock.advance(500);
  expect(reading.text).not.toContain('[DONE]');
  await world.clock.advance(3000);
  await reading.done;
  expect(reading.text).toContain('[DONE]');
  await expect(stalled.text()).rejects.toThrow('VE_CLIENT_CLOSED');
  await settle();
  expect(world.gateway.stats().active).toBe(0);
});

test('a failed target is passed over once for all who share the call', async () => {
  await using world = await openWorld({ random: () => 0 });
  world.upstream.fail({ type: 'status', status: 500 }, { times: 1 });
  const asked = Promise.all([world.ask(), world.ask()]);
  await world.clock.advance(1000);
  expect((await asked).map(({ status }) => status)).toEqual([200, 200]);
  expect(world.upstream.requests).toHaveLength(2);
  await settle();
  expect(world.ends.map(({ cache, attempts }) => `${cache} ${attempts}`).toSorted(byText)).toEqual([
    'joined 0',
    'miss 2',
  ]);
});

test('a target that outlasts the only caller has failed, as it has without a cache', async () => {
  for (const cache of [undefined, {}]) {
    await using world = await openWorld({ cache } as never);
    world.upstream.fail({ type: 'hang' });
    const asked = world.ask(question, { headers: { 'x-vector-timeout': '1s' } });
    await world.upstream.waitForRequests(1);
    await world.clock.advance(1500);
    expect((await asked).status).toBe(504);
    await settle();
    expect(world.upstream.openRequests).toBe(0);
    expect(world.gateway.stats().targets[0]).toMatchObject({ failures: 1, active: 0 });
    expect(world.ends[0]).toMatchObject({ error: 'VE_DEADLINE', attempts: 1 });
  }
});
