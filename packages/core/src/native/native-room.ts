import type { Clock } from '../protocol/clock.ts';
import type { Upstreams } from '../settings/options.ts';
import type { NativeDoor } from '../settings/resolve-passthrough.ts';
import type { NativeOwners } from './native-owners.ts';

/** What goes to upstreams without being read needs. */
export interface NativeRoom {
  readonly doors: readonly NativeDoor[];
  readonly upstreams: Upstreams;
  /** Undefined where nothing is kept between requests, and nobody is told apart. */
  readonly owners: NativeOwners | undefined;
  /** In place of where the caller has reached the gateway. */
  readonly publicUrl: string | undefined;
  /** Milliseconds that a request may take, the time for a large body apart. */
  readonly total: number;
  readonly clock: Clock;
}
