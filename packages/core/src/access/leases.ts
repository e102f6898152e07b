import { type Member, Roster } from '../protocol/roster.ts';

/** A place that somebody has. */
export interface Lease extends Member {
  readonly leases: Leases;
  /** Of who has it, where others look for it by that. */
  readonly name: string | undefined;
  since: number;
  /** Milliseconds after which it is free again by itself. */
  readonly time: number;
  /** Another one of the same call. */
  next: Lease | undefined;
}

/** Who has which of the places of one kind. */
export class Leases {
  /** Where it was forgotten, others are looked up in its place. */
  isForgotten = false;
  readonly #all = new Roster<Lease>();
  /** Hardly anybody is looked for. */
  #named: Map<string, Lease> | undefined;

  get size(): number {
    return this.#all.size;
  }

  has(name: string): boolean {
    return this.#named?.has(name) === true;
  }

  /** Who is there already keeps the place, from now on anew. */
  add(since: number, time: number, name?: string): Lease {
    if (name !== undefined) this.leave(name);
    const lease: Lease = { place: -1, leases: this, name, since, time, next: undefined };
    this.#all.add(lease);
    if (name !== undefined) (this.#named ??= new Map()).set(name, lease);
    return lease;
  }

  /** What was lost, or given back before, is nobody's. */
  delete(lease: Lease): void {
    this.#all.delete(lease);
    if (lease.name !== undefined) this.#named?.delete(lease.name);
  }

  leave(name: string): void {
    const lease = this.#named?.get(name);
    if (lease !== undefined) this.delete(lease);
  }

  dropLost(now: number): void {
    this.#all.forEach((lease) => {
      // The clock was set back.
      if (lease.since > now) lease.since = now;
      if (now - lease.since >= lease.time) this.delete(lease);
    });
  }
}
