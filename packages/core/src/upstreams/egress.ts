import type { Dispatcher, Pool } from 'undici';
import { Pool as UndiciPool } from './undici-pool.ts';
import type { Upstream } from './upstream.ts';

/** One request as it leaves. */
export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Uint8Array;
}

/**
 * The one way out: every connection of a gateway is made here, to the origin that the operator wrote, and nowhere else.
 * One pool of connections per upstream: an `Agent` would look up the same pool for every request.
 */
export class Egress {
  readonly #connectTimeout: number;
  readonly #pools = new Map<Upstream, Pool>();

  /** `connectTimeout`: the gateway's deadline in milliseconds, for upstreams that have none of their own. */
  constructor(connectTimeout: number) {
    this.#connectTimeout = connectTimeout;
  }

  dispatch(upstream: Upstream, outgoing: Outgoing, handler: Dispatcher.DispatchHandler): void {
    this.#poolOf(upstream).dispatch(outgoing, handler);
  }

  /** Closes all connections, at once. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }

  #poolOf(upstream: Upstream): Pool {
    const known = this.#pools.get(upstream);
    if (known !== undefined) return known;
    const { connect, timeouts } = upstream;
    // Our own deadline comes first.
    const connectTimeout = (timeouts.connect ?? this.#connectTimeout) + 1000;
    const pool = new UndiciPool(upstream.origin, {
      connect: typeof connect === 'function' ? connect : { timeout: connectTimeout, ...connect },
      // Idle connections are kept for this long, if the upstream does not say otherwise.
      keepAliveTimeout: 30_000,
      // Its timers are up to a second late; the gateway has its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#pools.set(upstream, pool);
    return pool;
  }
}
