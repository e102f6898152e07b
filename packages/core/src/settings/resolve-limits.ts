import type { LimitSettings, ModelLimitSettings } from '../access/limit-settings.ts';
import { optionsError } from '../errors.ts';
import type { LimitStore, Limits } from '../protocol/limits.ts';
import { suggest } from './suggest.ts';

const kinds = ['rpm', 'rpd', 'tpm', 'tpd', 'concurrency'] as const;
const whose = ['gateway', 'tenant', 'principal', 'key'] as const;
const members = [...whose, 'models', 'paths', 'store'];
const owners = ['tenant', 'principal', 'key'] as const;
const methods = ['take', 'adjust', 'enter', 'leave', 'close'] as const;

/** Nothing but what is said of a caller. */
const noLimits: LimitSettings = {
  gateway: undefined,
  tenant: undefined,
  principal: undefined,
  key: undefined,
  models: new Map(),
  paths: new Map(),
  store: undefined,
};

interface LimitedGateway {
  /** Names that callers can use; undefined where they can use any. */
  readonly names: readonly string[] | undefined;
  /** Nobody is told apart. */
  readonly isOpen: boolean;
}

/**
 * What the option `limits` says.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function resolveLimits(given: unknown, { names, isOpen }: LimitedGateway): LimitSettings {
  if (given === undefined) return noLimits;
  const fields = readMembers('limits', given, members);
  const [gateway, tenant, principal, key] = whose.map((name) => readLimits(`limits.${name}`, fields[name]));
  const apart = ['tenant', 'principal', 'key', 'paths'].find((name) => fields[name] !== undefined);
  if (isOpen && apart !== undefined)
    throw optionsError(
      `limits.${apart}: nobody is told apart where the gateway is open; give limits.gateway, or identify in place of open`,
    );
  return {
    gateway,
    tenant,
    principal,
    key,
    models: new Map(
      entriesOf('limits.models', fields['models']).map(([name, value]) => {
        if (names !== undefined && !names.includes(name))
          throw optionsError(
            `limits.models["${name}"]: no model of this name is served; it must be one of models.${suggest(name, names)}`,
          );
        return [name, readModel(`limits.models["${name}"]`, value)];
      }),
    ),
    paths: new Map(
      entriesOf('limits.paths', fields['paths']).map(([path, value]) => [
        checkPath(path),
        readLimits(`limits.paths["${path}"]`, value) ?? {},
      ]),
    ),
    store: readStore(fields['store']),
  };
}

function readModel(place: string, given: unknown): ModelLimitSettings {
  const { per: owner, ...limits } = readMembers(place, given, [...kinds, 'per']);
  const per = owners.find((one) => one === owner);
  if (owner !== undefined && per === undefined)
    throw optionsError(
      `${place}.per: it must be one of ${owners.join(', ')}, or left out: everybody together`,
    );
  return { ...readLimits(place, limits), per };
}

function readLimits(place: string, given: unknown): Limits | undefined {
  if (given === undefined) return undefined;
  const fields = readMembers(place, given, kinds);
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const limit = fields[kind];
      if (limit === undefined) return [];
      if (typeof limit === 'number' && Number.isSafeInteger(limit) && limit > 0) return [[kind, limit]];
      const shown = typeof limit === 'number' ? String(limit) : typeof limit;
      throw optionsError(
        `${place}.${kind}: it must be a whole number above 0 (given: ${shown}); leave it out where there is no limit`,
      );
    }),
  );
}

function checkPath(path: string): string {
  if (path !== '' && path.split('/').every((step) => step !== '')) return path;
  throw optionsError(
    `limits.paths["${path}"]: a path is made of names with a slash between them: "acme/research"`,
  );
}

function readStore(given: unknown): LimitStore | undefined {
  if (given === undefined || isLimitStore(given)) return given;
  throw optionsError(
    `limits.store: it must have the methods ${methods.join(', ')}: the result of redisLimits(client), say`,
  );
}

function isLimitStore(given: unknown): given is LimitStore {
  if (typeof given !== 'object' || given === null) return false;
  return methods.every((name) => typeof Reflect.get(given, name) === 'function');
}

function readMembers(
  place: string,
  given: unknown,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw optionsError(`${place}: it must be an object of ${names.join(', ')}`);
  const [extra] = Object.keys(given).filter((name) => !names.includes(name));
  if (extra !== undefined)
    throw optionsError(
      `${place}: there is no "${extra}"; there can be ${names.join(', ')}.${suggest(extra, names)}`,
    );
  return { ...given };
}

function entriesOf(place: string, given: unknown): [string, unknown][] {
  if (given === undefined) return [];
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw optionsError(`${place}: it must be an object of limits by name`);
  return Object.entries(given);
}
