import { createHash } from 'node:crypto';
import type { Counter, CounterChange, LimitStore, Place, Taking } from '@vector-engine/core';
import { adjust, enter, leave, take } from './limit-scripts.ts';
import { Line } from './line.ts';
import { toNumbers, whole } from './read-reply.ts';
import {
  checkClient,
  checkPatience,
  listenToErrors,
  type RedisClient,
  type RedisOptions,
} from './redis-client.ts';
import type { Script } from './script.ts';

export interface RedisLimitsOptions extends RedisOptions {
  /**
   * Milliseconds that a caller may wait for Redis; what took longer has failed, and the process counts for itself for a
   * while. Default 1,000.
   */
  readonly patience?: number;
}

/** Each call has a few; so many can come at once, and are answered in time. */
const mostUnanswered = 20_000;

/**
 * Requests, tokens and calls under way of all processes that share a Redis, counted together:
 * `createGateway({ limits: { tenant: { rpm: 600 }, store: redisLimits(client) } })`. Each taking is one script of Redis', so
 * that no two calls pass where there is room for one. All names have the same hash tag: in a cluster they are in one slot.
 * The connection is the client's own, which stays the user's to close.
 *
 * @throws TypeError where `client` is no client of node-redis.
 */
export function redisLimits(client: RedisClient, options: RedisLimitsOptions = {}): LimitStore {
  const prefix = checkClient(client, options);
  const patience = checkPatience(options.patience ?? 1000);
  listenToErrors(client);
  const line = new Line(client, mostUnanswered);
  const run = (script: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> =>
    line.ask(() => script.run(client, keys, values), { patience });
  const counterOf = ({ key }: Counter): string => `{${prefix}}:limit:${digest(key)}`;
  const placeOf = ({ key }: Place): string => `{${prefix}}:places:${digest(key)}`;
  return {
    async take(takes): Promise<Taking> {
      if (takes.length === 0) return { refusedBy: -1, states: [] };
      const values = takes.flatMap(({ limit, window, amount }) => [limit, window, amount].map(whole));
      const [refusedBy = Number.NaN, ...told] = toNumbers(await run(take, takes.map(counterOf), values));
      const states = takes.map((_, index) => ({
        remaining: told[2 * index] ?? Number.NaN,
        resetsAfter: told[2 * index + 1] ?? Number.NaN,
      }));
      return { refusedBy, states };
    },
    async adjust(changes: readonly CounterChange[]): Promise<void> {
      if (changes.length === 0) return;
      const values = changes.flatMap(({ change, endsWithin }) => [change, endsWithin].map(whole));
      await run(adjust, changes.map(counterOf), values);
    },
    async enter(places, id, lease): Promise<number> {
      if (places.length === 0) return -1;
      const limits = places.map(({ limit }) => whole(limit));
      return Number(await run(enter, places.map(placeOf), [id, whole(lease), ...limits]));
    },
    async leave(places, id): Promise<void> {
      if (places.length > 0) await run(leave, places.map(placeOf), [id]);
    },
    close: () => Promise.resolve(),
  };
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
