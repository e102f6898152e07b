import type { Clock } from '../protocol/clock.ts';
import type { Store } from '../protocol/store.ts';

/** Milliseconds that an answer may be held up by what is asked of a store. */
const patience = 2000;

/**
 * A store of the operator's, which may hang, throw in place of rejecting, or give `null` where there is nothing: what it
 * does not do in time has failed.
 */
export function guardStore(store: Store, clock: Clock): Store {
  const within = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    const { promise: expired, reject } = Promise.withResolvers<never>();
    const expire = (): void => reject(new Error(`the store took longer than ${patience} milliseconds`));
    const timer = clock.setTimeout(expire, patience);
    try {
      return await Promise.race([act(), expired]);
    } finally {
      clock.clearTimeout(timer);
    }
  };
  return {
    get: async (key) => {
      const value: unknown = await within(() => store.get(key));
      if (value === undefined || value === null) return undefined;
      if (typeof value === 'string') return value;
      throw new TypeError(`the store gave a ${typeof value}; it gives the text that was set`);
    },
    set: (key, value, milliseconds) => within(() => store.set(key, value, milliseconds)),
    delete: async (key) => {
      const isDeleted: unknown = await within(() => store.delete(key));
      return Boolean(isDeleted);
    },
  };
}
