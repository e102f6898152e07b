import type { BudgetOptions } from './budget.ts';
import type { Limits } from './limits.ts';

/** A virtual key, as it is kept: not the key itself. Times are whole milliseconds since the epoch. JSON can hold it. */
export interface KeyRecord {
  /** `key_` and 24 letters and digits. */
  readonly id: string;
  /** HMAC-SHA-256 of the whole key, in hexadecimal digits. */
  readonly digest: string;
  /** The digest of the key that this one took the place of, good until `previousUntil`. */
  readonly previousDigest?: string | undefined;
  readonly previousUntil?: number | undefined;
  /** The end of the key, for people to tell them apart: `…a1b2`. */
  readonly hint: string;
  /** What people call it. */
  readonly name: string;
  readonly tenant?: string | undefined;
  /** Where in the tree of who pays: `acme/research/alice`. */
  readonly path?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  /** Names of models, `*` at the end for any that begin so. Left out: all. */
  readonly models?: readonly string[] | undefined;
  /** Operations (`chat`, `embeddings`, …). Left out: all. */
  readonly operations?: readonly string[] | undefined;
  /** Addresses, or ranges of them (`10.0.0.0/8`, `2001:db8::/32`), that may use it. Left out: all. */
  readonly addresses?: readonly string[] | undefined;
  readonly limits?: Limits | undefined;
  /** What may be spent with it. */
  readonly budgets?: readonly BudgetOptions[] | undefined;
  /** Only upstreams in one of these regions serve it. */
  readonly regions?: readonly string[] | undefined;
  /** Only upstreams that have all of these tags serve it. */
  readonly tags?: readonly string[] | undefined;
  readonly traceless?: boolean | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly expiresAt?: number | undefined;
  readonly disabledAt?: number | undefined;
  /** One more with every change. */
  readonly version: number;
}

export interface KeyListing {
  readonly tenant?: string | undefined;
  /** Those at this path and below it. */
  readonly path?: string | undefined;
  /** Those that come after this id, in the order in which they were made. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Where virtual keys are kept. What rejects means that nothing is known: the gateway refuses. */
export interface KeyStore {
  /** @throws GatewayError `VE_STORE_FAILED` where there is one with that id or digest */
  insert(record: KeyRecord): Promise<void>;
  get(id: string): Promise<KeyRecord | undefined>;
  /** By its digest, or by that of the key whose place it took. */
  findDigest(digest: string): Promise<KeyRecord | undefined>;
  list(listing: KeyListing): Promise<readonly KeyRecord[]>;
  /** Keeps the record in place of the one whose version is one less. False: it is another version by now, or gone. */
  replace(record: KeyRecord): Promise<boolean>;
  /** Whether there was one. */
  delete(id: string): Promise<boolean>;
}
