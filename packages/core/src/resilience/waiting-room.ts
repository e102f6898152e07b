import type { GatewayError } from '../errors.ts';
import type { Priority } from '../protocol/call.ts';
import { Line, type Standing } from './line.ts';

/** Of so many slots that come free while both kinds wait, one goes to batch: it may be slow, and is never forgotten. */
const batchTurn = 8;

/** Those who are one to whoever shares out slots. */
export class Tenant {
  /** Slots that it has; counted only where a tenant may not have all of them. */
  held = 0;
  readonly lines: Readonly<Record<Priority, Line<Waiter>>> = { interactive: new Line(), batch: new Line() };

  get waiting(): number {
    return this.lines.interactive.size + this.lines.batch.size;
  }
}

/** One call that waits for a slot. */
export interface Waiter extends Standing<Waiter> {
  readonly tenant: Tenant;
  readonly priority: Priority;
  readonly start: () => void;
  readonly fail: (error: GatewayError) => void;
  isWaiting: boolean;
}

/**
 * Those who wait for a slot of one target. Interactive calls come before batch; within a kind the tenants take turns, and
 * the calls of one tenant are served in their order. Nobody is served here who may not have another slot now.
 */
export class WaitingRoom {
  readonly #places: number;
  readonly #tenantLimit: number;
  readonly #tenants = new Map<string, Tenant>();
  /** Tenants that can be served, in their turn: a call of theirs waits, and they may have another slot. */
  readonly #turns: Readonly<Record<Priority, Set<Tenant>>> = { interactive: new Set(), batch: new Set() };
  #size = 0;
  #batchSize = 0;
  #passedOver = 0;

  /** `tenantLimit`: slots that one tenant may have, and places here that it may take. */
  constructor(places: number, tenantLimit: number) {
    this.#places = places;
    this.#tenantLimit = tenantLimit;
  }

  get size(): number {
    return this.#size;
  }

  get knownTenants(): number {
    return this.#tenants.size;
  }

  get batchSize(): number {
    return this.#batchSize;
  }

  /** Who has neither a slot nor a place is forgotten, now and then: a table that changes with every call is slow. */
  tenant(owner: string): Tenant {
    const known = this.#tenants.get(owner);
    if (known !== undefined) return known;
    if (this.#tenants.size >= 3 * this.#places + 64) this.#sweep();
    const tenant = new Tenant();
    this.#tenants.set(owner, tenant);
    return tenant;
  }

  /** Whether there is a place for one more call of this tenant. */
  hasPlace(tenant: Tenant): boolean {
    return this.#size < this.#places && tenant.waiting < this.#tenantLimit;
  }

  /**
   * Whose place an interactive call of this tenant can have: the newest of batch, of its own where it has too many here,
   * else of the tenant that has most of them.
   */
  findVictim(tenant: Tenant): Waiter | undefined {
    if (tenant.waiting >= this.#tenantLimit) return tenant.lines.batch.last;
    let most: Line<Waiter> | undefined;
    if (this.#batchSize > 0)
      for (const { lines } of this.#tenants.values())
        if (most === undefined || lines.batch.size > most.size) most = lines.batch;
    return most?.last;
  }

  enter(waiter: Waiter): void {
    waiter.tenant.lines[waiter.priority].add(waiter);
    waiter.isWaiting = true;
    this.#size++;
    if (waiter.priority === 'batch') this.#batchSize++;
    this.review(waiter.tenant);
  }

  /** False where it waits no more. */
  leave(waiter: Waiter): boolean {
    if (!waiter.isWaiting) return false;
    waiter.isWaiting = false;
    waiter.tenant.lines[waiter.priority].delete(waiter);
    this.#size--;
    if (waiter.priority === 'batch') this.#batchSize--;
    this.review(waiter.tenant);
    return true;
  }

  /** Whose turn it is; who is given a slot leaves. */
  next(): Waiter | undefined {
    const { interactive, batch } = this.#turns;
    const isBatch = batch.size > 0 && (interactive.size === 0 || this.#passedOver >= batchTurn - 1);
    if (isBatch) this.#passedOver = 0;
    else if (batch.size > 0) this.#passedOver++;
    const turns = isBatch ? batch : interactive;
    const { value: tenant } = turns.values().next();
    if (tenant === undefined) return undefined;
    // To the end of its turn, if it stays in it.
    turns.delete(tenant);
    return tenant.lines[isBatch ? 'batch' : 'interactive'].first;
  }

  /** Nobody waits any more; gives those who did. */
  clear(): readonly Waiter[] {
    const left: Waiter[] = [];
    for (const { lines } of this.#tenants.values())
      for (const priority of priorities)
        for (let waiter = lines[priority].first; waiter !== undefined; waiter = lines[priority].first) {
          this.leave(waiter);
          left.push(waiter);
        }
    return left;
  }

  /** What a tenant holds, or who waits for it, has changed. */
  review(tenant: Tenant): void {
    const mayHaveMore = tenant.held < this.#tenantLimit;
    for (const priority of priorities) {
      if (mayHaveMore && tenant.lines[priority].size > 0) this.#turns[priority].add(tenant);
      else this.#turns[priority].delete(tenant);
    }
  }

  #sweep(): void {
    for (const [owner, tenant] of this.#tenants)
      if (tenant.held === 0 && tenant.waiting === 0) this.#tenants.delete(owner);
  }
}

const priorities = ['interactive', 'batch'] as const;
