import { createHash, randomUUID } from 'node:crypto';
import type { CacheFinding, CacheKeeping, CacheKey, CacheSelection, CacheTier } from '@vector-engine/core';
import { Line } from './line.ts';
import { OwnConnection } from './own-connection.ts';
import { readObject, toText, toTexts } from './read-reply.ts';
import {
  checkClient,
  checkPatience,
  listenToErrors,
  type RedisClient,
  type RedisCommands,
  type RedisConnection,
  type RedisOptions,
} from './redis-client.ts';

export interface RedisCacheOptions extends RedisOptions {
  /**
   * Milliseconds that a caller may wait for Redis. Once an answer took longer, nobody waits until Redis is quick again.
   * Default 50.
   */
  readonly patience?: number;
}

/** The type byte of a text in RESP (redis.io, "Redis serialization protocol specification"), by which node-redis maps types. */
const blobString = '$'.charCodeAt(0);
/**
 * Fields of the hash that counts invalidations, by what was selected; what shares one is forgotten together. So many that this
 * hardly ever happens, and that all of them take some 15 MB of Redis.
 */
const counters = 262_144;
/** Characters of a generation. */
const generationLength = 22;

/**
 * The response cache's second tier: what one process has kept, all find, and what one invalidates, none finds. The commands go
 * over the client's own connection, which stays the user's to close; a connection beside it listens for invalidations for as
 * long as a gateway wants to hear them.
 *
 * @throws TypeError where `client` is no client of node-redis.
 */
export function redisCache(client: RedisClient, options: RedisCacheOptions = {}): CacheTier {
  const prefix = checkClient(client, options);
  listenToErrors(client);
  return new RedisCache(client, prefix, checkPatience(options.patience ?? 50));
}

class RedisCache implements CacheTier {
  readonly #client: RedisClient;
  readonly #bytes: RedisCommands;
  readonly #line: Line;
  readonly #prefix: string;
  readonly #patience: number;
  readonly #listeners = new Set<(selection: CacheSelection) => void>();
  #own: OwnConnection | undefined;
  /** Invalidations so far, of which this process knows. */
  #heard: string | undefined;

  constructor(client: RedisClient, prefix: string, patience: number) {
    this.#client = client;
    this.#bytes = client.withTypeMapping({ [blobString]: Buffer });
    this.#line = new Line(client);
    this.#prefix = prefix;
    this.#patience = patience;
  }

  async get(key: CacheKey): Promise<CacheFinding> {
    const [generation, kept] = await this.#line.ask(
      // In this order on one connection: what is found has not been invalidated before.
      () => Promise.all([this.#generationOf(key), this.#bytes.get(this.#nameOf(key))]),
      { patience: this.#patience },
    );
    const isGood = Buffer.isBuffer(kept) && kept.toString('latin1', 0, generationLength) === generation;
    // A copy of its own: it may be kept for long, and what Redis sent holds more than this.
    return { entry: isGood ? new Uint8Array(kept.subarray(generationLength)) : undefined, generation };
  }

  async set(key: CacheKey, entry: Uint8Array, { milliseconds, generation }: CacheKeeping): Promise<void> {
    if (generation.length !== generationLength) return;
    const PX = Math.max(1, Math.ceil(milliseconds));
    const value = Buffer.concat([Buffer.from(generation, 'latin1'), entry]);
    await this.#line.send(() => this.#client.set(this.#nameOf(key), value, { PX }), value.length);
  }

  async delete(key: CacheKey): Promise<boolean> {
    return Number(await this.#line.send(() => this.#client.del(this.#nameOf(key)))) > 0;
  }

  async invalidate(selection: CacheSelection): Promise<void> {
    const total = await this.#line.send(async () => {
      const [, counted] = await Promise.all([
        this.#client.hIncrBy(this.#counts, counterOf(selection), 1),
        this.#client.hIncrBy(this.#counts, 'total', 1),
      ]);
      return String(counted);
    });
    const message = JSON.stringify({ selection, total });
    await this.#line.send(() => this.#client.publish(this.#channel, message));
  }

  onInvalidate(listener: (selection: CacheSelection) => void): () => void {
    const own = (selection: CacheSelection): void => listener(selection);
    this.#listeners.add(own);
    this.#own ??= this.#listen();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size > 0) return;
      this.#own?.close();
      this.#own = undefined;
    };
  }

  get #counts(): string {
    return `${this.#prefix}:invalidations`;
  }

  get #channel(): string {
    return `${this.#prefix}:invalidated`;
  }

  /** Tenant, model and tags are part of the hash. */
  #nameOf({ hash }: CacheKey): string {
    return `${this.#prefix}:cache:${hash}`;
  }

  /** Stands for how often each selection that the key falls under has been invalidated. */
  async #generationOf(key: CacheKey): Promise<string> {
    const fields = ['epoch', ...selectionsOf(key).map(counterOf)];
    let values = toTexts(await this.#client.hmGet(this.#counts, fields));
    if (values[0] === undefined) {
      // The counts are new, or Redis has lost them: nothing that was kept under others may be found again.
      await this.#client.hSetNX(this.#counts, 'epoch', randomUUID());
      values = toTexts(await this.#client.hmGet(this.#counts, fields));
    }
    return createHash('sha256').update(values.join()).digest('base64url').slice(0, generationLength);
  }

  #listen(): OwnConnection {
    return new OwnConnection(this.#client, {
      channel: this.#channel,
      onMessage: (message) => this.#hear(message),
      onReady: (connection) => this.#catchUp(connection),
      onReach: () => {},
    });
  }

  #hear(message: string): void {
    const { selection, total } = readObject(message);
    this.#heard = toText(total) ?? '';
    this.#tell(readSelection(selection));
  }

  /** What was invalidated while this process did not hear is not known: everything, then. */
  async #catchUp(connection: RedisConnection): Promise<void> {
    const total = toText(await connection.hGet(this.#counts, 'total')) ?? '';
    const isBehind = this.#heard !== undefined && this.#heard !== total;
    this.#heard = total;
    if (isBehind) this.#tell({});
  }

  #tell(selection: CacheSelection): void {
    for (const listener of this.#listeners) listener(selection);
  }
}

/** Every selection that the key falls under. */
function selectionsOf({ tenant, model, tags }: CacheKey): CacheSelection[] {
  return [undefined, ...tags].flatMap((tag) =>
    [undefined, tenant].flatMap((ofTenant) =>
      [undefined, model].map((ofModel) => ({ tenant: ofTenant, model: ofModel, tag })),
    ),
  );
}

function counterOf({ tenant, model, tag }: CacheSelection): string {
  const names = JSON.stringify([tenant ?? null, model ?? null, tag ?? null]);
  return String(createHash('sha256').update(names).digest().readUInt32BE() % counters);
}

/** What cannot be read means everything, to be safe. */
function readSelection(selection: unknown): CacheSelection {
  if (typeof selection !== 'object' || selection === null) return {};
  const { tenant, model, tag }: Partial<Record<string, unknown>> = { ...selection };
  return { tenant: toText(tenant), model: toText(model), tag: toText(tag) };
}
