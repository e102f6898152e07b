import type { LimitStore, Limits } from '../protocol/limits.ts';

/** Of the calls to a model. */
export interface ModelLimits extends Limits {
  /** Whose calls are counted together. Default: everybody's. */
  readonly per?: 'tenant' | 'principal' | 'key';
}

/** How much may be asked for at once, and over time. All that are said of a call hold, beside those of the caller itself. */
export interface LimitOptions {
  /** Of everybody together. */
  readonly gateway?: Limits;
  /** Of each tenant; who has none counts for one. */
  readonly tenant?: Limits;
  /** Of each person or program in a tenant. */
  readonly principal?: Limits;
  /** Of each virtual key. */
  readonly key?: Limits;
  /** Of models, by the names that callers use. */
  readonly models?: Readonly<Record<string, ModelLimits>>;
  /** Of what is at a path and below it, together: `acme/research`. */
  readonly paths?: Readonly<Record<string, Limits>>;
  /**
   * Where processes count together: `redisLimits()` of `@vector-engine/redis`, say. Default: each process counts for itself,
   * as it does while the store is out of reach.
   */
  readonly store?: LimitStore;
}
