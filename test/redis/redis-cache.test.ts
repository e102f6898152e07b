import { createHash } from 'node:crypto';
import type { CacheKey, CacheSelection } from '@vector-engine/core';
import { redisCache } from '@vector-engine/redis';
import { checkCacheTier } from '@vector-engine/testing';
import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { timeUntil } from './fleet.ts';
import { redisServer, startRedis } from './redis-server.ts';
import { startSlowProxy } from './slow-proxy.ts';

const hour = 3_600_000;
/** Milliseconds: nothing is said here of how quick a busy machine is. */
const patience = 5000;

function keyOf(labels: Partial<CacheKey> = {}): CacheKey {
  const key = { tenant: 'acme', model: 'chat', tags: [], ...labels };
  return { hash: createHash('sha256').update(JSON.stringify(key)).digest('base64url'), ...key };
}

const pass = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const everyByte = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);

describe.skipIf(redisServer === undefined)('redisCache', () => {
  test('passes every check of a cache tier, as two processes have it', async () => {
    await using redis = await startRedis();
    const [tier, other] = [
      redisCache(await redis.connect(), { patience }),
      redisCache(await redis.connect(), { patience }),
    ];
    const findings = await checkCacheTier(tier, { other, pass });
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings.length).toBeGreaterThan(5);
    expect(findings.at(-1)?.detail).toBe('seen, forgotten, and told');
  });

  test('what one process keeps another finds, byte for byte, also with a client that maps types', async () => {
    await using redis = await startRedis();
    const client = await redis.connect();
    const one = redisCache(client, { patience });
    const mapped = createClient({
      url: `redis://127.0.0.1:${redis.port}`,
      RESP: 2,
      commandOptions: { typeMapping: { 36: Buffer } },
    });
    await mapped.connect();
    const other = redisCache(mapped, { patience });
    const key = keyOf({ tags: ['faq', 'é'] });
    const { entry, generation } = await one.get(key);
    expect(entry).toBeUndefined();
    await one.set(key, everyByte, { milliseconds: hour, generation });
    const found = await other.get(key);
    expect(found.generation).toBe(generation);
    expect(found.entry && Buffer.compare(found.entry, everyByte)).toBe(0);
    mapped.destroy();
  });

  test.each<[selection: CacheSelection, isFallen: boolean]>([
    [{}, true],
    [{ tenant: 'acme' }, true],
    [{ model: 'chat', tag: 'faq' }, true],
    [{ tenant: 'acme', model: 'chat', tag: 'prices' }, true],
    [{ tenant: 'other' }, false],
    [{ tenant: 'acme', tag: 'else' }, false],
  ])(
    'after %j is invalidated in one process, what falls under it is found in none',
    async (selection, isFallen) => {
      await using redis = await startRedis();
      const [one, other] = [
        redisCache(await redis.connect(), { patience }),
        redisCache(await redis.connect(), { patience }),
      ];
      const key = keyOf({ tags: ['faq', 'prices'] });
      const { generation } = await one.get(key);
      await one.set(key, everyByte, { milliseconds: hour, generation });
      await other.invalidate(selection);
      expect((await one.get(key)).entry === undefined).toBe(isFallen);
      // What was asked for before comes after.
      await one.set(key, everyByte, { milliseconds: hour, generation });
      expect((await other.get(key)).entry === undefined).toBe(isFallen);
      const { generation: present } = await other.get(key);
      await other.set(key, everyByte, { milliseconds: hour, generation: present });
      expect((await one.get(key)).entry).toBeDefined();
    },
  );

  test('what was kept before Redis lost its counts of invalidations is not found', async () => {
    await using redis = await startRedis();
    const client = await redis.connect();
    const cache = redisCache(client, { patience });
    const key = keyOf();
    const { generation } = await cache.get(key);
    await cache.set(key, everyByte, { milliseconds: hour, generation });
    await client.del('vector-engine:invalidations');
    expect((await cache.get(key)).entry).toBeUndefined();
  });

  test('others hear what is invalidated, and forget everything where they could not hear', async () => {
    await using redis = await startRedis();
    const writer = redisCache(await redis.connect(), { patience });
    const watcher = await redis.connect();
    const heard: CacheSelection[] = [];
    const leave = redisCache(await redis.connect(), { patience }).onInvalidate?.((selection) =>
      heard.push(selection),
    );
    const channel = 'vector-engine:invalidated';
    const listening = async (): Promise<boolean> => (await watcher.pubSubNumSub([channel]))[channel] === 1;
    /** Cut, and back: `meanwhile` is what Redis does before it listens again. */
    const cut = async (meanwhile?: () => Promise<unknown>): Promise<void> => {
      await Promise.all([watcher.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']), meanwhile?.()]);
      const hasCaughtUp = async (): Promise<boolean> =>
        (await watcher.clientList()).some(({ cmd }) => cmd === 'hget');
      await timeUntil(async () => (await listening()) && (await hasCaughtUp()));
    };
    await timeUntil(listening);
    await writer.invalidate({ tenant: 'acme', tag: 'faq' });
    await timeUntil(() => heard.length === 1);
    expect(heard).toEqual([{ tenant: 'acme', tag: 'faq' }]);
    // A connection that is cut for a moment in which nothing happens changes nothing.
    await cut();
    await writer.invalidate({ model: 'chat' });
    await timeUntil(() => heard.length > 1);
    expect(heard.slice(1)).toEqual([{ model: 'chat' }]);
    await cut(() => watcher.hIncrBy('vector-engine:invalidations', 'total', 1));
    await timeUntil(() => heard.length > 2);
    expect(heard.slice(2)).toEqual([{}]);
    leave?.();
    await timeUntil(async () => !(await listening()));
  });

  test('a Redis that is slow is waited for once, and then not until it is quick', { retry: 2 }, async () => {
    await using redis = await startRedis();
    await using proxy = await startSlowProxy(redis.port);
    const cache = redisCache(await redis.connect({ port: proxy.port }), { patience: 200 });
    const key = keyOf();
    await cache.get(key);
    proxy.delay = 1000;
    await expect(cache.get(key)).rejects.toThrow('longer than 200 milliseconds');
    const start = performance.now();
    for (let time = 0; time < 100; time++) await expect(cache.get(key)).rejects.toThrow('Redis is slow');
    // Twenty seconds, had each waited.
    expect(performance.now() - start).toBeLessThan(2000);
    proxy.delay = 0;
    const isBack = (): Promise<boolean> =>
      cache.get(key).then(
        () => true,
        () => false,
      );
    await timeUntil(isBack);
  });

  test('an entry has its time', async () => {
    await using redis = await startRedis();
    const client = await redis.connect();
    const cache = redisCache(client, { prefix: 'mine', patience });
    const key = keyOf();
    const { generation } = await cache.get(key);
    await cache.set(key, everyByte, { milliseconds: 1234.5, generation });
    const left = await client.pTTL(`mine:cache:${key.hash}`);
    expect(left).toBeGreaterThan(1000);
    expect(left).toBeLessThanOrEqual(1235);
    expect(await cache.delete(key)).toBe(true);
    expect(await cache.delete(key)).toBe(false);
  });

  test('an entry that was asked for without a generation is not kept', async () => {
    await using redis = await startRedis();
    const client = await redis.connect();
    await redisCache(client, { patience }).set(keyOf(), everyByte, { milliseconds: hour, generation: '' });
    expect(await client.keys('*')).toEqual([]);
  });
});

test.each([0, -1, Number.NaN])('a patience of %s is a mistake', (none) => {
  expect(() => redisCache(createClient(), { patience: none })).toThrow('patience must be');
});
