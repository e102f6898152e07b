import type { GatewayTargets } from '../create-targets.ts';
import { GatewayError } from '../errors.ts';
import type { TargetName } from '../protocol/call.ts';
import type { TargetKey, TargetStats } from '../target-stats.ts';
import type { RateLimit } from '../upstreams/rate-limits.ts';
import type { BalanceStats } from '../upstreams/watch-balances.ts';

export interface UpstreamParts {
  readonly targets: GatewayTargets & { stats(): readonly TargetStats[] };
  readonly balances: { of(upstream: string): readonly BalanceStats[] };
}

/** A target, as operators see it. Times are in milliseconds since the epoch. */
export interface UpstreamStatus extends TargetName {
  /** `upstream/model`. */
  readonly id: string;
  readonly state: 'closed' | 'open' | 'half-open';
  readonly byHand: 'open' | 'drain' | null;
  /** In the breaker's window. */
  readonly successes: number;
  readonly failures: number;
  /** 0 to 1; null where nothing was asked in that window. */
  readonly errorRate: number | null;
  readonly active: number;
  readonly waiting: number;
  readonly batchWaiting: number;
  readonly isDown: boolean;
  readonly latencyMilliseconds: number | null;
  readonly rateLimit: RateLimit | null;
  readonly keys: readonly TargetKey[];
  readonly restingKeys: number;
  /** 0 to 1; null before the vendor has counted anything. */
  readonly promptCacheShare: number | null;
  readonly region: string | null;
  readonly tags: readonly string[];
  /** Of the accounts behind the upstream's keys, where they are read. */
  readonly balances: readonly ShownBalance[];
}

/** What is left on the account of a key, in the account's own currency. */
export interface ShownBalance {
  /** `#1` for the first. */
  readonly label: string;
  readonly state: 'fine' | 'low' | 'empty';
  readonly left: number;
  readonly currency: string | null;
  readonly readAt: number;
}

export type UpstreamAct = 'open' | 'close' | 'drain';

/** The targets, for operators: how they stand, and what is done to one by hand. */
export class UpstreamDesk {
  readonly #parts: UpstreamParts;

  constructor(parts: UpstreamParts) {
    this.#parts = parts;
  }

  list(): { readonly data: readonly UpstreamStatus[] } {
    return { data: this.#parts.targets.stats().map((stats) => this.#show(stats)) };
  }

  /** `id`: `upstream/model`. @throws GatewayError `VE_OBJECT_NOT_FOUND` */
  change(id: string, act: UpstreamAct): UpstreamStatus {
    const target = readTarget(id);
    return this.#show(this.#parts.targets[act](target));
  }

  #show(stats: TargetStats): UpstreamStatus {
    const { upstream, model, breaker, byHand, successes, failures, active, waiting } = stats;
    const balances = this.#parts.balances.of(upstream);
    return {
      upstream,
      model,
      id: `${upstream}/${model}`,
      state: breaker,
      byHand: byHand ?? null,
      successes,
      failures,
      errorRate: stats.errorRate ?? null,
      active,
      waiting,
      batchWaiting: stats.batchWaiting,
      isDown: stats.isDown,
      latencyMilliseconds: stats.latencyMilliseconds ?? null,
      rateLimit: stats.rateLimit ?? null,
      keys: stats.keys,
      restingKeys: stats.restingKeys,
      promptCacheShare: stats.promptCacheShare ?? null,
      region: stats.region ?? null,
      tags: stats.tags,
      balances: balances.map(({ key, state, left, currency, readAt }) => ({
        label: `#${key + 1}`,
        state,
        left,
        currency: currency ?? null,
        readAt,
      })),
    };
  }
}

/** Names of upstreams have no slash; those of models may. */
function readTarget(id: string): TargetName {
  const slash = id.indexOf('/');
  if (slash <= 0) throw new GatewayError('VE_OBJECT_NOT_FOUND', { id, noun: 'Target' });
  return { upstream: id.slice(0, slash), model: id.slice(slash + 1) };
}
