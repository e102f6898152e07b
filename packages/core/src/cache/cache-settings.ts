import type { CacheTier } from '../protocol/cache-tier.ts';

/** How a stream that is kept is given again. */
export type Pace = 'at once' | 'recorded';

/** What is cached, and for how long. */
export interface CacheSettings {
  /** Of everything in this process, and of one answer. */
  readonly bytes: number;
  readonly entryBytes: number;
  /** Milliseconds. */
  readonly ttl: number;
  readonly scope: 'tenant' | 'shared';
  readonly pace: Pace;
  readonly tier: CacheTier | undefined;
  /** By the names that callers use; `false`: nothing of the model is cached. */
  readonly models: ReadonlyMap<string, ModelCacheSettings | false>;
}

/** Where a model differs. */
export interface ModelCacheSettings {
  readonly ttl?: number | undefined;
  readonly pace?: Pace | undefined;
  readonly anyTemperature?: boolean | undefined;
}
