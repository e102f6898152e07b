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

/** Who is under way: a name, or a number of this process's own. */
export type Visitor = string | number;

/** How much is taken: from each counter the same, or from each its own. */
export type Amounts = number | readonly number[];

export const amountAt = (amounts: Amounts, index: number): number =>
  typeof amounts === 'number' ? amounts : (amounts[index] ?? 0);

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
  readonly #places = new Map<string, Map<Visitor, Lease>>();
  #enough = fewNames;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Names that are kept. */
  get size(): number {
    return this.#windows.size + this.#places.size;
  }

  take(takes: readonly (Counter & { readonly amount: number })[]): Promise<Taking> {
    const amounts = takes.map(({ amount }) => amount);
    return Promise.resolve(this.takeNow(takes, amounts));
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

  takeNow(counters: readonly Counter[], amounts: Amounts): Taking {
    const now = this.#clock.now();
    const windows: (Window | undefined)[] = [];
    let refusedBy = -1;
    let latest = -1;
    for (const counter of counters) {
      const open = this.#open(counter, now);
      const rest = open === undefined ? 0 : open.end - now;
      const amount = mostOf(amountAt(amounts, windows.length), counter);
      if ((open?.used ?? 0) + amount > counter.limit && rest > latest) {
        refusedBy = windows.length;
        latest = rest;
      }
      windows.push(open);
    }
    const states: CounterState[] = [];
    for (const counter of counters) {
      const known = windows[states.length];
      const amount = mostOf(amountAt(amounts, states.length), counter);
      const open = refusedBy === -1 ? this.#add(counter, amount, { known, now }) : known;
      states.push({
        remaining: Math.max(0, counter.limit - (open?.used ?? 0)),
        resetsAfter: open === undefined ? 0 : open.end - now,
      });
    }
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

  enterNow(places: readonly Place[], id: Visitor, lease: number): number {
    const now = this.#clock.now();
    for (let index = 0; index < places.length; index++) {
      const place = places[index];
      if (place !== undefined && this.#isFull(place, id, now)) return index;
    }
    for (const { key } of places) {
      let taken = this.#places.get(key);
      if (taken === undefined) this.#places.set(key, (taken = new Map()));
      taken.set(id, { since: now, time: lease });
    }
    this.#tidy(now);
    return -1;
  }

  #isFull({ key, limit }: Place, id: Visitor, now: number): boolean {
    const taken = this.#places.get(key);
    if (taken === undefined) return limit < 1;
    if (taken.size < limit || taken.has(id)) return false;
    dropLost(taken, now);
    return taken.size >= limit;
  }

  leaveNow(places: readonly Place[], id: Visitor): void {
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
    { key, window }: Counter,
    amount: number,
    { known, now }: { readonly known: Window | undefined; readonly now: number },
  ): Window | undefined {
    if (known !== undefined) known.used += amount;
    if (known !== undefined || amount <= 0) return known;
    const made = { used: amount, end: now + window };
    this.#windows.set(key, made);
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
function mostOf(amount: number, { limit }: Counter): number {
  return Math.min(amount, Math.max(limit, 1));
}

function dropLost(taken: Map<Visitor, Lease>, now: number): void {
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
