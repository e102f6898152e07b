import type { GatewayEvents } from '../protocol/events.ts';
import type { Logger } from '../protocol/logger.ts';

type Listener<Name extends keyof GatewayEvents> = (event: GatewayEvents[Name]) => unknown;

/** Events for the operator. A listener that throws is logged and disturbs nobody; no event is built that nobody hears. */
export class Events {
  readonly #logger: Logger;
  readonly #listeners: { [Name in keyof GatewayEvents]: Set<Listener<Name>> } = {
    request: new Set(),
    attempt: new Set(),
    end: new Set(),
    balance: new Set(),
    breaker: new Set(),
    probe: new Set(),
    cacheTier: new Set(),
    shared: new Set(),
    task: new Set(),
    limits: new Set(),
    budget: new Set(),
    holdsLost: new Set(),
    ledger: new Set(),
  };

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Returns the function that takes the listener off again. */
  on<Name extends keyof GatewayEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.#listeners[name];
    if (listeners === undefined)
      throw new TypeError(
        `there is no event ${JSON.stringify(name)}; events are ${Object.keys(this.#listeners).join(', ')}`,
      );
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  emit<Name extends keyof GatewayEvents>(name: Name, build: () => GatewayEvents[Name]): void {
    const listeners = this.#listeners[name];
    if (listeners.size === 0) return;
    const event = build();
    const report = (error: unknown): void =>
      this.#logger.error({ error, event: name }, 'an event listener threw');
    for (const listener of listeners) {
      try {
        // An async listener is one, too, and what it rejects with would end the process.
        const result = listener(event);
        if (result instanceof Promise) result.catch(report);
      } catch (error) {
        report(error);
      }
    }
  }
}
