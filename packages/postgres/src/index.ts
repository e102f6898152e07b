export { postgres } from './postgres.ts';
export { type PostgresLimitsOptions, postgresLimits } from './postgres-limits.ts';
export type { PostgresOptions } from './postgres-options.ts';
export type { PostgresClient, PostgresPool, PostgresResult } from './postgres-pool.ts';
