import { GatewayError } from '../errors.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { Principal } from '../protocol/principal.ts';
import type { KeyRecord, KeyStore } from '../protocol/virtual-key.ts';
import { AddressList } from './address-list.ts';
import { type KeyDigester, matchDigest } from './key-digest.ts';
import { isKey } from './key-format.ts';
import { principalOf } from './principal-of.ts';

/** Milliseconds for which another process's change of a key may stay unnoticed. */
const lifetime = 5000;
/** Keys that are remembered. */
const mostRemembered = 10_000;

export interface FinderParts {
  readonly store: KeyStore;
  readonly digester: KeyDigester;
  readonly clock: Clock;
}

/** What is known of a key that was found. */
interface Found {
  readonly record: KeyRecord;
  readonly principal: Principal;
  readonly addresses: AddressList | undefined;
  readonly use: 'present' | 'previous';
}

interface Remembered {
  readonly found: Found;
  readonly until: number;
}

/** Whose key it is. Remembers for a moment whom it has found, by the digest of the whole key; strangers are not remembered. */
export class KeyFinder {
  readonly #parts: FinderParts;
  readonly #remembered = new Map<string, Remembered>();
  /** Of those that come at once with one key, one asks. */
  #underWay = new Map<string, Promise<Found | undefined>>();

  constructor(parts: FinderParts) {
    this.#parts = parts;
  }

  /**
   * Who calls. `address`: the caller's, if it is known.
   *
   * @throws GatewayError `VE_UNAUTHENTICATED`, whose reason is told to those only who have the whole key; `VE_FORBIDDEN`;
   * `VE_STORE_FAILED`
   */
  async identify(key: string, address: string | undefined): Promise<Principal> {
    if (!isKey(key)) throw new GatewayError('VE_UNAUTHENTICATED');
    const digest = this.#parts.digester.digest(key);
    const found = this.#recall(digest) ?? (await this.#ask(digest));
    if (found === undefined) throw new GatewayError('VE_UNAUTHENTICATED');
    const { record, principal, addresses } = found;
    const problem = this.#problemOf(found);
    if (problem !== undefined) throw new GatewayError('VE_UNAUTHENTICATED', { reason: problem });
    if (addresses !== undefined && !addresses.has(address))
      throw new GatewayError('VE_FORBIDDEN', {
        reason: `the key ${record.hint} may not be used from this address`,
      });
    return principal;
  }

  /** Something was changed in this process: what was known is known no more. */
  forget(): void {
    this.#remembered.clear();
    this.#underWay = new Map();
  }

  #problemOf({ record, use }: Found): string | undefined {
    const now = wallTime(this.#parts.clock);
    if (use === 'previous' && (record.previousUntil ?? 0) <= now) return 'this key was replaced by another';
    if (record.disabledAt !== undefined) return 'this key is disabled';
    return record.expiresAt !== undefined && record.expiresAt <= now ? 'this key has expired' : undefined;
  }

  #recall(digest: string): Found | undefined {
    const remembered = this.#remembered.get(digest);
    if (remembered === undefined) return undefined;
    const left = remembered.until - this.#parts.clock.now();
    // A clock that was put back makes it no older, and must not make it last.
    if (left > 0 && left <= lifetime) return remembered.found;
    this.#remembered.delete(digest);
    return undefined;
  }

  #ask(digest: string): Promise<Found | undefined> {
    const underWay = this.#underWay;
    const before = underWay.get(digest);
    if (before !== undefined) return before;
    const asking = this.#read(digest, underWay).finally(() => underWay.delete(digest));
    underWay.set(digest, asking);
    return asking;
  }

  async #read(digest: string, underWay: object): Promise<Found | undefined> {
    const record = await this.#parts.store.findDigest(digest);
    // What the store gives is held against what was asked for.
    const use = record && matchDigest(record, digest);
    if (record === undefined || use === undefined) return undefined;
    const addresses = listOf(record);
    const found: Found = { record, principal: principalOf(record), addresses, use };
    // Not what was read before a change.
    if (underWay === this.#underWay) this.#remember(digest, found);
    return found;
  }

  #remember(digest: string, found: Found): void {
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= mostRemembered && oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.set(digest, { found, until: this.#parts.clock.now() + lifetime });
  }
}

/** @throws GatewayError `VE_STORE_FAILED` where ranges that were kept cannot be read: nobody is let in by that */
function listOf({ addresses }: KeyRecord): AddressList | undefined {
  try {
    return addresses && new AddressList(addresses);
  } catch (cause) {
    throw new GatewayError('VE_STORE_FAILED', {}, { cause });
  }
}
