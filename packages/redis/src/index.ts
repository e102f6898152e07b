export { type RedisAccountsOptions, redisAccounts } from './redis-accounts.ts';
export { type RedisCacheOptions, redisCache } from './redis-cache.ts';
export type { RedisClient, RedisCommands, RedisConnection, RedisOptions } from './redis-client.ts';
export { type RedisLimitsOptions, redisLimits } from './redis-limits.ts';
export { redisState } from './redis-state.ts';
export { type RedisStoreOptions, redisStore } from './redis-store.ts';
