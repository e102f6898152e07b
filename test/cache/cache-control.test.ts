import type { Invalidation } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { cacheOf, openWorld, question, read, settle } from './world.ts';

const control = (value: string) => ({ headers: { 'cache-control': value } });

test('no-store neither takes from the cache nor puts into it', async () => {
  await using world = await openWorld();
  for (const _ of [1, 2])
    expect(cacheOf((await read(world.ask(question, control('no-store')))).response)).toBe('bypass');
  expect(world.stats().entries).toBe(0);
  await read(world.ask());
  expect(cacheOf((await read(world.ask(question, control('No-Store')))).response)).toBe('bypass');
  expect(world.upstream.requests).toHaveLength(4 - 0);
});

test('no-cache asks anew, and the answer is there for the others', async () => {
  await using world = await openWorld();
  await read(world.ask());
  await world.clock.advance(5000);
  const { response } = await read(world.ask(question, control('no-cache')));
  expect(cacheOf(response)).toBe('miss');
  const after = await read(world.ask());
  expect([cacheOf(after.response), after.response.headers.get('age')]).toEqual(['hit', '0']);
});

test('no-cache does not share a call that began before it', async () => {
  await using world = await openWorld();
  const asked = await Promise.all([world.ask(), world.ask(question, control('no-cache')), world.ask()]);
  expect(asked.map(cacheOf)).toEqual(['miss', 'miss', 'joined']);
  expect(world.upstream.requests).toHaveLength(2);
});

test('max-age takes what is young enough', async () => {
  await using world = await openWorld();
  await read(world.ask());
  await world.clock.advance(5000);
  expect(cacheOf((await read(world.ask(question, control('max-age=10, no-transform')))).response)).toBe(
    'hit',
  );
  expect(cacheOf((await read(world.ask(question, control('max-age=4')))).response)).toBe('miss');
  expect(cacheOf((await read(world.ask(question, control('max-age=4')))).response)).toBe('hit');
  for (const odd of ['max-age=soon', 'max-age', 'max-age=-1', 'max-age=0'])
    expect(cacheOf((await read(world.ask(question, control(odd)))).response)).toBe('miss');
});

test("only-if-cached asks nobody: what is not there is a 504 in the caller's own format", async () => {
  await using world = await openWorld();
  const absent = await world.ask(question, control('only-if-cached'));
  expect([absent.status, cacheOf(absent)]).toEqual([504, 'miss']);
  expect(await absent.json()).toMatchObject({ error: { code: 'not_cached' } });
  const message = { model: 'gpt-4o', max_tokens: 9, temperature: 0, messages: question.messages };
  const inAnthropic = await world.ask(message, { path: '/v1/messages', ...control('only-if-cached') });
  expect(inAnthropic.status).toBe(504);
  expect(await inAnthropic.json()).toMatchObject({ type: 'error', error: { type: expect.any(String) } });
  const warm = await world.ask({ ...question, temperature: 1 }, control('only-if-cached'));
  expect([warm.status, cacheOf(warm)]).toEqual([504, 'bypass']);
  expect(world.upstream.requests).toHaveLength(0);
  expect(world.ends[0]).toMatchObject({ error: 'VE_NOT_CACHED', status: 504, request: { model: 'gpt-4o' } });
  await read(world.ask());
  expect(cacheOf((await read(world.ask(question, control('only-if-cached')))).response)).toBe('hit');
});

test('only-if-cached shares a call that is under way: it asks nobody either', async () => {
  await using world = await openWorld();
  const asked = await Promise.all([world.ask(), world.ask(question, control('only-if-cached'))]);
  expect(asked.map(cacheOf)).toEqual(['miss', 'joined']);
});

