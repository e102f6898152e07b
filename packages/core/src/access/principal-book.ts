import type { Principal } from '../protocol/principal.ts';
import { principalFrom, readSaid } from './read-principal.ts';
import { RecentMap } from './recent-map.ts';

interface Known {
  /** As it was said, since it may follow from the path. */
  readonly tenant: unknown;
  readonly principal: Principal;
}

/**
 * Callers that the host has told of. It says them anew with each call: what is the same as before is the same object, frozen,
 * and neither checked nor copied again, so that what follows from it can be kept with it.
 */
export class PrincipalBook {
  readonly #known = new RecentMap<Known>(10_000);

  /** @throws TypeError that names the member which is not what it has to be */
  read(given: object): Principal {
    return this.#find(given) ?? this.#add(given);
  }

  /** Whom it was said of before, in the same words. */
  #find(given: object): Principal | undefined {
    if (!isRecord(given)) return undefined;
    const name = given['path'] ?? given['id'];
    const known = typeof name === 'string' ? this.#known.get(name) : undefined;
    return known !== undefined && isSame(given, known) ? known.principal : undefined;
  }

  #add(given: object): Principal {
    const said = readSaid(given);
    const name = said.path ?? said.id;
    if (typeof name !== 'string') return principalFrom(said);
    const principal = freeze(principalFrom(said));
    this.#known.set(name, { tenant: said.tenant, principal });
    return principal;
  }
}

function isSame(said: Readonly<Record<string, unknown>>, { tenant, principal }: Known): boolean {
  const { id } = said;
  return (
    isValue(said['tenant'], tenant) &&
    (isValue(id, principal.id) || (typeof id === 'number' && String(id) === principal.id)) &&
    isValue(said['path'], principal.path) &&
    isValue(said['traceless'], principal.traceless) &&
    isSameRecord(said['limits'], principal.limits) &&
    isSameList(said['budgets'], principal.budgets, isSameRecord) &&
    isSameList(said['roles'], principal.roles, Object.is) &&
    isSameList(said['models'], principal.models, Object.is) &&
    isSameList(said['operations'], principal.operations, Object.is) &&
    isSameList(said['regions'], principal.regions, Object.is) &&
    isSameList(said['tags'], principal.tags, Object.is)
  );
}

/** What is null is as if it were not there. */
function isValue(said: unknown, known: unknown): boolean {
  return said === known || (said === null && known === undefined);
}

function isSameList<One>(
  said: unknown,
  known: readonly One[] | undefined,
  areSame: (said: unknown, known: One) => boolean,
): boolean {
  if (said === undefined || said === null || known === undefined) return isValue(said, known);
  if (!Array.isArray(said) || said.length !== known.length) return false;
  for (let index = 0; index < known.length; index++) {
    const one = known[index];
    if (one === undefined || !areSame(said[index], one)) return false;
  }
  return true;
}

/** Of texts and numbers. */
function isSameRecord(said: unknown, known: object | undefined): boolean {
  if (said === undefined || said === null || known === undefined) return isValue(said, known);
  if (!isRecord(said) || !isRecord(known)) return false;
  let members = 0;
  for (const name in said) {
    const one = said[name];
    if (one === undefined || one === null) continue;
    if (known[name] !== one) return false;
    members++;
  }
  for (const name in known) if (known[name] !== undefined) members--;
  return members === 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function freeze(principal: Principal): Principal {
  for (const member of Object.values(principal)) {
    if (typeof member !== 'object') continue;
    if (Array.isArray(member)) for (const one of member) Object.freeze(one);
    Object.freeze(member);
  }
  return Object.freeze(principal);
}
