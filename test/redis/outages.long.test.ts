import type { Gateway, GatewayOptions, Logger, SharedState } from '@vector-engine/core';
import { redisCache, redisState, redisStore } from '@vector-engine/redis';
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { percentile, runMany } from '../reliability/support.ts';
import { call, openBreaker, startFleet, stateOf, timeUntil } from './fleet.ts';
import { type RedisServer, redisServer, startRedis } from './redis-server.ts';
import { startSlowProxy } from './slow-proxy.ts';

/** What a gateway is given that shares everything there is to share. */
function shareBy(port: number): Partial<GatewayOptions> {
  // As careless as an app can be: nobody listens to its errors.
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  const memory = redisStore(client);
  const cache = { tier: redisCache(client) };
  const shared = redisState(client);
  client.connect().catch(() => {});
  onTestFinished(() => client.destroy());
  return { shared, memory, cache };
}

interface Times {
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
}

interface Traffic {
  readonly statuses: ReadonlySet<number>;
  readonly sharing: Times;
  /** Of a gateway that shares nothing, called in turn with the other: what the machine does to one it does to both. */
  readonly alone: Times;
}

let asked = 0;

/** `count` calls to each of the two, 20 at once; with `trouble` after a quarter of them. */
async function send(
  [sharing, alone]: readonly [Gateway, Gateway],
  count: number,
  trouble?: () => Promise<void>,
): Promise<Traffic> {
  const times: [number[], number[]] = [[], []];
  const statuses = new Set<number>();
  const done: Promise<void>[] = [];
  await runMany(2 * count, 20, async (index) => {
    if (index === count / 2 && trouble !== undefined) done.push(trouble());
    const isSharing = index % 2 === 0;
    const start = performance.now();
    const { status } = await call(isSharing ? sharing : alone, `Something new: ${asked++}`);
    times[isSharing ? 0 : 1].push(performance.now() - start);
    statuses.add(status);
  });
  await Promise.all(done);
  const [ofSharing, ofAlone] = times.map((each) => ({
    median: percentile(each, 0.5),
    p99: percentile(each, 0.99),
  }));
  if (ofSharing === undefined || ofAlone === undefined) throw new Error('nothing was measured');
  return { statuses, sharing: ofSharing, alone: ofAlone };
}

const words = ({ median, p99 }: Times): string => `median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;

/** Nobody who waits for Redis would be as quick: not for a second, and not for the 50 ms that the cache has patience. */
function isUnnoticed({ statuses, sharing, alone }: Traffic): boolean {
  console.info(`sharing: ${words(sharing)}; alone: ${words(alone)}`);
  const isAsQuick = sharing.median < alone.median * 1.5 + 5 && sharing.p99 < alone.p99 * 2 + 100;
  return isAsQuick && [...statuses].join() === '200';
}

const isHeard = async (redis: RedisServer, count: number): Promise<void> => {
  const watcher = await redis.connect();
  const channel = 'vector-engine:notices';
  await timeUntil(async () => Number((await watcher.pubSubNumSub([channel]))[channel]) === count, 10_000);
  watcher.destroy();
};

describe.skipIf(redisServer === undefined)(
  'a Redis in trouble changes nothing for callers but the sharing',
  () => {
    test('killed under traffic: no caller notices; when it is back, so is the sharing', {
      timeout: 60_000,
      retry: 2,
    }, async () => {
      await using redis = await startRedis();
      await using fleet = await startFleet();
      const [one, other] = [fleet.start(shareBy(redis.port)), fleet.start(shareBy(redis.port))];
      const pair = [one, fleet.start()] as const;
      await isHeard(redis, 2);
      await send(pair, 100);
      expect(isUnnoticed(await send(pair, 300, () => redis.kill()))).toBe(true);
      // Breakers go on alone.
      await openBreaker(one, fleet.bad);
      expect(isUnnoticed(await send(pair, 300))).toBe(true);
      expect(stateOf(other).breaker).toBe('closed');
      await redis.restart();
      await isHeard(redis, 2);
      fleet.bad.heal();
      await openBreaker(other, fleet.bad);
      const latecomer = fleet.start(shareBy(redis.port));
      await timeUntil(() => stateOf(latecomer).breaker === 'open');
    });

    test('slow by seconds: nobody waits for it', { timeout: 60_000, retry: 2 }, async () => {
      await using redis = await startRedis();
      await using proxy = await startSlowProxy(redis.port);
      await using fleet = await startFleet();
      const pair = [fleet.start(shareBy(proxy.port)), fleet.start()] as const;
      await isHeard(redis, 1);
      await send(pair, 100);
      proxy.delay = 3000;
      expect(isUnnoticed(await send(pair, 300))).toBe(true);
      await openBreaker(pair[0], fleet.bad);
      expect(isUnnoticed(await send(pair, 300))).toBe(true);
    });

    test('never there: gateways start, serve and close', async () => {
      await using fleet = await startFleet();
      const lines: string[] = [];
      const keep: Logger['info'] = (_fields, message) => {
        if (message.includes('shared state')) lines.push(message);
      };
      const logger: Logger = { debug: () => {}, info: keep, warn: keep, error: keep };
      // The port of nobody.
      const one = fleet.start({ ...shareBy(1), logger });
      expect((await send([one, one], 50)).statuses).toEqual(new Set([200]));
      await timeUntil(() => lines.length > 0);
      await openBreaker(one, fleet.bad);
      await one.close();
      expect(lines).toEqual(['the shared state is out of reach; this process goes on by itself']);
    });

    test('a thousand openings that cannot be told are not kept', async () => {
      await using redis = await startRedis();
      const state = redisState(await redis.connect());
      const leave = state.listen(() => {});
      await isHeard(redis, 1);
      await redis.kill();
      tellThousand(state);
      await redis.restart();
      await isHeard(redis, 1);
      const watcher = await redis.connect();
      expect(await watcher.keys('*')).toEqual([]);
      leave();
    });

    test('of a thousand that Redis is slow to confirm, a few hundred are told', async () => {
      await using redis = await startRedis();
      await using proxy = await startSlowProxy(redis.port);
      const state = redisState(await redis.connect({ port: proxy.port }));
      const leave = state.listen(() => {});
      await isHeard(redis, 1);
      proxy.delay = 3000;
      tellThousand(state);
      const watcher = await redis.connect();
      await timeUntil(async () => (await watcher.sCard('vector-engine:current')) >= 256);
      expect(await watcher.sCard('vector-engine:current')).toBe(256);
      leave();
    });

    test('a client that is told never to come back does not keep the sharing from it', async () => {
      await using redis = await startRedis();
      const url = `redis://127.0.0.1:${redis.port}`;
      const client = createClient({ url, socket: { reconnectStrategy: false } });
      const leave = redisState(client).listen(() => {});
      await isHeard(redis, 1);
      await redis.kill();
      await redis.restart();
      await isHeard(redis, 1);
      expect(client.isOpen).toBe(false);
      leave();
    });
  },
);

function tellThousand(state: SharedState): void {
  for (let index = 0; index < 1000; index++)
    state.tell({
      type: 'breaker-opening',
      from: 'here',
      upstream: 'bad',
      model: String(index),
      after: 'failures',
      for: 10_000,
    });
}
