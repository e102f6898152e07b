import { GatewayError } from '../../errors.ts';
import type { KeyListing, KeyRecord, KeyStore } from '../../protocol/virtual-key.ts';
import { isAtOrBelow } from '../match-entry.ts';

/** Virtual keys in this process's memory. */
export class MemoryKeys implements KeyStore {
  /** In the order in which they were made. */
  readonly #keys = new Map<string, KeyRecord>();
  readonly #byDigest = new Map<string, string>();
  readonly #byPrevious = new Map<string, string>();

  async insert(record: KeyRecord): Promise<void> {
    if (this.#keys.has(record.id) || this.#byDigest.has(record.digest))
      throw new GatewayError('VE_STORE_FAILED', { reason: 'there is such a key', id: record.id });
    this.#keep(record);
  }

  get(id: string): Promise<KeyRecord | undefined> {
    return Promise.resolve(this.#keys.get(id));
  }

  findDigest(digest: string): Promise<KeyRecord | undefined> {
    const id = this.#byDigest.get(digest) ?? this.#byPrevious.get(digest);
    return Promise.resolve(id === undefined ? undefined : this.#keys.get(id));
  }

  list({ tenant, path, after, limit }: KeyListing): Promise<readonly KeyRecord[]> {
    const all = [...this.#keys.values()];
    const place = after === undefined ? -1 : all.findIndex(({ id }) => id === after);
    if (after !== undefined && place < 0) return Promise.resolve([]);
    const meant = all.slice(place + 1).filter((record) => {
      if (tenant !== undefined && record.tenant !== tenant) return false;
      return path === undefined || isAtOrBelow(record.path ?? '', path);
    });
    return Promise.resolve(meant.slice(0, limit));
  }

  replace(record: KeyRecord): Promise<boolean> {
    const known = this.#keys.get(record.id);
    if (known?.version !== record.version - 1) return Promise.resolve(false);
    this.#forget(known);
    this.#keep(record);
    return Promise.resolve(true);
  }

  delete(id: string): Promise<boolean> {
    const known = this.#keys.get(id);
    if (known !== undefined) this.#forget(known);
    return Promise.resolve(this.#keys.delete(id));
  }

  #keep(record: KeyRecord): void {
    this.#keys.set(record.id, record);
    this.#byDigest.set(record.digest, record.id);
    if (record.previousDigest !== undefined) this.#byPrevious.set(record.previousDigest, record.id);
  }

  #forget({ digest, previousDigest }: KeyRecord): void {
    this.#byDigest.delete(digest);
    if (previousDigest !== undefined) this.#byPrevious.delete(previousDigest);
  }
}
