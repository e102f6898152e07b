import { GatewayError } from '../errors.ts';
import type { Clock } from '../protocol/clock.ts';
import type { KeyStore } from '../protocol/virtual-key.ts';

/** Milliseconds that a caller may be held up by a store of keys. */
const patience = 5000;

export interface GuardParts {
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}

/** A store of keys that hangs, throws or rejects has failed, and says so: nobody gets in by it. */
export function guardKeys(store: KeyStore, { clock, onFailure }: GuardParts): KeyStore {
  const within = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    const { promise: expired, reject } = Promise.withResolvers<never>();
    const expire = (): void => reject(new Error(`the keys took longer than ${patience} milliseconds`));
    const timer = clock.setTimeout(expire, patience);
    try {
      return await Promise.race([act(), expired]);
    } catch (cause) {
      onFailure(cause);
      throw new GatewayError('VE_STORE_FAILED', {}, { cause });
    } finally {
      clock.clearTimeout(timer);
    }
  };
  return {
    insert: (record) => within(() => store.insert(record)),
    get: (id) => within(() => store.get(id)),
    findDigest: (digest) => within(() => store.findDigest(digest)),
    list: (listing) => within(() => store.list(listing)),
    replace: (record) => within(() => store.replace(record)),
    delete: (id) => within(() => store.delete(id)),
  };
}
