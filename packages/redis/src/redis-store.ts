import { createHash } from 'node:crypto';
import type { Store, StoreKey } from '@vector-engine/core';
import { Line } from './line.ts';
import { toText } from './read-reply.ts';
import {
  checkClient,
  checkPatience,
  listenToErrors,
  type RedisClient,
  type RedisOptions,
} from './redis-client.ts';

export interface RedisStoreOptions extends RedisOptions {
  /**
   * Milliseconds that a caller may wait for Redis; what took longer has failed, and nobody waits until Redis is quick
   * again. Default 1,000.
   */
  readonly patience?: number;
}

/**
 * Stored responses and signatures of earlier turns in Redis, so that they outlive a process and are found by all that share
 * them: `createGateway({ memory: redisStore(client) })`. The connection is the client's own, which stays the user's to close.
 *
 * @throws TypeError where `client` is no client of node-redis.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): Store {
  const prefix = checkClient(client, options);
  const patience = checkPatience(options.patience ?? 1000);
  listenToErrors(client);
  const line = new Line(client);
  const nameOf = ({ tenant, kind, id }: StoreKey): string =>
    `${prefix}:${kind}:${createHash('sha256')
      .update(JSON.stringify([tenant, id]))
      .digest('base64url')}`;
  return {
    async get(key) {
      return toText(await line.ask(() => client.get(nameOf(key)), { patience }));
    },
    async set(key, value, milliseconds) {
      const PX = Math.max(1, Math.ceil(milliseconds));
      await line.ask(() => client.set(nameOf(key), value, { PX }), { patience, bytes: value.length });
    },
    async delete(key) {
      return Number(await line.ask(() => client.del(nameOf(key)), { patience })) > 0;
    },
  };
}
