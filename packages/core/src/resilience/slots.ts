import { GatewayError } from '../errors.ts';
import type { Layer } from '../protocol/layer.ts';

interface Waiter {
  readonly start: () => void;
  readonly cancel: (error: GatewayError) => void;
}

/** How many requests a target has under way; further ones wait in line, and can be called off while they wait. */
export class Slots {
  readonly #limit: number;
  readonly #waiting = new Set<Waiter>();
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return this.#taken >= this.#limit;
  }

  /** Nobody may wait behind as many as are being served: the last in line would not be served in time. */
  get isOverrun(): boolean {
    return this.#waiting.size >= this.#limit;
  }

  tryTake(): boolean {
    if (this.isFull) return false;
    this.#taken++;
    return true;
  }

  /** Waits for a slot; `onAbort` is given the way to call it off. */
  take(onAbort: (cancel: (error: GatewayError) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        start: resolve,
        cancel: (error) => {
          if (this.#waiting.delete(waiter)) reject(error);
        },
      };
      this.#waiting.add(waiter);
      onAbort(waiter.cancel);
    });
  }

  /** Gives the slot to the first in line. */
  readonly release = (): void => {
    const next = this.#waiting.values().next();
    if (next.done) this.#taken--;
    else {
      this.#waiting.delete(next.value);
      next.value.start();
    }
  };
}

const calledTwice = (): GatewayError =>
  new GatewayError(
    'VE_INTERNAL',
    {},
    { cause: new Error('a layer called next() twice; it may call it once') },
  );

export const busy = (upstream: string): GatewayError =>
  new GatewayError(
    'VE_TARGET_BUSY',
    { upstream, retryAfter: 1000 },
    { failure: { retry: 'elsewhere', health: 'neutral', sent: false } },
  );

/** Holds a slot from the send to the end of the answer. undici never queues, because it would not see an abort. */
export function withSlots(slots: Slots): Layer {
  return (next) => (call, context) => {
    if (context.isSettled || !context.begin()) return Promise.reject(calledTwice());
    if (slots.tryTake()) {
      context.onSettled(slots.release);
      return next(call, context);
    }
    if (slots.isOverrun) return Promise.reject(busy(context.target.upstream));
    return slots
      .take((cancel) => context.onAbort(cancel))
      .then(() => {
        context.onSettled(slots.release);
        return next(call, context);
      });
  };
}
