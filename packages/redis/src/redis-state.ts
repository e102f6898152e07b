import { createHash } from 'node:crypto';
import type { Notice, ReachListener, SharedState } from '@vector-engine/core';
import { OwnConnection } from './own-connection.ts';
import { readObject, toTexts } from './read-reply.ts';
import { checkClient, type RedisClient, type RedisConnection, type RedisOptions } from './redis-client.ts';

interface Listener {
  readonly hear: (notice: Notice) => void;
  readonly onReach: ReachListener;
}

/** Notices that Redis has not confirmed yet, above which what is to be told is dropped. */
const mostUntold = 256;
/** Milliseconds after the last notice that the list of what is current is kept. */
const listTime = 86_400_000;
/** Names in the list above which those that have run out are taken off. */
const longList = 256;

/**
 * Breakers that open and keys that rest, told to every process that shares them: `createGateway({ shared: redisState(client) })`.
 *
 * It opens a connection of its own, with the settings of `client`, when a gateway begins to listen, and closes it with the
 * last gateway. While Redis is out of reach nothing is told and nothing heard; nothing waits for it.
 *
 * @throws TypeError where `client` is no client of node-redis.
 */
export function redisState(client: RedisClient, options: RedisOptions = {}): SharedState {
  return new RedisState(client, checkClient(client, options));
}

class RedisState implements SharedState {
  readonly #client: RedisClient;
  readonly #channel: string;
  readonly #list: string;
  readonly #listeners = new Set<Listener>();
  #own: OwnConnection | undefined;
  #untold = 0;

  constructor(client: RedisClient, prefix: string) {
    this.#client = client;
    this.#channel = `${prefix}:notices`;
    this.#list = `${prefix}:current`;
  }

  tell(notice: Notice): void {
    const connection = this.#own?.ready;
    if (connection === undefined || this.#untold >= mostUntold) return;
    const key = this.#keyOf(notice);
    const message = JSON.stringify(notice);
    const PX = Math.max(1, Math.ceil(notice.for));
    const done = (): void => {
      this.#untold--;
    };
    this.#untold++;
    // One after the other on one connection, without waiting in between.
    Promise.all([
      connection.publish(this.#channel, message),
      connection.set(key, message, { PX }),
      connection.sAdd(this.#list, key),
      connection.pExpire(this.#list, Math.max(PX, listTime)),
    ]).then(done, done);
  }

  listen(hear: (notice: Notice) => void, onReach: ReachListener = () => {}): () => void {
    const listener = { hear, onReach };
    this.#listeners.add(listener);
    const connection = this.#own?.ready;
    if (this.#own === undefined) this.#own = this.#open();
    else if (connection !== undefined)
      this.#readCurrent(connection, [listener]).catch(onReachFailed(onReach));
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#own?.close();
      this.#own = undefined;
    };
  }

  #open(): OwnConnection {
    return new OwnConnection(this.#client, {
      channel: this.#channel,
      onMessage: (message) => {
        for (const { hear } of this.#listeners) hear(read(message));
      },
      onReady: (connection) => this.#readCurrent(connection, this.#listeners),
      onReach: (isReached, error) => {
        for (const { onReach } of this.#listeners) onReach(isReached, error);
      },
    });
  }

  /** What was told before, by how much of its time is left on Redis' clock. */
  async #readCurrent(connection: RedisConnection, listeners: Iterable<Listener>): Promise<void> {
    const keys = toTexts(await connection.sMembers(this.#list)).filter((key) => key !== undefined);
    const gone: string[] = [];
    await Promise.all(
      keys.map(async (key) => {
        const [message, left] = await Promise.all([
          connection.get(key).catch((error: unknown) => unlessNonsense(error, connection)),
          connection.pTTL(key),
        ]);
        if (typeof left !== 'number' || left <= 0) gone.push(key);
        else for (const { hear } of listeners) hear({ ...read(message), for: left });
      }),
    );
    if (keys.length > longList && gone.length > 0) await connection.sRem(this.#list, gone);
  }

  #keyOf(notice: Notice): string {
    const { type, upstream, model } = notice;
    const names = JSON.stringify([type, upstream, model, notice.type === 'key-rest' ? notice.key : '']);
    return `${this.#list}:${createHash('sha256').update(names).digest('base64url')}`;
  }
}

/** Somebody else's value of another type, under a name of ours, keeps nobody from the others. */
function unlessNonsense(error: unknown, { isReady }: RedisConnection): undefined {
  if (!isReady) throw error;
}

function onReachFailed(onReach: ReachListener): (error: unknown) => void {
  return (error) => onReach(false, error);
}

/** Who hears it checks what it says. */
function read(message: unknown): Notice {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is checked where it is heard
  return readObject(message) as unknown as Notice;
}
