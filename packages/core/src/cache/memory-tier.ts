import { LRUCache } from 'lru-cache';
import type { CacheKey, CacheSelection } from '../protocol/cache-tier.ts';
import type { Clock } from '../protocol/clock.ts';

export interface MemoryTierParts<Entry> {
  /** Bytes for everything. */
  readonly bytes: number;
  readonly sizeOf: (entry: Entry) => number;
  readonly clock: Clock;
}

interface Kept<Entry> {
  readonly key: CacheKey;
  readonly entry: Entry;
}

/** The first tier: in this process's memory, bounded in bytes; what was not used for longest goes first. */
export class MemoryTier<Entry> {
  readonly #entries: LRUCache<string, Kept<Entry>>;

  constructor({ bytes, sizeOf, clock }: MemoryTierParts<Entry>) {
    this.#entries = new LRUCache<string, Kept<Entry>>({
      maxSize: bytes,
      sizeCalculation: ({ key, entry }) => sizeOf(entry) + labelBytes(key),
      perf: clock,
      // Else it would set timers of its own, to ask for the time less often.
      ttlResolution: 0,
    });
  }

  get size(): number {
    this.#entries.purgeStale();
    return this.#entries.size;
  }

  get bytes(): number {
    this.#entries.purgeStale();
    return this.#entries.calculatedSize;
  }

  get({ hash }: CacheKey): Entry | undefined {
    return this.#entries.get(hash)?.entry;
  }

  set(key: CacheKey, entry: Entry, milliseconds: number): void {
    this.#entries.set(key.hash, { key, entry }, { ttl: milliseconds });
  }

  delete({ hash }: CacheKey): boolean {
    return this.#entries.get(hash) !== undefined && this.#entries.delete(hash);
  }

  /** Looks through all of it, which is an operator's wish and no caller's. */
  invalidate(selection: CacheSelection): void {
    const fallen = [...this.#entries.values()].filter(({ key }) => isSelected(key, selection));
    for (const { key } of fallen) this.#entries.delete(key.hash);
  }
}

export function isSelected(key: CacheKey, { tenant, model, tag }: CacheSelection): boolean {
  return (
    (tenant === undefined || key.tenant === tenant) &&
    (model === undefined || key.model === model) &&
    (tag === undefined || key.tags.includes(tag))
  );
}

/** Texts are counted as two bytes a character, which is the most that they take. */
function labelBytes({ hash, tenant, model, tags }: CacheKey): number {
  return tags.reduce((sum, tag) => sum + tag.length, hash.length * 2 + tenant.length + model.length) * 2;
}