test('the operator forgets by model, tenant, user and tag, and all of it', async () => {
  await using world = await openWorld({
    models: { one: ['openai/gpt-4o'], two: ['openai/gpt-4o'] },
    identify: (request: Request) => JSON.parse(request.headers.get('x-who') ?? '{"tenant":"acme"}'),
  } as never);
  const asks = {
    one: () => world.ask({ ...question, model: 'one' }),
    two: () => world.ask({ ...question, model: 'two' }),
    globex: () => world.ask({ ...question, model: 'one' }, { headers: { 'x-who': '{"tenant":"globex"}' } }),
    person: () => world.ask({ ...question, model: 'one' }, { headers: { 'x-who': '{"id":"ann"}' } }),
    tagged: () =>
      world.ask({ ...question, model: 'one' }, { headers: { 'x-vector-tags': 'doc-7, faq ,doc-7' } }),
  };
  const fill = async (): Promise<void> => {
    for (const ask of Object.values(asks)) await read(ask());
  };
  const left = async (): Promise<string[]> => {
    const names: string[] = [];
    for (const [name, ask] of Object.entries(asks))
      if (cacheOf((await read(ask())).response) === 'hit') names.push(name);
    return names;
  };
  const invalidate = (which?: Invalidation): Promise<void> => world.gateway.cache.invalidate(which);
  await fill();
  expect(await left()).toEqual(['one', 'two', 'globex', 'person', 'tagged']);
  await invalidate({ model: 'one' });
  expect(await left()).toEqual(['two']);
  await invalidate({ tenant: 'acme' });
  expect(await left()).toEqual(['globex', 'person']);
  await invalidate({ user: 'ann' });
  expect(await left()).toEqual(['one', 'two', 'globex', 'tagged']);
  await invalidate({ tag: 'doc-7' });
  expect(await left()).toEqual(['one', 'two', 'globex', 'person']);
  await invalidate({ tag: 'faq', tenant: 'globex' });
  expect(await left()).toEqual(['one', 'two', 'globex', 'person', 'tagged']);
  await invalidate();
  expect(await left()).toEqual([]);
});

test('what was asked for before an invalidation, and comes after it, is not kept, nor joined', async () => {
  await using world = await openWorld();
  world.upstream.fail({ type: 'slow', headersAfter: 1000 });
  const before = world.ask();
  await world.upstream.waitForRequests(1);
  await world.gateway.cache.invalidate({ model: 'gpt-4o' });
  const after = world.ask();
  await world.upstream.waitForRequests(2);
  await world.clock.advance(1500);
  expect([await before, await after].map(cacheOf)).toEqual(['miss', 'miss']);

  const other = { ...question, seed: 1 };
  const alone = world.ask(other);
  await world.upstream.waitForRequests(3);
  await world.gateway.cache.invalidate({ tenant: 'acme' });
  await world.clock.advance(1500);
  expect(cacheOf((await read(alone)).response)).toBe('miss');
  expect(world.stats().entries).toBe(0);
});

test('an invalidation that would mean everything by mistake is refused', async () => {
  await using world = await openWorld();
  const invalidate = (which?: Invalidation): Promise<void> => world.gateway.cache.invalidate(which);
  await expect(invalidate({ modle: 'x' } as never)).rejects.toThrow('there is no "modle"');
  await expect(invalidate({ tenant: undefined } as never)).rejects.toThrow('tenant must be a text');
  await expect(invalidate({ tenant: '' })).rejects.toThrow('tenant must be a text');
  await expect(invalidate({ tenant: 'a', user: 'b' })).rejects.toThrow('give one of the two');
  await using shared = await openWorld({ cache: { scope: 'shared' } });
  await expect(shared.gateway.cache.invalidate({ tenant: 'a' })).rejects.toThrow('share this cache');
});

test('tags that nobody could read are refused', async () => {
  await using world = await openWorld();
  const response = await world.ask(question, { headers: { 'x-vector-tags': 'x'.repeat(65) } });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { param: 'x-vector-tags' } });
});

test('what was asked for before a fresh answer does not take its place when it comes after it', async () => {
  let asked = 0;
  // The first takes two seconds, the second a moment.
  const answer = (): { content: string[] } => ({
    content: asked++ === 0 ? Array.from({ length: 20 }, () => 'old ') : ['new'],
  });
  await using world = await openWorld({ pace: 100, script: { answer } });
  const streamed = { ...question, stream: true };
  const first = world.ask(streamed);
  await world.clock.advance(350);
  const old = (await first).text();
  const fresh = world.ask(streamed, control('no-cache'));
  await world.clock.advance(1000);
  expect(await (await fresh).text()).toContain('new');
  await world.clock.advance(2000);
  expect(await old).toContain('old');
  await settle();
  const { response, text } = await read(world.ask(streamed));
  expect(cacheOf(response)).toBe('hit');
  expect(text).toContain('new');
});
