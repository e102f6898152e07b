import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Budgets } from './access/budgets.ts';
import type { AdminDoor } from './access/door-access.ts';
import type { GatewayKeys } from './admin/gateway-keys.ts';
import type { CacheStats } from './cache/response-cache.ts';
import type { CloseOptions } from './close-gateway.ts';
import type { GatewayTargets } from './create-targets.ts';
import type { Explanation } from './explain-call.ts';
import type { Route as HttpRoute } from './http/route-table.ts';
import type { Fetch } from './http/to-fetch.ts';
import type { Model } from './list-models.ts';
import type { Totals } from './observe/observer.ts';
import type { LedgerStats } from './open-books.ts';
import type { GatewayCache } from './open-cache.ts';
import type { MetricsText } from './open-metrics.ts';
import type { GatewayEvents } from './protocol/events.ts';
import type { ExchangeHandler } from './protocol/exchange.ts';
import type { Principal } from './protocol/principal.ts';
import type { TaskRecord } from './protocol/task.ts';
import type { TargetStats } from './target-stats.ts';
import type { BalanceStats } from './upstreams/watch-balances.ts';

export interface GatewayStats extends Totals {
  readonly targets: readonly TargetStats[];
  /** What is left on the accounts of upstreams whose option `balance` says that it is read. */
  readonly balances: readonly BalanceStats[];
  /** Undefined where nothing is cached. */
  readonly cache: CacheStats | undefined;
  /** Undefined where nothing is written down. */
  readonly ledger: LedgerStats | undefined;
}

/** Jobs, by their ids. */
export interface GatewayTasks {
  /** Rejects with `VE_STORE_FAILED`. */
  find(id: string): Promise<TaskRecord | undefined>;
  /**
   * First as it is, then whenever it has changed, until it is over; nothing where it is not there. However many watch, the
   * upstream is asked once an interval.
   */
  watch(id: string): AsyncIterableIterator<TaskRecord, undefined>;
}

/** The gateway: mount it, call it in process, watch it, close it. */
export interface Gateway<Name extends string = string> extends ExchangeHandler {
  /** Usable as the `fetch` of any vendor's SDK, and as a handler of `Request`s. No socket is involved. */
  readonly fetch: Fetch;
  /** What callers can put into `model`, `upstream/model` apart. */
  models(): Model<Name>[];
  /** The addresses below the mount. */
  routes(): readonly HttpRoute[];
  stats(): GatewayStats;
  /**
   * What is measured, as Prometheus reads it: all that is in the registry. Rejects with `VE_OPTIONS_INVALID` where the option
   * `metrics` is left out.
   */
  metrics(): Promise<MetricsText>;
  /** Opens, drains and closes targets by hand. */
  readonly targets: GatewayTargets;
  /** Virtual keys: hands them out, and takes them back. */
  readonly keys: GatewayKeys;
  /** Jobs, whosever they are. */
  readonly tasks: GatewayTasks;
  /** What may be spent, and what was. */
  readonly budgets: Budgets;
  /** What is cached can be forgotten. */
  readonly cache: GatewayCache;
  /**
   * Where a request would go, and why; nothing is sent. `principal`: who is to be taken for the caller.
   *
   * @throws GatewayError what the caller would be refused with before anything is sent
   */
  explain(request: Request, principal?: Principal): Promise<Explanation>;
  /**
   * The gateway as the host shows it to its operators, by a page of its own say: what is below `/admin`, whatever the option
   * `admin` says, and what is needed to try a model. Hand it exchanges, as an adapter does. Only the host's own pages, and
   * programs, get through.
   */
  behind<HostRequest = unknown>(door: AdminDoor<HostRequest>): ExchangeHandler;
  /** Returns the function that takes the listener off again. */
  on<Event extends keyof GatewayEvents>(
    event: Event,
    listener: (event: GatewayEvents[Event]) => void,
  ): () => void;
  /**
   * Serves WebSockets at `/v1/realtime`, below any mount: `server.on('upgrade', gateway.upgrade)`. False where the path is
   * another: the socket has not been touched then, unless nobody else listens, in which case it is a 404.
   */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Refuses new requests, lets those under way finish, then closes every connection. The host's server is not touched. */
  close(options?: CloseOptions): Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}
