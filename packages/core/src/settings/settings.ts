import type { Identify } from '../access/identify-caller.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Layer } from '../protocol/layer.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Store } from '../protocol/store.ts';
import type { BreakerOptions } from '../resilience/breaker.ts';
import type { RoutingTable } from '../routing/resolve-model.ts';
import type { Upstreams } from './options.ts';

/** The options with every default in place; never changed afterwards. */
export interface Settings {
  readonly upstreams: Upstreams;
  readonly routing: RoutingTable;
  /** Undefined where the gateway is open. */
  readonly identify: Identify<unknown> | undefined;
  readonly layers: readonly Layer[];
  readonly timeouts: {
    readonly connect: number;
    readonly firstByte: number;
    readonly idle: number;
    readonly total: number;
    readonly body: number;
    readonly write: number;
  };
  readonly retry: {
    readonly rounds: number;
    readonly ratio: number;
    readonly savings: number;
    readonly longestPause: number;
  };
  readonly breaker: BreakerOptions;
  readonly bodyLimit: number;
  /** What an upstream's format has no words for is refused. */
  readonly strict: boolean;
  /** Undefined: the gateway's own, in memory. */
  readonly memory: Store | false | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}
