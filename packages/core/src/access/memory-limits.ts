import { type Clock, systemClock } from '../protocol/clock.ts';
import type { Counter, CounterChange, LimitStore, Place, Taking } from '../protocol/limits.ts';
import { Leases } from './leases.ts';

export interface MemoryLimitsOptions {
  /** Time, for tests. */
  readonly clock?: Clock | undefined;
}

interface Window {
  used: number;
  /** Time at which it ends. */
  end: number;
  /** That no earlier one has: how many there were with it. */
  readonly number: number;
}

/** In place of a window that is over: nothing is used of it. */
export const over: Window = { used: 0, end: Number.NEGATIVE_INFINITY, number: 0 };

/** Remembers its window, which need not be looked up while it is open. No two of `MemoryLimits` may count the same. */
export interface OpenCounter extends Counter {
  open: Window;
}

/** Remembers likewise who has such places. */
export interface OpenPlace extends Place {
  leases: Leases | undefined;
}

/** How much is taken: from each counter the same, or from each its own. */
export type Amounts = number | readonly number[];

export const amountAt = (amounts: Amounts, index: number): number =>
  typeof amounts === 'number' ? amounts : (amounts[index] ?? 0);

/** Names that are kept before those that are over are thrown out. */
const fewNames = 1000;

/**
 * Counts in this process's memory: what it decides it decides at once, so that no two calls pass where there is room for one.
 * What is over is forgotten: there are never more than twice as many names in it as are counted at the time, and a few.
 *
 * A clock that is set back ends nothing early: what is open then lasts for its whole length once more, and no longer.
 */
export class MemoryLimits implements LimitStore {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  readonly #places = new Map<string, Leases>();
  #enough = fewNames;
  #opened = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Names that are kept. */
  get size(): number {
    return this.#windows.size + this.#places.size;
  }

  /** The number of the latest window. */
  get opened(): number {
    return this.#opened;
  }

  take(takes: readonly (Counter & { readonly amount: number })[]): Promise<Taking> {
    const now = this.#clock.now();
    const counters = takes.map(({ key, limit, window }) => ({ key, limit, window, open: over }));
    const amounts = takes.map(({ amount }) => amount);
    const refusedBy = this.refuserOf(counters, amounts, now);
    if (refusedBy === -1) this.takeNow(counters, amounts, now);
    const states = counters.map((counter) => ({
      remaining: remainingOf(counter),
      resetsAfter: Math.max(0, counter.open.end - now),
    }));
    return Promise.resolve({ refusedBy, states });
  }

  adjust(changes: readonly CounterChange[]): Promise<void> {
    const now = this.#clock.now();
    for (const { key, limit, window, change, endsWithin } of changes) {
      const open = this.look({ key, limit, window, open: over }, now);
      if (open !== over && open.end - now <= endsWithin) open.used = Math.max(0, open.used + change);
    }
    return Promise.resolve();
  }

  enter(places: readonly Place[], id: string, lease: number): Promise<number> {
    const now = this.#clock.now();
    const open = places.map(({ key, limit }) => ({ key, limit, leases: undefined }));
    const full = this.fullOf(open, now, id);
    if (full === -1) for (const place of open) this.leasesOf(place, now).add(now, lease, id);
    return Promise.resolve(full);
  }

  leave(places: readonly Place[], id: string): Promise<void> {
    for (const { key } of places) this.#places.get(key)?.leave(id);
    return Promise.resolve();
  }

  /** The window that is open, or `over`. */
  look(counter: OpenCounter, now: number): Window {
    let { open } = counter;
    if (open.end <= now) {
      const found = this.#windows.get(counter.key);
      counter.open = open = found !== undefined && found.end > now ? found : over;
    }
    if (open.end > now + counter.window) open.end = now + counter.window;
    return open;
  }

  /** Index of the counter that has no room, the one that resets last of them; -1 where all have. All were looked at then. */
  refuserOf(counters: readonly OpenCounter[], amounts: Amounts, now: number): number {
    let refusedBy = -1;
    let latest = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < counters.length; index++) {
      const counter = counters[index];
      if (counter === undefined) continue;
      const { used, end } = this.look(counter, now);
      const isFull = used + mostOf(amountAt(amounts, index), counter) > counter.limit;
      if (!isFull || (refusedBy !== -1 && end <= latest)) continue;
      refusedBy = index;
      latest = end;
    }
    return refusedBy;
  }

  /** From counters that were looked at just now, and have room. */
  takeNow(counters: readonly OpenCounter[], amounts: Amounts, now: number): void {
    for (let index = 0; index < counters.length; index++) {
      const counter = counters[index];
      if (counter === undefined) continue;
      const amount = mostOf(amountAt(amounts, index), counter);
      if (counter.open !== over) counter.open.used += amount;
      else if (amount > 0) this.#begin(counter, amount, now);
    }
  }

  /** Index of a place that is full; -1 where there is room in all. `id`: of who may be there already. */
  fullOf(places: readonly OpenPlace[], now: number, id?: string): number {
    for (let index = 0; index < places.length; index++) {
      const place = places[index];
      if (place !== undefined && this.#isFull(place, now, id)) return index;
    }
    return -1;
  }

  #isFull(place: OpenPlace, now: number, id: string | undefined): boolean {
    const { limit } = place;
    const leases = this.#find(place);
    if (leases === undefined) return limit < 1;
    if (leases.size < limit || (id !== undefined && leases.has(id))) return false;
    leases.dropLost(now);
    return leases.size >= limit;
  }

  /** Somebody is to be added to them at once: those of nobody are forgotten. */
  leasesOf(place: OpenPlace, now: number): Leases {
    const known = this.#find(place);
    if (known !== undefined) return known;
    this.#tidy(now);
    const made = new Leases();
    this.#places.set(place.key, made);
    place.leases = made;
    return made;
  }

  #find(place: OpenPlace): Leases | undefined {
    if (place.leases?.isForgotten !== false) place.leases = this.#places.get(place.key);
    return place.leases;
  }

  close(): Promise<void> {
    this.#windows.clear();
    this.#places.clear();
    return Promise.resolve();
  }

  #begin(counter: OpenCounter, amount: number, now: number): void {
    this.#forget(counter.key);
    this.#tidy(now);
    counter.open = { used: amount, end: now + counter.window, number: ++this.#opened };
    this.#windows.set(counter.key, counter.open);
  }

  /** Also where somebody remembers the window, and the clock is set back. */
  #forget(key: string): void {
    const known = this.#windows.get(key);
    if (known === undefined) return;
    known.end = over.end;
    this.#windows.delete(key);
  }

  #tidy(now: number): void {
    if (this.size < this.#enough) return;
    for (const [key, { end }] of this.#windows) if (end <= now) this.#forget(key);
    for (const [key, leases] of this.#places) {
      leases.dropLost(now);
      leases.isForgotten = leases.size === 0;
      if (leases.isForgotten) this.#places.delete(key);
    }
    this.#enough = Math.max(fewNames, 2 * this.size);
  }
}

/** Of nobody more is asked than the whole limit, so that one large call can be made; where nothing is allowed, nothing fits. */
function mostOf(amount: number, { limit }: Counter): number {
  return Math.min(amount, Math.max(limit, 1));
}

/** As it was when it was looked at. */
export function remainingOf({ limit, open }: OpenCounter): number {
  return Math.max(0, limit - open.used);
}

/** Limits that this process counts for itself. */
export function memoryLimits({ clock = systemClock }: MemoryLimitsOptions = {}): MemoryLimits {
  return new MemoryLimits(clock);
}
