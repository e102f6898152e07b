import type { KeyStore } from '../../protocol/virtual-key.ts';
import { failAsStore } from '../fail-as-store.ts';

/** Keys of a store that is being loaded. */
export function lateKeys(loading: Promise<KeyStore>): KeyStore {
  loading.catch(() => {});
  const ask = <Result>(act: (keys: KeyStore) => Promise<Result>): Promise<Result> =>
    failAsStore(async () => act(await loading));
  return {
    insert: (record) => ask((keys) => keys.insert(record)),
    get: (id) => ask((keys) => keys.get(id)),
    findDigest: (digest) => ask((keys) => keys.findDigest(digest)),
    list: (listing) => ask((keys) => keys.list(listing)),
    replace: (record) => ask((keys) => keys.replace(record)),
    delete: (id) => ask((keys) => keys.delete(id)),
  };
}
