import { optionsError } from '../errors.ts';
import type { Guard } from '../protocol/guard.ts';

/** Names that can be told apart in a ledger. */
const longestName = 64;
const members: ReadonlySet<string> = new Set(['name', 'before', 'after']);

/** @throws GatewayError `VE_OPTIONS_INVALID` for what is no guard, or has the name of another */
export function resolveGuards(given: unknown): readonly Guard[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw optionsError('guards: must be an array of { name, before, after }');
  const guards = given.map((guard: unknown, index) => resolveGuard(guard, `guards[${index}]`));
  const names = guards.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw optionsError(`guards: two are called "${twice}"; their notes need a name each`);
  return guards;
}

function resolveGuard(guard: unknown, place: string): Guard {
  if (typeof guard !== 'object' || guard === null)
    throw optionsError(`${place}: must be an object { name, before, after }`);
  const name: unknown = Reflect.get(guard, 'name');
  if (typeof name !== 'string' || name === '' || name.length > longestName)
    throw optionsError(`${place}.name: must be a text of at most ${longestName} characters`);
  for (const key of Object.keys(guard))
    if (!members.has(key))
      throw optionsError(`${place}: there is no "${key}"; there can be ${[...members].join(', ')}`);
  if (!isGuard(guard))
    throw optionsError(`${place}: before and after must be functions, and one of them must be there`);
  return guard;
}

/** Methods of an object of the operator's own class stay with it. */
function isGuard(guard: object): guard is Guard {
  const hooks: readonly unknown[] = [Reflect.get(guard, 'before'), Reflect.get(guard, 'after')];
  const isAny = hooks.some((hook) => hook !== undefined);
  return isAny && hooks.every((hook) => hook === undefined || typeof hook === 'function');
}
