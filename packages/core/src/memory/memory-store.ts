import { LRUCache } from 'lru-cache';
import { optionsError } from '../errors.ts';
import { type Clock, systemClock } from '../protocol/clock.ts';
import type { Store, StoreKey } from '../protocol/store.ts';

export interface MemoryStoreOptions {
  /** Bytes for everybody together. Default 134,217,728 (128 MiB). */
  readonly bytes?: number;
  /** Bytes for each tenant. Default 33,554,432 (32 MiB). */
  readonly bytesPerTenant?: number;
  /** Time, for tests. */
  readonly clock?: Clock;
}

/** What an entry costs beside its text, and a tenant beside its entries: measured. */
const overhead = 256;
const tenantOverhead = 3072;

/** Strings are counted as two bytes a character, which is the most that they take. */
const sizeOf = (value: string, key: string): number => (value.length + key.length) * 2 + overhead;

/**
 * A store in this process's memory. Who needs more room than a tenant may have forgets its own oldest entries, never
 * another's; when all of it is full, the tenant that was idle longest forgets first. A text larger than a tenant's room is not kept.
 */
class MemoryStore implements Store {
  readonly #bytes: number;
  readonly #bytesPerTenant: number;
  readonly #clock: Clock;
  /** In the order of their last use. */
  readonly #tenants = new Map<string, LRUCache<string, string>>();
  #used = 0;

  constructor({ bytes, bytesPerTenant, clock }: Required<MemoryStoreOptions>) {
    this.#bytes = bytes;
    this.#bytesPerTenant = bytesPerTenant;
    this.#clock = clock;
  }

  get({ tenant, kind, id }: StoreKey): Promise<string | undefined> {
    const entries = this.#touch(tenant);
    // What has run out is cleared away by asking for it.
    const value = entries && this.#count(tenant, entries, () => entries.get(`${kind} ${id}`));
    return Promise.resolve(value);
  }

  set({ tenant, kind, id }: StoreKey, value: string, milliseconds: number): Promise<void> {
    const entries = this.#touch(tenant) ?? this.#add(tenant);
    this.#count(tenant, entries, () => entries.set(`${kind} ${id}`, value, { ttl: milliseconds }));
    if (this.#used > this.#bytes) this.#makeRoom();
    return Promise.resolve();
  }

  delete({ tenant, kind, id }: StoreKey): Promise<boolean> {
    const entries = this.#tenants.get(tenant);
    if (entries === undefined) return Promise.resolve(false);
    const key = `${kind} ${id}`;
    const isThere = this.#count(tenant, entries, () => {
      // What has run out is not there any more, whether or not it was cleared away.
      const isKept = entries.get(key) !== undefined;
      entries.delete(key);
      return isKept;
    });
    return Promise.resolve(isThere);
  }

  #touch(tenant: string): LRUCache<string, string> | undefined {
    const entries = this.#tenants.get(tenant);
    if (entries === undefined) return undefined;
    this.#tenants.delete(tenant);
    this.#tenants.set(tenant, entries);
    return entries;
  }

  #add(tenant: string): LRUCache<string, string> {
    const entries = new LRUCache<string, string>({
      maxSize: this.#bytesPerTenant,
      sizeCalculation: sizeOf,
      perf: this.#clock,
      // Else it would set timers of its own, to ask for the time less often.
      ttlResolution: 0,
    });
    this.#tenants.set(tenant, entries);
    this.#used += tenantOverhead;
    return entries;
  }

  #remove(tenant: string): void {
    this.#tenants.delete(tenant);
    this.#used -= tenantOverhead;
  }

  /** Does something to a tenant's entries, and counts what that has changed. */
  #count<Result>(tenant: string, entries: LRUCache<string, string>, act: () => Result): Result {
    const before = entries.calculatedSize;
    const result = act();
    this.#used += entries.calculatedSize - before;
    if (entries.size === 0) this.#remove(tenant);
    return result;
  }

  #makeRoom(): void {
    for (const [tenant, entries] of this.#tenants) {
      while (this.#used > this.#bytes && entries.size > 0) this.#count(tenant, entries, () => entries.pop());
      if (entries.size > 0) return;
    }
  }
}

/**
 * Keeps things in this process's memory, within bounds; they are gone when it ends.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function memoryStore({
  bytes = 134_217_728,
  bytesPerTenant = 33_554_432,
  clock = systemClock,
}: MemoryStoreOptions = {}): Store {
  for (const [name, value] of Object.entries({ bytes, bytesPerTenant })) {
    if (!Number.isSafeInteger(value) || value <= 0)
      throw optionsError(
        `memoryStore: ${name} must be a whole number of bytes above 0 (given: ${String(value)})`,
      );
  }
  return new MemoryStore({ bytes, bytesPerTenant: Math.min(bytes, bytesPerTenant), clock });
}
