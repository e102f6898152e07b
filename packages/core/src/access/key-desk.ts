import { GatewayError } from '../errors.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { KeyListing, KeyRecord, KeyStore } from '../protocol/virtual-key.ts';
import type { KeyDigester } from './key-digest.ts';
import type { KeyFinder } from './key-finder.ts';
import { hintOf, makeKey, makeKeyId, type RandomBytes } from './key-format.ts';

/** What is said of a key by whoever hands it out. */
export type KeySpec = Omit<
  KeyRecord,
  | 'id'
  | 'digest'
  | 'previousDigest'
  | 'previousUntil'
  | 'hint'
  | 'createdAt'
  | 'updatedAt'
  | 'disabledAt'
  | 'version'
>;

/** What is to be another; `null` takes away what was said. */
export type KeyChanges = {
  readonly [Member in keyof KeySpec]?: KeySpec[Member] | undefined | (Member extends 'name' ? never : null);
};

/** A key as it is shown: what is kept of it, without what it is recognised by. */
export type KeyInfo = Omit<KeyRecord, 'digest' | 'previousDigest'>;

/** The one time that a key is shown. */
export interface ShownKey {
  /** `sk-ve-…`, to be handed to its owner; it is not kept, and cannot be shown again. */
  readonly key: string;
  readonly record: KeyInfo;
}

export interface KeyDeskParts {
  readonly store: KeyStore;
  readonly digester: KeyDigester;
  readonly finder: KeyFinder;
  readonly clock: Clock;
  readonly randomBytes?: RandomBytes;
}

/** Times that a change is tried again because somebody else has changed the same key meanwhile. */
const mostTries = 10;

/** Hands keys out, and takes them back. Every method rejects with GatewayError `VE_STORE_FAILED` where the store does. */
export class KeyDesk {
  readonly #parts: KeyDeskParts;

  constructor(parts: KeyDeskParts) {
    this.#parts = parts;
  }

  async create(spec: KeySpec): Promise<ShownKey> {
    const { store, digester, randomBytes } = this.#parts;
    const key = makeKey(randomBytes);
    const now = this.#now();
    const record: KeyRecord = {
      ...spec,
      id: makeKeyId(randomBytes),
      digest: digester.digest(key),
      hint: hintOf(key),
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    await store.insert(record);
    return { key, record: infoOf(record) };
  }

  async list(listing: KeyListing): Promise<readonly KeyInfo[]> {
    const records = await this.#parts.store.list(listing);
    return records.map(infoOf);
  }

  /** @throws GatewayError `VE_OBJECT_NOT_FOUND` */
  async get(id: string): Promise<KeyInfo> {
    return infoOf(await this.#require(id));
  }

  /**
   * `version`: the one that was looked at, where the change must not be made to another. Without it, it is made to
   * whichever is there.
   *
   * @throws GatewayError `VE_OBJECT_NOT_FOUND`, `VE_CONFLICT`
   */
  update(id: string, changes: KeyChanges, version?: number): Promise<KeyInfo> {
    return this.#change(id, (record) => applyChanges(record, changes), version);
  }

  /**
   * Another key in place of this one, with all that was said of it. `grace`: milliseconds for which the old one is still
   * good; 0: it ends at once. Of two that were replaced, only the later one has a grace.
   *
   * @throws GatewayError `VE_OBJECT_NOT_FOUND`, `VE_CONFLICT`
   */
  async rotate(id: string, { grace }: { readonly grace: number }): Promise<ShownKey> {
    const { digester, randomBytes } = this.#parts;
    const key = makeKey(randomBytes);
    const record = await this.#change(id, (before) => ({
      ...before,
      digest: digester.digest(key),
      hint: hintOf(key),
      previousDigest: grace > 0 ? before.digest : undefined,
      previousUntil: grace > 0 ? this.#now() + grace : undefined,
    }));
    return { key, record };
  }

  /** @throws GatewayError `VE_OBJECT_NOT_FOUND`, `VE_CONFLICT` */
  disable(id: string): Promise<KeyInfo> {
    return this.#change(id, (record) => ({ ...record, disabledAt: record.disabledAt ?? this.#now() }));
  }

  /** @throws GatewayError `VE_OBJECT_NOT_FOUND`, `VE_CONFLICT` */
  enable(id: string): Promise<KeyInfo> {
    return this.#change(id, (record) => ({ ...record, disabledAt: undefined }));
  }

  /** Whether there was one. */
  async delete(id: string): Promise<boolean> {
    try {
      return await this.#parts.store.delete(id);
    } finally {
      this.#parts.finder.forget();
    }
  }

  async #require(id: string): Promise<KeyRecord> {
    const record = await this.#parts.store.get(id);
    if (record === undefined) throw new GatewayError('VE_OBJECT_NOT_FOUND', { id, noun: 'Key' });
    return record;
  }

  async #change(id: string, change: (record: KeyRecord) => KeyRecord, version?: number): Promise<KeyInfo> {
    const { store, finder } = this.#parts;
    for (let tries = 0; tries < mostTries; tries++) {
      const before = await this.#require(id);
      if (version !== undefined && before.version !== version) break;
      const record = { ...change(before), updatedAt: this.#now(), version: before.version + 1 };
      try {
        if (await store.replace(record)) return infoOf(record);
      } finally {
        // Also where it is not known whether it was done.
        finder.forget();
      }
    }
    throw new GatewayError('VE_CONFLICT', { id, noun: 'Key' });
  }

  #now(): number {
    return Math.floor(wallTime(this.#parts.clock));
  }
}

/** What has no value goes, so that the store keeps no names of nothing. */
function applyChanges(record: KeyRecord, changes: KeyChanges): KeyRecord {
  const { name = record.name, ...others } = changes;
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  const said = Object.fromEntries(given.map(([member, value]) => [member, value ?? undefined]));
  return { ...record, ...said, name };
}

function infoOf({ digest: _digest, previousDigest: _previous, ...info }: KeyRecord): KeyInfo {
  return info;
}
