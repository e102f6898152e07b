import type { Principal } from '../protocol/principal.ts';
import { readBudgets, readLimits } from './read-limits.ts';
import { readFlag, readList, readName, readPath } from './read-members.ts';

/** What the host says of a caller, each member read once: what a getter gives may be something else the next time. */
export type SaidOf = Readonly<Record<Exclude<keyof Principal, 'key'>, unknown>>;

/** What is null is as if it were not there. @throws TypeError */
export function readSaid(given: object): SaidOf {
  if (!isRecord(given)) throw new TypeError('an array; it returns { tenant, id } or nothing');
  return {
    tenant: given['tenant'] ?? undefined,
    id: given['id'] ?? undefined,
    path: given['path'] ?? undefined,
    roles: given['roles'] ?? undefined,
    limits: given['limits'] ?? undefined,
    budgets: given['budgets'] ?? undefined,
    models: given['models'] ?? undefined,
    operations: given['operations'] ?? undefined,
    regions: given['regions'] ?? undefined,
    tags: given['tags'] ?? undefined,
    traceless: given['traceless'] ?? undefined,
  };
}

function isRecord(value: object): value is Record<string, unknown> {
  return !Array.isArray(value);
}

/**
 * What the host says of a caller, copied, so that its object (a database row, say) does not stay in memory with the stream.
 * What else the object has is left alone, and so is `key`: only the gateway says which key was shown.
 *
 * @throws TypeError that names the member which is not what it has to be
 */
export function readPrincipal(given: object): Principal {
  return principalFrom(readSaid(given));
}

/** @throws TypeError as `readPrincipal` */
export function principalFrom(said: SaidOf): Principal {
  const path = readPath('path', said.path);
  return {
    tenant: readName('tenant', said.tenant) ?? firstStep(path),
    id: readName('id', said.id),
    path,
    roles: readList('roles', said.roles),
    limits: readLimits('limits', said.limits),
    budgets: readBudgets('budgets', said.budgets),
    models: readList('models', said.models),
    operations: readList('operations', said.operations),
    regions: readList('regions', said.regions),
    tags: readList('tags', said.tags),
    traceless: readFlag('traceless', said.traceless),
  };
}

/** Who is only somewhere in the tree belongs to what is at its root: else all such callers would own things together. */
export function firstStep(path: string | undefined): string | undefined {
  return path?.split('/', 1)[0];
}
