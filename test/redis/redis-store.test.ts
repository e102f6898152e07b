import { redisStore } from '@vector-engine/redis';
import { checkStore } from '@vector-engine/testing';
import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { fleetOptions, startFleet } from './fleet.ts';
import { redisServer, startRedis } from './redis-server.ts';

const pass = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(redisServer === undefined)('redisStore', () => {
  test('passes every check of a store', async () => {
    await using redis = await startRedis();
    const findings = await checkStore(redisStore(await redis.connect()), { pass });
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(7);
  });

  test('a response that one process stored is found by another', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const options = fleetOptions(fleet.bad.baseURL, fleet.good.baseURL);
    const one = fleet.start({ ...options, memory: redisStore(await redis.connect()) });
    const other = fleet.start({ ...options, memory: redisStore(await redis.connect()) });
    const made = await one.fetch('http://gateway/v1/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'chat', input: 'Say hello' }),
    });
    const { id } = (await made.json()) as { id: string };
    const found = await other.fetch(`http://gateway/v1/responses/${id}`);
    expect(found.status).toBe(200);
    expect(await found.json()).toMatchObject({ id, status: 'completed' });
  });

  test('while Redis is out of reach it rejects at once, and keeps nothing for later', async () => {
    const client = createClient({ url: 'redis://127.0.0.1:1' });
    const store = redisStore(client);
    client.connect().catch(() => {});
    const key = { tenant: '', kind: 'turn', id: '1' } as const;
    await expect(store.get(key)).rejects.toThrow('Redis is out of reach');
    await expect(store.set(key, 'x', 1000)).rejects.toThrow('Redis is out of reach');
    client.destroy();
  });
});
