export { type RedisCacheOptions, redisCache } from './redis-cache.ts';
export type { RedisClient, RedisCommands, RedisConnection, RedisOptions } from './redis-client.ts';
export { redisState } from './redis-state.ts';
export { type RedisStoreOptions, redisStore } from './redis-store.ts';
