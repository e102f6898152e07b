import type { Principal } from '../protocol/principal.ts';
import { readBudgets, readLimits } from './read-limits.ts';
import { readFlag, readList, readName, readPath } from './read-members.ts';

/**
 * What the host says of a caller, copied, so that its object (a database row, say) does not stay in memory with the stream.
 * What else the object has is left alone, and so is `key`: only the gateway says which key was shown.
 *
 * @throws TypeError that names the member which is not what it has to be
 */
export function readPrincipal(given: object): Principal {
  if (Array.isArray(given)) throw new TypeError('an array; it returns { tenant, id } or nothing');
  // Each member is read once: what a getter gives may be something else the next time.
  const read = (name: keyof Principal): unknown => Reflect.get(given, name) ?? undefined;
  const path = readPath('path', read('path'));
  return {
    tenant: readName('tenant', read('tenant')) ?? firstStep(path),
    id: readName('id', read('id')),
    path,
    roles: readList('roles', read('roles')),
    limits: readLimits('limits', read('limits')),
    budgets: readBudgets('budgets', read('budgets')),
    models: readList('models', read('models')),
    operations: readList('operations', read('operations')),
    regions: readList('regions', read('regions')),
    tags: readList('tags', read('tags')),
    traceless: readFlag('traceless', read('traceless')),
  };
}

/** Who is only somewhere in the tree belongs to what is at its root: else all such callers would own things together. */
export function firstStep(path: string | undefined): string | undefined {
  return path?.split('/', 1)[0];
}
