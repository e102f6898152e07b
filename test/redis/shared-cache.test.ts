import type { Gateway, GatewayOptions } from '@vector-engine/core';
import { redisCache } from '@vector-engine/redis';
import { describe, expect, test } from 'vitest';
import { type Fleet, model, startFleet, timeUntil } from './fleet.ts';
import { type RedisServer, redisServer, startRedis } from './redis-server.ts';

const question = { model: 'chat', temperature: 0, messages: [{ role: 'user', content: 'Say hello' }] };

async function ask(gateway: Gateway, more: object = {}): Promise<{ cache: string | null; text: string }> {
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-vector-tags': 'faq' },
    body: JSON.stringify({ ...question, ...more }),
  });
  return { cache: response.headers.get('x-vector-cache'), text: await response.text() };
}

/** Two gateways that share nothing but a Redis and what they ask. */
async function startPair(redis: RedisServer, fleet: Fleet): Promise<[Gateway, Gateway]> {
  const options = async (): Promise<Partial<GatewayOptions>> => ({
    models: { chat: `good/${model}` },
    cache: { tier: redisCache(await redis.connect()) },
  });
  const pair: [Gateway, Gateway] = [fleet.start(await options()), fleet.start(await options())];
  const watcher = await redis.connect();
  const channel = 'vector-engine:invalidated';
  await timeUntil(async () => (await watcher.pubSubNumSub([channel]))[channel] === 2);
  return pair;
}

/** What a process has kept is in Redis a moment after its caller was answered. */
async function isKept(redis: RedisServer): Promise<void> {
  const watcher = await redis.connect();
  await timeUntil(async () => (await watcher.keys('vector-engine:cache:*')).length > 0);
}

describe.skipIf(redisServer === undefined)('answers that processes share through Redis', () => {
  test.each([{ stream: false }, { stream: true }])(
    'what one was answered another gives again, with %j, and asks no upstream',
    async (more) => {
      await using redis = await startRedis();
      await using fleet = await startFleet();
      const [one, other] = await startPair(redis, fleet);
      const first = await ask(one, more);
      expect(first.cache).toBe('miss');
      await isKept(redis);
      expect(await ask(other, more)).toEqual({ cache: 'hit', text: first.text });
      expect(fleet.good.requests).toHaveLength(1);
    },
  );

  test('what one invalidates is forgotten by all, also what they have in memory', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const [one, other] = await startPair(redis, fleet);
    await ask(one);
    await isKept(redis);
    expect((await ask(other)).cache).toBe('hit');
    await one.cache.invalidate({ tag: 'faq' });
    await timeUntil(() => other.stats().cache?.entries === 0);
    expect((await ask(other)).cache).toBe('miss');
    expect(fleet.good.requests).toHaveLength(2);
  });

  test('a Redis that is gone leaves each with its own memory', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const [one, other] = await startPair(redis, fleet);
    await redis.kill();
    expect((await ask(one)).cache).toBe('miss');
    await timeUntil(() => one.stats().cache?.entries === 1);
    expect((await ask(one)).cache).toBe('hit');
    expect((await ask(other)).cache).toBe('miss');
  });
});
