import type { Principal } from '../protocol/principal.ts';
import { Admission, type AdmissionParts, noPlace, nothingLeft } from './admission.ts';
import type { Lease } from './leases.ts';
import { type Amounts, amountAt, type MemoryLimits, over, remainingOf } from './memory-limits.ts';
import type { Wish } from './rule-book.ts';

export interface LocalAdmissionParts extends AdmissionParts {
  readonly limits: MemoryLimits;
}

/** What this process counts for itself is counted at once: nothing is taken that would have to be given back. */
export class LocalAdmission extends Admission {
  readonly #parts: LocalAdmissionParts;
  /** The last one that was taken. */
  #lease: Lease | undefined;
  #taken: Wish | undefined;
  #amounts: Amounts = 0;
  /** The latest window that anything may have been taken from. */
  #latest = 0;
  #hasLeft = false;

  constructor(principal: Principal, parts: LocalAdmissionParts) {
    super(principal, parts);
    this.#parts = parts;
  }

  protected override take(wish: Wish, amounts: Amounts): undefined {
    // Nobody is there any more to give it back.
    if (this.#hasLeft) return;
    const { clock, limits, lease } = this.#parts;
    const { counters, places } = wish;
    const now = clock.now();
    const refusedBy = limits.refuserOf(counters, amounts, now);
    const full = refusedBy === -1 ? limits.fullOf(places, now) : -1;
    if (refusedBy === -1 && full === -1) limits.takeNow(counters, amounts, now);
    for (const counter of counters) this.note(counter, remainingOf(counter), counter.open.end);
    // What has no index is slow to look up.
    const refuser = refusedBy === -1 ? undefined : counters[refusedBy];
    if (refuser !== undefined)
      throw nothingLeft(refuser, remainingOf(refuser), Math.max(0, refuser.open.end - now));
    const place = full === -1 ? undefined : places[full];
    if (place !== undefined) throw noPlace(place);
    for (const each of places) {
      const taken = limits.leasesOf(each, now).add(now, lease);
      taken.next = this.#lease;
      this.#lease = taken;
    }
    if (!wish.isSettled) return;
    this.#taken = wish;
    this.#amounts = amounts;
    this.#latest = limits.opened;
  }

  settleTokens(used: number): void {
    const taken = this.#taken;
    if (taken === undefined) return;
    this.#taken = undefined;
    const { counters } = taken;
    const spent = Math.max(0, Math.ceil(used));
    // The estimate stays.
    if (Number.isNaN(spent)) return;
    for (let index = 0; index < counters.length; index++) {
      const counter = counters[index];
      if (counter?.isOfTokens !== true) continue;
      const { open, limit } = counter;
      const change = spent - Math.min(limit, amountAt(this.#amounts, index));
      // One that began later is not the one that it was taken from; one that is over is nobody's.
      if (open !== over && open.number <= this.#latest) open.used = Math.max(0, open.used + change);
    }
  }

  leave(): void {
    this.#hasLeft = true;
    for (let lease = this.#lease; lease !== undefined; lease = lease.next) lease.leases.delete(lease);
    this.#lease = undefined;
  }
}
