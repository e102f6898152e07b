import type { Notice } from '@vector-engine/core';
import { redisState } from '@vector-engine/redis';
import { manualClock, replay } from '@vector-engine/testing';
import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { refusal, wholeAnswer } from '../reliability/support.ts';
import { call, fleetOptions, openBreaker, startFleet, stateOf, timeUntil } from './fleet.ts';
import { redisServer, startRedis } from './redis-server.ts';

const opening: Notice = {
  type: 'breaker-opening',
  from: 'elsewhere',
  upstream: 'bad',
  model: 'gpt-4o',
  after: 'failures',
  for: 10_000,
};

describe.skipIf(redisServer === undefined)('processes that share a Redis', () => {
  test('a breaker that opens in one is open in the other within 100 ms, and asks nothing of the target', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const client = await redis.connect();
    const shared = redisState(client);
    const one = fleet.start({ shared });
    const other = fleet.start({ shared: redisState(client) });
    await heardBy(client, 2);
    await openBreaker(one, fleet.bad);
    expect(await timeUntil(() => stateOf(other).breaker === 'open')).toBeLessThan(100);
    const sent = fleet.bad.requests.length;
    expect((await call(other)).headers.get('x-vector-upstream')).toBe('good');
    expect(fleet.bad.requests).toHaveLength(sent);
  });

  test('each probes for itself afterwards, and closes by its own success', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const client = await redis.connect();
    const clock = manualClock();
    const one = fleet.start({ shared: redisState(client) });
    const other = fleet.start({ shared: redisState(client), clock });
    await heardBy(client, 2);
    await openBreaker(one, fleet.bad);
    await timeUntil(() => stateOf(other).breaker === 'open');
    fleet.bad.heal();
    await clock.advance(9900);
    await call(other);
    expect(stateOf(other).breaker).toBe('open');
    await clock.advance(100);
    await call(other);
    expect(stateOf(other).breaker).toBe('closed');
    expect(stateOf(one).breaker).toBe('open');
  });

  test('a key that is over its limit in one rests in the other, which goes on with the first', async () => {
    await using redis = await startRedis();
    await using upstream = await replay([wholeAnswer, refusal(429, { 'retry-after': '30' }), wholeAnswer]);
    await using fleet = await startFleet();
    const client = await redis.connect();
    const options = fleetOptions(upstream.baseURL, fleet.good.baseURL);
    const one = fleet.start({ ...options, shared: redisState(client) });
    const other = fleet.start({ ...options, shared: redisState(client) });
    await heardBy(client, 2);
    await call(one);
    await call(one);
    expect(await timeUntil(() => stateOf(other).restingKeys === 1)).toBeLessThan(100);
    upstream.requests.length = 0;
    for (let index = 0; index < 4; index++) await call(other);
    const used = new Set(upstream.requests.map(({ headers }) => headers.authorization));
    expect(used).toEqual(new Set(['Bearer sk-first-of-the-operator']));
  });

  test('nothing of a key is in Redis', async () => {
    await using redis = await startRedis();
    await using upstream = await replay([refusal(401), wholeAnswer]);
    await using fleet = await startFleet();
    const client = await redis.connect();
    const one = fleet.start({
      ...fleetOptions(upstream.baseURL, fleet.good.baseURL),
      shared: redisState(client),
    });
    await heardBy(client, 1);
    await call(one);
    await timeUntil(async () => (await client.keys('*')).length === 2);
    const kept = await Promise.all(
      (await client.sMembers('vector-engine:current')).map((key) => client.get(key)),
    );
    expect(kept.join()).toContain('"problem":"refused"');
    expect(kept.join()).not.toMatch(/sk-|operator/);
  });

  test('who starts later learns what holds, for what is left of it', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const client = await redis.connect();
    const one = fleet.start({ shared: redisState(client) });
    await heardBy(client, 1);
    await openBreaker(one, fleet.bad);
    await timeUntil(async () => (await client.sCard('vector-engine:current')) === 1);
    const [key = ''] = await client.sMembers('vector-engine:current');
    await timeUntil(async () => (await client.pTTL(key)) < 9990);
    const late: Notice[] = [];
    const leave = redisState(client).listen((notice) => late.push(notice));
    await timeUntil(() => late.length > 0);
    leave();
    expect(late).toEqual([expect.objectContaining({ upstream: 'bad', model: 'gpt-4o', after: 'failures' })]);
    expect(late[0]?.for).toBeGreaterThan(5000);
    expect(late[0]?.for).toBeLessThan(9991);
    const latecomer = fleet.start({ shared: redisState(client) });
    await timeUntil(() => stateOf(latecomer).breaker === 'open');
  });

  test('what has run out is told to nobody', async () => {
    await using redis = await startRedis();
    const client = await redis.connect();
    const state = redisState(client);
    const leave = state.listen(() => {});
    await heardBy(client, 1);
    state.tell({ ...opening, for: 20 });
    state.tell({ ...opening, model: 'other' });
    await timeUntil(async () => (await client.sCard('vector-engine:current')) === 2);
    await timeUntil(async () => (await client.keys('vector-engine:current:*')).length === 1);
    const late: Notice[] = [];
    const leaveToo = redisState(client).listen((notice) => late.push(notice));
    await timeUntil(() => late.length > 0);
    expect(late.map((notice) => notice.model)).toEqual(['other']);
    leave();
    leaveToo();
  });

  test('what is heard is not told again, however many processes there are', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const client = await redis.connect();
    const told: Notice[] = [];
    const leave = redisState(client).listen((notice) => told.push(notice));
    const gateways = Array.from({ length: 10 }, () => fleet.start({ shared: redisState(client) }));
    await heardBy(client, 11);
    const [one] = gateways;
    if (one === undefined) throw new Error('there is no gateway');
    await openBreaker(one, fleet.bad);
    await timeUntil(() => gateways.every((gateway) => stateOf(gateway).breaker === 'open'));
    await client.ping();
    expect(told.map(({ type, from }) => [type, from === told[0]?.from])).toEqual([['breaker-opening', true]]);
    leave();
  });

  test('prefixes keep apart what has nothing to do with each other', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const client = await redis.connect();
    const one = fleet.start({ shared: redisState(client, { prefix: 'staging' }) });
    const same = fleet.start({ shared: redisState(client, { prefix: 'staging' }) });
    const other = fleet.start({ shared: redisState(client) });
    await heardBy(client, 2, 'staging');
    await heardBy(client, 1);
    await openBreaker(one, fleet.bad);
    await timeUntil(() => stateOf(same).breaker === 'open');
    expect(stateOf(other).breaker).toBe('closed');
  });

  test('it connects by itself, and closes with the last gateway what it opened, and nothing else', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const client = await redis.connect();
    const shared = redisState(client);
    const gateways = [fleet.start({ shared }), fleet.start({ shared })];
    await heardBy(client, 1);
    const connections = async (): Promise<number> => (await client.clientList()).length;
    expect(await connections()).toBe(2);
    await gateways[0]?.close();
    expect(await connections()).toBe(2);
    await gateways[1]?.close();
    await timeUntil(async () => (await connections()) === 1);
    expect(client.isReady).toBe(true);
  });

  test('a client that is not connected, and never will be, is enough', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const watcher = await redis.connect();
    const client = createClient({ url: `redis://127.0.0.1:${redis.port}`, RESP: 2, keyPrefix: 'app:' });
    const [one, other] = [
      fleet.start({ shared: redisState(client) }),
      fleet.start({ shared: redisState(client) }),
    ];
    await heardBy(watcher, 2);
    await openBreaker(one, fleet.bad);
    await timeUntil(() => stateOf(other).breaker === 'open');
    expect(client.isOpen).toBe(false);
    expect((await watcher.keys('*')).every((key) => key.startsWith('app:'))).toBe(true);
  });

  test("somebody else's value under one of its names keeps nobody from hearing the others", async () => {
    await using redis = await startRedis();
    const client = await redis.connect();
    const names = ['nonsense', 'opening'].map((name) => `vector-engine:current:${name}`);
    await client.sAdd('vector-engine:current', names);
    await client.lPush('vector-engine:current:nonsense', 'x');
    await client.set('vector-engine:current:opening', JSON.stringify(opening), { PX: 10_000 });
    const heard: Notice[] = [];
    const reach: boolean[] = [];
    const leave = redisState(client).listen(
      (notice) => heard.push(notice),
      (isReached) => reach.push(isReached),
    );
    await timeUntil(() => reach.length > 0);
    leave();
    expect(reach).toEqual([true]);
    expect(heard).toContainEqual(expect.objectContaining({ upstream: 'bad', model: 'gpt-4o' }));
  });

  test('nonsense on the channel is heard by nobody', async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const client = await redis.connect();
    const one = fleet.start({ shared: redisState(client) });
    await heardBy(client, 1);
    for (const nonsense of [
      '',
      '{',
      'null',
      '[]',
      '{"type":"breaker-opening"}',
      JSON.stringify({ ...opening, for: -1 }),
    ])
      await client.publish('vector-engine:notices', nonsense);
    await client.publish('vector-engine:notices', JSON.stringify({ ...opening, upstream: '__proto__' }));
    await client.publish('vector-engine:notices', JSON.stringify({ ...opening, upstream: 'good' }));
    await timeUntil(() => stateOf(one, 'good').breaker === 'open');
    expect(stateOf(one).breaker).toBe('closed');
  });

  test.each([
    [undefined, /give a client of node-redis/],
    [{ get: () => {} }, /give a client of node-redis/],
  ])('%j is no client', (client, message) => {
    expect(() => redisState(client as never)).toThrow(message);
  });
});

/** Waits until so many connections listen. */
async function heardBy(
  client: { pubSubNumSub(channels: string[]): Promise<Record<string, unknown>> },
  count: number,
  prefix = 'vector-engine',
): Promise<void> {
  const channel = `${prefix}:notices`;
  await timeUntil(async () => Number((await client.pubSubNumSub([channel]))[channel]) === count);
}
