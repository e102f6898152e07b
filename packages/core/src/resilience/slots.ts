import { GatewayError } from '../errors.ts';
import type { RequestFacts } from '../protocol/call.ts';
import type { Layer } from '../protocol/layer.ts';
import { ownerOf, type Principal } from '../protocol/principal.ts';
import { type Waiter, WaitingRoom } from './waiting-room.ts';

/** Who wants a slot, and how soon. */
export type Claim = Pick<RequestFacts, 'principal' | 'priority'>;

export interface SlotOptions {
  /** For errors. */
  readonly upstream: string;
  /** Slots that there are; as many calls may wait. */
  readonly limit: number;
  /** Of these, the most that one tenant may have; `limit` where tenants are not held apart. */
  readonly tenantLimit: number;
}

/** How many requests a target has under way; further ones wait in line, and can be called off while they wait. */
export class Slots {
  readonly #limit: number;
  readonly #tenantLimit: number;
  readonly #upstream: string;
  readonly #room: WaitingRoom;
  #taken = 0;

  constructor({ upstream, limit, tenantLimit }: SlotOptions) {
    this.#upstream = upstream;
    this.#limit = limit;
    this.#tenantLimit = tenantLimit;
    this.#room = new WaitingRoom(limit, tenantLimit);
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#room.size;
  }

  /** Those of `waiting` that are batch. */
  get batchWaiting(): number {
    return this.#room.batchSize;
  }

  /** Tenants that are remembered, with or without a slot. */
  get knownTenants(): number {
    return this.#room.knownTenants;
  }

  get isFull(): boolean {
    return this.#taken >= this.#limit;
  }

  /** Whether this caller would have to wait: all slots are taken, or as many as its tenant may have. */
  isFullFor(principal: Principal | undefined): boolean {
    if (this.isFull) return true;
    return this.#isCounted && this.#room.tenant(ownerOf(principal)).held >= this.#tenantLimit;
  }

  /** Nobody who could be served waits while a slot is free: whoever finds one may have it. */
  tryTake({ principal }: Claim): boolean {
    if (this.isFull) return false;
    if (this.#isCounted) {
      const tenant = this.#room.tenant(ownerOf(principal));
      if (tenant.held >= this.#tenantLimit) return false;
      tenant.held++;
    }
    this.#taken++;
    return true;
  }

  /** Waits for a slot; `onAbort` is given the way to call it off. Rejects with `VE_TARGET_BUSY` where nobody may wait any more. */
  take(
    { principal, priority }: Claim,
    onAbort: (cancel: (error: GatewayError) => void) => void,
  ): Promise<void> {
    const room = this.#room;
    const tenant = room.tenant(ownerOf(principal));
    if (!room.hasPlace(tenant)) {
      const victim = priority === 'interactive' ? room.findVictim(tenant) : undefined;
      if (victim === undefined) return Promise.reject(busy(this.#upstream));
      room.leave(victim);
      victim.fail(busy(this.#upstream));
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        tenant,
        priority,
        start: resolve,
        fail: reject,
        isWaiting: false,
        before: undefined,
        behind: undefined,
      };
      room.enter(waiter);
      onAbort((error) => {
        if (room.leave(waiter)) reject(error);
      });
    });
  }

  /** Those who wait go elsewhere, with this error; who has a slot keeps it. */
  sendAway(error: GatewayError): void {
    for (const waiter of this.#room.clear()) waiter.fail(error);
  }

  /** Gives back a slot of this caller's; whose turn it is has it next. */
  release({ principal }: Pick<Claim, 'principal'>): void {
    const room = this.#room;
    this.#taken--;
    if (this.#isCounted) {
      const tenant = room.tenant(ownerOf(principal));
      tenant.held--;
      if (tenant.waiting > 0) room.review(tenant);
    }
    if (room.size === 0) return;
    const next = room.next();
    if (next === undefined) return;
    this.#taken++;
    if (this.#isCounted) next.tenant.held++;
    room.leave(next);
    next.start();
  }

  /** Where one tenant may have all slots, nobody counts whose they are. */
  get #isCounted(): boolean {
    return this.#tenantLimit < this.#limit;
  }
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
    const { request } = context;
    if (slots.tryTake(request)) {
      context.onSettled(() => slots.release(request));
      return next(call, context);
    }
    context.enter('queue');
    return slots
      .take(request, (cancel) => context.onAbort(cancel))
      .then(() => {
        context.enter('prepare');
        context.onSettled(() => slots.release(request));
        return next(call, context);
      });
  };
}
