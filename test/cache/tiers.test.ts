import type { CacheSelection, CacheTier } from '@vector-engine/core';
import { checkCacheTier, manualClock } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { MemoryTier } from '../../packages/core/src/cache/memory-tier.ts';
import { cacheOf, openWorld, question, read, settle } from './world.ts';

/** The first tier behind the second one's interface. */
class TestTier implements CacheTier {
  readonly listeners = new Set<(selection: CacheSelection) => void>();
  readonly #memory: MemoryTier<{ readonly entry: Uint8Array; readonly generation: number }>;
  #generation = 0;
  failing: (() => Promise<never>) | undefined;
  gets = 0;
  sets = 0;

  constructor(clock = manualClock()) {
    this.#memory = new MemoryTier({ bytes: 10_000_000, sizeOf: ({ entry }) => entry.byteLength + 1, clock });
  }

  async get(key: Parameters<CacheTier['get']>[0]): ReturnType<CacheTier['get']> {
    this.gets++;
    await this.failing?.();
    return { entry: this.#memory.get(key)?.entry, generation: String(this.#generation) };
  }

  async set(...[key, entry, { milliseconds, generation }]: Parameters<CacheTier['set']>): Promise<void> {
    this.sets++;
    await this.failing?.();
    if (generation !== String(this.#generation)) return;
    this.#memory.set(key, { entry, generation: this.#generation }, milliseconds);
  }

  async delete(key: Parameters<CacheTier['delete']>[0]): Promise<boolean> {
    await this.failing?.();
    return this.#memory.delete(key);
  }

  async invalidate(selection: CacheSelection): Promise<void> {
    await this.failing?.();
    this.#generation++;
    this.#memory.invalidate(selection);
    for (const listener of this.listeners) listener(selection);
  }

  onInvalidate(listener: (selection: CacheSelection) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

test('the first tier passes the suite that the second one passes', async () => {
  const clock = manualClock();
  const tier = new TestTier(clock);
  const findings = await checkCacheTier(tier, {
    pass: (milliseconds) => clock.advance(milliseconds),
    other: tier,
  });
  expect(findings.filter(({ passed }) => !passed)).toEqual([]);
  expect(findings).toHaveLength(9);
});

test('the suite finds a tier that forgets nothing, and one that keeps what is stale', async () => {
  const good = new TestTier();
  const forgetful: CacheTier = {
    get: async (key) => ({ ...(await good.get(key)), generation: '' }),
    set: async (key, entry, keeping) => {
      const { generation } = await good.get(key);
      await good.set(key, entry, { ...keeping, generation });
    },
    delete: (key) => good.delete(key),
    invalidate: () => Promise.resolve(),
  };
  const findings = await checkCacheTier(forgetful);
  expect(findings.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([
    'forgets by tenant, by model and by tag, and nothing else',
    'does not find what was asked for before an invalidation and set after it',
    'keeps keys and labels apart, whatever their names are made of',
  ]);
  const stale = await checkCacheTier({ ...forgetful, invalidate: (selection) => good.invalidate(selection) });
  expect(stale.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([
    'does not find what was asked for before an invalidation and set after it',
  ]);
});

test('what one process has asked for, another has without asking', async () => {
  const tier = new TestTier();
  await using one = await openWorld({ cache: { tier } });
  await using two = await openWorld({ cache: { tier } });
  for (const stream of [false, true]) {
    const body = { ...question, stream };
    const first = await read(one.ask(body));
    await two.clock.advance(3000);
    const second = await read(two.ask(body));
    expect([cacheOf(first.response), cacheOf(second.response)]).toEqual(['miss', 'hit']);
    expect(second.text).toBe(first.text);
    expect(second.response.headers.get('age')).toMatch(/^[36]$/);
    expect(second.response.headers.get('x-vector-upstream')).toBe('openai');
    // From then on it is in its own memory.
    const { gets } = tier;
    expect(cacheOf((await read(two.ask(body))).response)).toBe('hit');
    expect(tier.gets).toBe(gets);
  }
  expect(two.upstream.requests).toHaveLength(0);
  expect(two.stats()).toMatchObject({ hits: 4, misses: 0 });
});

test('those who wait for the second tier together ask it once', async () => {
  const tier = new TestTier();
  await using one = await openWorld({ cache: { tier } });
  await using two = await openWorld({ cache: { tier } });
  await read(one.ask());
  const before = tier.gets;
  const asked = await Promise.all(Array.from({ length: 20 }, () => two.ask()));
  expect(new Set(asked.map(cacheOf))).toEqual(new Set(['hit']));
  expect(tier.gets).toBe(before + 1);
});

test('only-if-cached and max-age look into the second tier, too', async () => {
  const tier = new TestTier();
  await using one = await openWorld({ cache: { tier } });
  await using two = await openWorld({ cache: { tier } });
  const only = { headers: { 'cache-control': 'only-if-cached' } };
  expect((await two.ask(question, only)).status).toBe(504);
  await read(one.ask());
  await two.clock.advance(5000);
  const young = { headers: { 'cache-control': 'max-age=4, only-if-cached' } };
  expect((await two.ask(question, young)).status).toBe(504);
  expect(cacheOf((await read(two.ask(question, only))).response)).toBe('hit');
});

test('what one process forgets, another forgets in its memory as well', async () => {
  const tier = new TestTier();
  await using one = await openWorld({ cache: { tier } });
  await using two = await openWorld({ cache: { tier } });
  await read(one.ask());
  await read(two.ask());
  await one.gateway.cache.invalidate({ tenant: 'acme' });
  for (const world of [one, two]) expect(world.stats().entries).toBe(0);
  expect(cacheOf((await read(two.ask())).response)).toBe('miss');
});

test('a tier that is down, hangs or talks nonsense is a miss, told once it is, and left alone for a while', async () => {
  const tier = new TestTier();
  await using world = await openWorld({ cache: { tier } });
  const told: string[] = [];
  world.gateway.on('cacheTier', ({ state }) => told.push(state));
  tier.failing = () => Promise.reject(new Error('down'));
  for (let number = 0; number < 10; number++)
    expect((await read(world.ask({ ...question, seed: number }))).response.status).toBe(200);
  // A get and a set for each, until there were five failures in a row.
  expect(tier.gets + tier.sets).toBeLessThanOrEqual(6);
  expect(new Set(told)).toEqual(new Set(['failing']));
  expect(world.stats().entries).toBe(10);
  tier.failing = undefined;
  await world.clock.advance(11_000);
  await read(world.ask({ ...question, seed: 100 }));
  expect(told.at(-1)).toBe('well');

  tier.failing = () => new Promise(() => {});
  const asked = world.ask({ ...question, seed: 101 });
  await world.clock.advance(60);
  expect((await asked).status).toBe(200);
});

test('an invalidation that the second tier does not hear of is told to the operator', async () => {
  const tier = new TestTier();
  await using world = await openWorld({ cache: { tier } });
  await read(world.ask());
  tier.failing = () => Promise.reject(new Error('down'));
  await expect(world.gateway.cache.invalidate()).rejects.toThrow('down');
  expect(world.stats().entries).toBe(0);
});

test('bytes that are no answer are not believed', async () => {
  for (const entry of ['', 'xxxxx', '\u0000\u0000\u0000\u0002{}', '\u0000\u0000\u0000\u00ff{']) {
    const tier: CacheTier = {
      get: () => Promise.resolve({ entry: Buffer.from(entry, 'latin1'), generation: '' }),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
      invalidate: () => Promise.resolve(),
    };
    await using world = await openWorld({ cache: { tier } });
    const { response } = await read(world.ask());
    expect([response.status, cacheOf(response)]).toEqual([200, 'miss']);
  }
});

test('nothing of the question, nor who asked, is in what a tier is given', async () => {
  const given: string[] = [];
  const tier: CacheTier = {
    get: (key) => {
      given.push(JSON.stringify(key));
      return Promise.resolve({ entry: undefined, generation: '' });
    },
    set: (key, entry) => {
      given.push(JSON.stringify(key), Buffer.from(entry).toString('latin1'));
      return Promise.resolve();
    },
    delete: () => Promise.resolve(false),
    invalidate: () => Promise.resolve(),
  };
  const script = { answer: () => 'Hello' };
  await using world = await openWorld({ cache: { tier }, script });
  const messages = [{ role: 'user', content: 'canary-of-the-prompt' }];
  for (const stream of [false, true])
    await read(world.ask({ ...question, messages, stream, user: 'canary-of-the-person' }));
  expect(given).toHaveLength(6);
  expect(given.join()).toContain('Hello');
  expect(given.join()).not.toContain('canary');
  expect(given.join()).not.toContain('sk-of-the-operator');
});

test('a gateway that closes listens to its tier no more', async () => {
  const tier = new TestTier();
  const world = await openWorld({ cache: { tier } });
  expect(tier.listeners.size).toBe(1);
  await world[Symbol.asyncDispose]();
  await settle();
  expect(tier.listeners.size).toBe(0);
});
