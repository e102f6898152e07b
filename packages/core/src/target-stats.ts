import type { TargetName } from './protocol/call.ts';
import type { BreakerState, ByHand } from './resilience/breaker.ts';
import type { TargetState } from './target-candidate.ts';
import type { RateLimit } from './upstreams/rate-limits.ts';
import type { BalanceStats } from './upstreams/watch-balances.ts';

/** What `gateway.stats()` tells of a target. */
export interface TargetStats extends TargetName {
  readonly breaker: BreakerState;
  /** What holds because of `gateway.targets`; undefined where nothing does. */
  readonly byHand: ByHand | undefined;
  /** Outcomes in the breaker's window. */
  readonly successes: number;
  readonly failures: number;
  /** Of these, the failures: 0 to 1; undefined where there are none. */
  readonly errorRate: number | undefined;
  /** Requests under way, and waiting for a slot. */
  readonly active: number;
  readonly waiting: number;
  /** Of those that wait, the batch. */
  readonly batchWaiting: number;
  /** The last probe of its upstream failed; false where none is sent. */
  readonly isDown: boolean;
  /** Smoothed: of streams to their first content, or of whole answers, whichever was asked for last. Undefined before the first. */
  readonly latencyMilliseconds: number | undefined;
  /** What the vendor told last of its rate limits; undefined where it tells nothing. */
  readonly rateLimit: RateLimit | undefined;
  /** None where its upstream wants none. */
  readonly keys: readonly TargetKey[];
  /** Keys that are left alone for now. */
  readonly restingKeys: number;
  /** Of the tokens of all prompts since the gateway was made, the share that the vendor read from its prompt cache: 0 to 1. */
  readonly promptCacheShare: number | undefined;
  /** As the upstream's options say. */
  readonly region: string | undefined;
  readonly tags: readonly string[];
}

/** A key of a target, by its place: never the key itself. */
export interface TargetKey {
  /** `#1` for the first, as in the ledger. */
  readonly label: string;
  /** `resting`: it was refused, or is over its limit. `low`, `empty`: so little is left on its account, as it was last read. */
  readonly state: 'fine' | 'resting' | 'low' | 'empty';
  /** Of one that rests: until when, in milliseconds since the epoch. Left out otherwise. */
  readonly until?: number;
}

/** What is known of a target now. `balances`: of its upstream's accounts. */
export function statsOf(state: TargetState, balances: readonly BalanceStats[]): TargetStats {
  const { name, breaker, slots, keys, load, probe, upstream } = state;
  const { successes, failures } = breaker.counts;
  const attempts = successes + failures;
  return {
    upstream: name.upstream,
    model: name.model,
    breaker: breaker.state,
    byHand: breaker.byHand,
    successes,
    failures,
    errorRate: attempts === 0 ? undefined : failures / attempts,
    active: slots.taken,
    waiting: slots.waiting,
    batchWaiting: slots.batchWaiting,
    isDown: probe?.isDown === true,
    latencyMilliseconds: load.latestLatency,
    rateLimit: keys.rateLimit,
    keys: keysOf(state, balances),
    restingKeys: keys.resting,
    promptCacheShare: load.promptCacheShare,
    region: upstream.region,
    tags: upstream.tags,
  };
}

function keysOf({ keys }: TargetState, balances: readonly BalanceStats[]): readonly TargetKey[] {
  return keys.states().map(({ index, state, until }) => {
    const isLow = balances.some((balance) => balance.key === index && balance.state === 'low');
    return {
      label: `#${index + 1}`,
      state: state === 'fine' && isLow ? 'low' : state,
      ...(until === undefined ? {} : { until }),
    };
  });
}
