import type { Dispatcher } from 'undici';
import { Agent } from './undici-without-globals.ts';
import type { Upstream } from './upstream.ts';

/** One request as it leaves. */
export interface Outgoing {
  readonly path: string;
  readonly headers: string[];
  readonly body: Uint8Array;
}

/** The one way out: every connection of a gateway is made here, to the origin that the operator wrote, and nowhere else. */
export class Egress {
  readonly #connectTimeout: number;
  readonly #shared: Agent;
  /** Upstreams with connect options of their own do not share connections with others. */
  readonly #own = new Map<Upstream, Agent>();

  /** `connectTimeout`: milliseconds after which undici itself gives a connection up; our own deadline comes first. */
  constructor(connectTimeout: number) {
    this.#connectTimeout = connectTimeout;
    this.#shared = this.#makeAgent(undefined);
  }

  dispatch(upstream: Upstream, outgoing: Outgoing, handler: Dispatcher.DispatchHandler): void {
    this.#agentOf(upstream).dispatch(
      {
        origin: upstream.origin,
        path: outgoing.path,
        method: 'POST',
        headers: outgoing.headers,
        body: outgoing.body,
        // Its timers are up to a second late; the gateway has its own.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler,
    );
  }

  /** Closes all connections, at once. */
  async close(): Promise<void> {
    await Promise.all([this.#shared, ...this.#own.values()].map((agent) => agent.destroy()));
  }

  #agentOf(upstream: Upstream): Agent {
    if (upstream.connect === undefined) return this.#shared;
    let agent = this.#own.get(upstream);
    if (agent === undefined) {
      agent = this.#makeAgent(upstream.connect);
      this.#own.set(upstream, agent);
    }
    return agent;
  }

  #makeAgent(connect: Upstream['connect']): Agent {
    return new Agent({
      connect: typeof connect === 'function' ? connect : { timeout: this.#connectTimeout, ...connect },
      // Idle connections are kept for this long, if the upstream does not say otherwise.
      keepAliveTimeout: 30_000,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}
