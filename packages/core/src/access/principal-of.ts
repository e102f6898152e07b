import type { Principal } from '../protocol/principal.ts';
import type { KeyRecord } from '../protocol/virtual-key.ts';
import { firstStep } from './read-principal.ts';

/** Who calls with a key. What has no tenant belongs to what is at the root of its path, or else to the key alone. */
export function principalOf(record: Omit<KeyRecord, 'digest' | 'previousDigest'>): Principal {
  const { id, path, roles, limits, budgets, models, operations, regions, tags, traceless } = record;
  const tenant = record.tenant ?? firstStep(path);
  return { tenant, id, path, roles, limits, budgets, models, operations, regions, tags, traceless, key: id };
}
