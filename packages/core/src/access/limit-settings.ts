import type { LimitStore, Limits } from '../protocol/limits.ts';

export interface ModelLimitSettings extends Limits {
  /** Whose calls are counted together; undefined: everybody's. */
  readonly per: 'tenant' | 'principal' | 'key' | undefined;
}

/** What the option `limits` says. */
export interface LimitSettings {
  readonly gateway: Limits | undefined;
  readonly tenant: Limits | undefined;
  readonly principal: Limits | undefined;
  readonly key: Limits | undefined;
  readonly models: ReadonlyMap<string, ModelLimitSettings>;
  readonly paths: ReadonlyMap<string, Limits>;
  /** Undefined: this process counts for itself. */
  readonly store: LimitStore | undefined;
}
