/** What is used of a client of node-redis (`createClient()` of `redis` 5 and later, connected to Redis or Valkey). */
export interface RedisClient extends RedisCommands {
  /** A client of the same settings, save those given; it is not connected. */
  duplicate(overrides?: object): RedisConnection;
  /** The same connection, whose replies are given as other types. */
  withTypeMapping(mapping: object): RedisCommands;
  readonly options?: { readonly socket?: object } | undefined;
}

/** The commands that are used. Replies come as the user's client maps them: a text may be a `Buffer`. */
export interface RedisCommands {
  readonly isReady: boolean;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  ping(): Promise<unknown>;
  get(key: string): Promise<unknown>;
  set(key: string, value: string | Buffer, options: { readonly PX: number }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  pTTL(key: string): Promise<unknown>;
  pExpire(key: string, milliseconds: number): Promise<unknown>;
  sAdd(key: string, member: string): Promise<unknown>;
  sRem(key: string, members: string[]): Promise<unknown>;
  sMembers(key: string): Promise<unknown>;
  hGet(key: string, field: string): Promise<unknown>;
  hmGet(key: string, fields: string[]): Promise<unknown>;
  hSetNX(key: string, field: string, value: string): Promise<unknown>;
  hIncrBy(key: string, field: string, increment: number): Promise<unknown>;
  publish(channel: string, message: string): Promise<unknown>;
  zAdd(key: string, member: { readonly score: number; readonly value: string }): Promise<unknown>;
  eval(script: string, parts: ScriptParts): Promise<unknown>;
  evalSha(digest: string, parts: ScriptParts): Promise<unknown>;
}

/** What a script of Redis' is given. */
export interface ScriptParts {
  readonly keys: string[];
  readonly arguments: string[];
}

/** A connection of our own. */
export interface RedisConnection extends RedisCommands {
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'ready', listener: () => void): unknown;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unref(): void;
  destroy(): void;
}

export interface RedisOptions {
  /** What the names of all keys and channels begin with; processes that share have the same. Default `vector-engine`. */
  readonly prefix?: string;
}

/** @throws TypeError that says what to give. */
export function checkClient(client: RedisClient, { prefix = 'vector-engine' }: RedisOptions): string {
  const given: unknown = client;
  const isClient =
    typeof given === 'object' &&
    given !== null &&
    ['get', 'set', 'duplicate', 'withTypeMapping'].every((name) => name in given);
  if (!isClient)
    throw new TypeError("give a client of node-redis: createClient() of 'redis', version 5 or later");
  const name: unknown = prefix;
  if (typeof name !== 'string' || name === '') throw new TypeError('prefix must be a text that is not empty');
  return name;
}

/** @throws TypeError where it is no number of milliseconds. */
export function checkPatience(patience: number): number {
  if (Number.isFinite(patience) && patience > 0) return patience;
  throw new TypeError('patience must be a number of milliseconds above 0');
}

const listenedTo = new WeakSet<RedisClient>();

/** An error that nobody listens to would end the process: a Redis that goes down is no reason for that. */
export function listenToErrors(client: RedisClient): void {
  if (listenedTo.has(client)) return;
  listenedTo.add(client);
  client.on('error', () => {});
}
