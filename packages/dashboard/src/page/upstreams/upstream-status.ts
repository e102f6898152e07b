/** A target as `GET admin/upstreams` tells of it. */
export interface UpstreamStatus {
  readonly id: string;
  readonly upstream: string;
  readonly model: string;
  readonly state: 'closed' | 'open' | 'half-open';
  readonly byHand: 'open' | 'drain' | null;
  readonly successes: number;
  readonly failures: number;
  /** 0 to 1. */
  readonly errorRate: number | null;
  readonly active: number;
  readonly waiting: number;
  readonly batchWaiting: number;
  readonly isDown: boolean;
  readonly latencyMilliseconds: number | null;
  readonly rateLimit: RateLimit | null;
  readonly keys: readonly UpstreamKey[];
  readonly restingKeys: number;
  /** Cached of all input tokens, 0 to 1. */
  readonly promptCacheShare: number | null;
  readonly region: string | null;
  readonly tags: readonly string[];
  readonly balances: readonly Balance[];
}

/** What the vendor told last of what is left. */
export interface RateLimit {
  readonly remainingRequests?: number;
  readonly limitRequests?: number;
  readonly remainingTokens?: number;
  readonly limitTokens?: number;
  /** ISO, or milliseconds since the epoch. */
  readonly resetsAt?: string | number;
}

/** A key by its place, never the key itself. */
export interface UpstreamKey {
  /** `#1`. */
  readonly label: string;
  readonly state: 'fine' | 'resting' | 'low' | 'empty';
  readonly until?: string | number | null;
}

/** What is left on the account of a key, in its own currency. */
export interface Balance {
  readonly label: string;
  readonly left: number;
  readonly currency: string | null;
  readonly state: 'fine' | 'low' | 'empty';
}

/** What is done by hand. */
export type HandAct = 'open' | 'close' | 'drain';
