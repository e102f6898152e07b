import { type Clock, systemClock } from '../protocol/clock.ts';
import type { Counter, CounterChange, CounterState, LimitStore, Place, Taking } from '../protocol/limits.ts';

export interface MemoryLimitsOptions {
  /** Time, for tests. */
  readonly clock?: Clock | undefined;
}

interface Window {
  used: number;
  /** Time at which it ends. */
  end: number;
}

interface Lease {
  since: number;
  readonly time: number;
}

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
  readonly #places = new Map<string, Map<string, Lease>>();
  #enough = fewNames;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Names that are kept. */
  get size(): number {
    return this.#windows.size + this.#places.size;
  }

  take(takes: readonly (Counter & { readonly amount: number })[]): Promise<Taking> {
    return Promise.resolve(this.takeNow(takes));
  }

  adjust(changes: readonly CounterChange[]): Promise<void> {
    this.adjustNow(changes);
    return Promise.resolve();
  }

  enter(places: readonly Place[], id: string, lease: number): Promise<number> {
    return Promise.resolve(this.enterNow(places, id, lease));
  }

  leave(places: readonly Place[], id: string): Promise<void> {
    this.leaveNow(places, id);
    return Promise.resolve();
  }

  takeNow(takes: readonly (Counter & { readonly amount: number })[]): Taking {
    const now = this.#clock.now();
    const windows = takes.map((take) => this.#open(take, now));
    let refusedBy = -1;
    let latest = -1;
    for (let index = 0; index < takes.length; index++) {
      const take = takes[index];
      const open = windows[index];
      const rest = open === undefined ? 0 : open.end - now;
      if (take === undefined || (open?.used ?? 0) + amountOf(take) <= take.limit || rest <= latest) continue;
      refusedBy = index;
      latest = rest;
    }
    const states = takes.map((take, index) => {
      const open = refusedBy === -1 ? this.#add(take, windows[index], now) : windows[index];
      return stateOf(open, take.limit, now);
    });
    return { refusedBy, states };
  }

  adjustNow(changes: readonly CounterChange[]): void {
    const now = this.#clock.now();
    for (const change of changes) {
      const open = this.#open(change, now);
      if (open === undefined || open.end - now > change.endsWithin) continue;
      open.used = Math.max(0, open.used + change.change);
    }
  }

  enterNow(places: readonly Place[], id: string, lease: number): number {
    const now = this.#clock.now();
    const full = places.findIndex(({ key, limit }) => {
      const taken = this.#places.get(key);
      if (taken === undefined) return limit < 1;
      if (taken.has(id) || taken.size < limit) return false;
      dropLost(taken, now);
      return taken.size >= limit;
    });
    if (full !== -1) return full;
    for (const { key } of places) {
      const taken = this.#places.get(key) ?? new Map<string, Lease>();
      taken.set(id, { since: now, time: lease });
      this.#places.set(key, taken);
    }
    this.#tidy(now);
    return -1;
  }

  leaveNow(places: readonly Place[], id: string): void {
    for (const { key } of places) {
      const taken = this.#places.get(key);
      taken?.delete(id);
      if (taken?.size === 0) this.#places.delete(key);
    }
  }

  close(): Promise<void> {
    this.#windows.clear();
    this.#places.clear();
    return Promise.resolve();
  }

  #open({ key, window }: Counter, now: number): Window | undefined {
    const found = this.#windows.get(key);
    if (found === undefined || found.end <= now) return undefined;
    found.end = Math.min(found.end, now + window);
    return found;
  }

  #add(
    take: Counter & { readonly amount: number },
    open: Window | undefined,
    now: number,
  ): Window | undefined {
    const amount = amountOf(take);
    if (open !== undefined) open.used += amount;
    if (open !== undefined || amount <= 0) return open;
    const made = { used: amount, end: now + take.window };
    this.#windows.set(take.key, made);
    this.#tidy(now);
    return made;
  }

  #tidy(now: number): void {
    if (this.size < this.#enough) return;
    for (const [key, { end }] of this.#windows) if (end <= now) this.#windows.delete(key);
    for (const [key, taken] of this.#places) {
      dropLost(taken, now);
      if (taken.size === 0) this.#places.delete(key);
    }
    this.#enough = Math.max(fewNames, 2 * this.size);
  }
}

/** Of nobody more is asked than the whole limit, so that one large call can be made; where nothing is allowed, nothing fits. */
function amountOf({ amount, limit }: { readonly amount: number; readonly limit: number }): number {
  return Math.min(amount, Math.max(limit, 1));
}

function stateOf(open: Window | undefined, limit: number, now: number): CounterState {
  return {
    remaining: Math.max(0, limit - (open?.used ?? 0)),
    resetsAfter: open === undefined ? 0 : open.end - now,
  };
}

function dropLost(taken: Map<string, Lease>, now: number): void {
  for (const [id, lease] of taken) {
    // The clock was set back.
    if (lease.since > now) lease.since = now;
    if (now - lease.since >= lease.time) taken.delete(id);
  }
}

/** Limits that this process counts for itself. */
export function memoryLimits({ clock = systemClock }: MemoryLimitsOptions = {}): MemoryLimits {
  return new MemoryLimits(clock);
}
