import { GatewayError } from '../errors.ts';
import type { KeyRecord, KeyStore } from '../protocol/virtual-key.ts';

/** Keys in this process's memory, gone when it ends. */
export function memoryKeys(): KeyStore {
  const records = new Map<string, KeyRecord>();
  /** Ids, by digests of keys that are good, or were. */
  const byDigest = new Map<string, string>();
  const forget = ({ digest, previousDigest }: KeyRecord): void => {
    byDigest.delete(digest);
    if (previousDigest !== undefined) byDigest.delete(previousDigest);
  };
  const keep = (record: KeyRecord): void => {
    records.set(record.id, record);
    byDigest.set(record.digest, record.id);
    if (record.previousDigest !== undefined) byDigest.set(record.previousDigest, record.id);
  };
  return {
    insert: async (record) => {
      if (records.has(record.id) || byDigest.has(record.digest)) throw new GatewayError('VE_STORE_FAILED');
      keep(record);
    },
    get: async (id) => records.get(id),
    findDigest: async (digest) => records.get(byDigest.get(digest) ?? ''),
    list: async ({ tenant, path, after, limit }) => {
      const all = [...records.values()];
      const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
      const wanted = all
        .slice(start)
        .filter((record) => tenant === undefined || record.tenant === tenant)
        .filter((record) => path === undefined || `${record.path ?? ''}/`.startsWith(`${path}/`));
      return wanted.slice(0, limit);
    },
    replace: async (record) => {
      const before = records.get(record.id);
      if (before === undefined || before.version !== record.version - 1) return false;
      forget(before);
      keep(record);
      return true;
    },
    delete: async (id) => {
      const record = records.get(id);
      if (record !== undefined) forget(record);
      return records.delete(id);
    },
  };
}
