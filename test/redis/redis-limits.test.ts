import { redisLimits } from '@vector-engine/redis';
import { checkLimits } from '@vector-engine/testing';
import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { redisServer, startRedis } from './redis-server.ts';

const pass = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(redisServer === undefined)('redisLimits', () => {
  test('passes every check of a store of limits, also as two processes', async () => {
    await using redis = await startRedis();
    const [store, other] = [redisLimits(await redis.connect()), redisLimits(await redis.connect())];
    const findings = await checkLimits(store, { other, pass });
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(15);
  });

  test('nothing that is over stays in Redis, and all names are in one slot of a cluster', async () => {
    await using redis = await startRedis();
    const client = await redis.connect();
    const store = redisLimits(client, { prefix: 'mine' });
    const counters = ['a', 'b', 'c'].map((key) => ({ key, limit: 5, window: 100 }));
    await store.take(counters.map((one) => ({ ...one, amount: 1 })));
    await store.enter(counters, 'id', 100);
    await store.enter(counters, 'next', 50);
    const keys = await client.keys('*');
    expect(keys).toHaveLength(6);
    expect(keys.every((key) => key.startsWith('{mine}:'))).toBe(true);
    await pass(150);
    expect(await client.keys('*')).toEqual([]);
  });

  test('a Redis whose clock was set back ends nothing early, and locks nobody out for longer than a window', async () => {
    await using redis = await startRedis();
    const client = await redis.connect();
    const store = redisLimits(client);
    const counter = { key: 'a', limit: 2, window: 1000 };
    await store.take([{ ...counter, amount: 2 }]);
    await store.enter([counter], 'lost', 1000);
    const keys = await client.keys('*');
    const [window = '', places = ''] = keys.toSorted();
    // As if it had been begun when the clock showed a time two days later.
    await client.pExpire(window, 172_800_000);
    await client.zAdd(places, { score: Date.now() + 172_800_000, value: 'lost' });
    const { refusedBy, states } = await store.take([{ ...counter, amount: 1 }]);
    expect(refusedBy).toBe(0);
    expect(states[0]?.resetsAfter).toBeLessThanOrEqual(1000);
    await store.enter([counter], 'next', 1000);
    expect(await client.zScore(places, 'lost')).toBeLessThanOrEqual(Date.now() + 1000);
  });

  test('a Redis that has begun anew is told its scripts again', async () => {
    await using redis = await startRedis();
    const client = await redis.connect();
    const store = redisLimits(client);
    const take = { key: 'a', limit: 2, window: 1000, amount: 1 };
    await store.take([take]);
    await client.scriptFlush();
    await client.flushAll();
    expect(await store.take([take])).toMatchObject({ refusedBy: -1, states: [{ remaining: 1 }] });
  });

  test('while Redis is out of reach it rejects at once, and keeps nothing for later', async () => {
    const client = createClient({ url: 'redis://127.0.0.1:1' });
    const store = redisLimits(client);
    client.connect().catch(() => {});
    await expect(store.take([{ key: 'a', limit: 1, window: 1, amount: 1 }])).rejects.toThrow(
      'Redis is out of reach',
    );
    client.destroy();
  });
});
