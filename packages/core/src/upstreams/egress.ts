import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { buildConnector as Connectors, Dispatcher, Pool } from 'undici';
import { guardConnection } from './guard-connection.ts';
import { buildConnector, Pool as UndiciPool } from './undici-pool.ts';
import type { Upstream } from './upstream.ts';

/** Places of files to which connections are kept. */
const mostElsewhere = 64;

/** One request as it leaves. */
export interface Outgoing {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Uint8Array | Readable;
}

/**
 * The one way out: every connection of a gateway is made here, to the origin that the operator wrote, and nowhere else.
 * One pool of connections per upstream: an `Agent` would look up the same pool for every request.
 */
export class Egress {
  readonly #connectTimeout: number;
  readonly #pools = new Map<Upstream, Pool>();
  /** By origin: of files that upstreams have named. The one that was used last is the last. */
  readonly #elsewhere = new Map<string, Pool>();
  readonly #connectors = new Map<Upstream, Connectors.connector>();

  /** `connectTimeout`: the gateway's deadline in milliseconds, for upstreams that have none of their own. */
  constructor(connectTimeout: number) {
    this.#connectTimeout = connectTimeout;
  }

  /** `url`: an address that the upstream has named, in place of its own; see `dispatchTo`. */
  dispatch(upstream: Upstream, outgoing: Outgoing, handler: Dispatcher.DispatchHandler, url?: URL): void {
    if (url === undefined) this.#poolOf(upstream).dispatch(outgoing, handler);
    else this.dispatchTo(url, upstream, outgoing, handler);
  }

  /**
   * A connection of its own, for what does not come and go as requests do. HTTP/1.1 is what is spoken over it. Returns the
   * way to give up while it is being made; who has it closes it.
   */
  connect(upstream: Upstream, connected: Connectors.Callback): () => void {
    const { protocol, hostname, host, port } = new URL(upstream.origin);
    const { connect } = upstream;
    const connector = typeof connect === 'function' ? connect : this.#connectorOf(upstream, connect);
    const address = { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), host, port };
    // undici's own connectors give what they have begun; an operator's may not.
    const begun: unknown = connector(address, connected);
    return () => {
      if (begun instanceof Socket) begun.destroy(new Error('given up'));
    };
  }

  /**
   * To an address that an upstream has named: its own, one that the operator has said is its files', or one of the public
   * internet; where nobody is trusted, of the public internet only.
   */
  dispatchTo(
    url: URL,
    trusted: Upstream | Pick<Upstream, 'fileOrigins'> | undefined,
    outgoing: Outgoing,
    handler: Dispatcher.DispatchHandler,
  ): void {
    const isOwn = trusted !== undefined && 'origin' in trusted && url.origin === trusted.origin;
    const pool = isOwn ? this.#poolOf(trusted) : this.#poolAt(url.origin, trusted?.fileOrigins ?? []);
    pool.dispatch(outgoing, handler);
  }

  /** Closes all connections, at once. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values(), ...this.#elsewhere.values()];
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #poolAt(origin: string, trusted: readonly string[]): Pool {
    const isTrusted = trusted.includes(origin);
    // What one upstream may reach, another may not.
    const name = isTrusted ? `trusted ${origin}` : origin;
    const known = this.#elsewhere.get(name);
    const timeout = this.#connectTimeout + 1000;
    const pool =
      known ??
      new UndiciPool(origin, {
        connect: isTrusted ? { timeout } : guardConnection(timeout),
        keepAliveTimeout: 10_000,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
    this.#elsewhere.delete(name);
    this.#elsewhere.set(name, pool);
    if (this.#elsewhere.size > mostElsewhere) this.#forgetOldest();
    return pool;
  }

  #forgetOldest(): void {
    for (const [name, pool] of this.#elsewhere) {
      this.#elsewhere.delete(name);
      // What is under way ends in its own time.
      void pool.close();
      return;
    }
  }

  #connectorOf(upstream: Upstream, options: Connectors.BuildOptions = {}): Connectors.connector {
    const known = this.#connectors.get(upstream);
    if (known !== undefined) return known;
    const timeout = this.#timeoutOf(upstream);
    const connector = buildConnector({ timeout, ...options, allowH2: false });
    this.#connectors.set(upstream, connector);
    return connector;
  }

  /** Our own deadline comes first. */
  #timeoutOf({ timeouts }: Upstream): number {
    return (timeouts.connect ?? this.#connectTimeout) + 1000;
  }

  #poolOf(upstream: Upstream): Pool {
    const known = this.#pools.get(upstream);
    if (known !== undefined) return known;
    const { connect } = upstream;
    const pool = new UndiciPool(upstream.origin, {
      connect: typeof connect === 'function' ? connect : { timeout: this.#timeoutOf(upstream), ...connect },
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
