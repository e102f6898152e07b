import { GatewayError } from '../errors.ts';
import type { Store } from '../protocol/store.ts';

/** Milliseconds: ten years. Upstreams keep files for as long as nobody deletes them. */
const asLongAsTheyAre = 10 * 365 * 24 * 3_600_000;

/** Whose something is, and whose account has it. */
export interface Ownership {
  readonly owner: string;
  /** The upstream's name. */
  readonly upstream: string;
}

/** What is remembered of something that a caller has made at an upstream. */
export interface OwnedObject {
  /** Digest of the key that it was made with: another account does not know it. */
  readonly key: string;
}

/** What callers have made at upstreams that the gateway does not model, each its owner's only. */
export class NativeOwners {
  readonly #store: Store;
  /** Nobody is told apart: what is not known here may have been made elsewhere. */
  readonly isOpen: boolean;

  constructor(store: Store, isOpen: boolean) {
    this.#store = store;
    this.isOpen = isOpen;
  }

  /** @throws GatewayError `VE_STORE_FAILED` */
  async find({ owner, upstream }: Ownership, id: string): Promise<OwnedObject | undefined> {
    const text = await guard(() => this.#store.get(keyOf(owner, upstream, id)));
    if (text === undefined) return undefined;
    // Written by `claim`, and by nobody else.
    const owned: OwnedObject = JSON.parse(text);
    return owned;
  }

  /**
   * The same of what must be the caller's; undefined where nobody is told apart, and it is not known.
   *
   * @throws GatewayError `VE_OBJECT_NOT_FOUND`, `VE_STORE_FAILED`
   */
  async require(ownership: Ownership, id: string, noun: string): Promise<OwnedObject | undefined> {
    const owned = await this.find(ownership, id);
    if (owned === undefined && !this.isOpen) throw new GatewayError('VE_OBJECT_NOT_FOUND', { id, noun });
    return owned;
  }

  /** @throws GatewayError `VE_STORE_FAILED` */
  async claim({ owner, upstream }: Ownership, ids: readonly string[], key: string): Promise<void> {
    const owned: OwnedObject = { key };
    const text = JSON.stringify(owned);
    await guard(() =>
      Promise.all(ids.map((id) => this.#store.set(keyOf(owner, upstream, id), text, asLongAsTheyAre))),
    );
  }

  /** @throws GatewayError `VE_STORE_FAILED` */
  async forget({ owner, upstream }: Ownership, id: string): Promise<void> {
    await guard(() => this.#store.delete(keyOf(owner, upstream, id)));
  }
}

function keyOf(tenant: string, upstream: string, id: string): { tenant: string; kind: 'object'; id: string } {
  return { tenant, kind: 'object', id: `${upstream}/${id}` };
}

async function guard<Value>(act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (cause) {
    throw new GatewayError('VE_STORE_FAILED', {}, { cause });
  }
}
