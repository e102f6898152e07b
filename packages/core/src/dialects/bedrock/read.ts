import { GatewayError } from '../../errors.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** What is read from outside is of unknown shape: these look before they give. `null` is the same as left out. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function objectOf(value: Json | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

export function listOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

export function stringOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A count of tokens: never negative, never a fraction. */
export function countOf(value: Json | undefined): number | undefined {
  const number = numberOf(value);
  return number === undefined || number < 0 ? undefined : Math.trunc(number);
}

/** The fields that are not named, or undefined where none is left. */
export function restOf(object: JsonObject, ...names: readonly string[]): JsonObject | undefined {
  const rest = Object.entries(object).filter(
    ([name, value]) => !names.includes(name) && value !== undefined && value !== null,
  );
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** `{ [name]: value }`, or nothing where there is no value. */
export function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one name, one value
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}

/** JSON text read back, or undefined where it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON.parse gives JSON
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export function isSameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSameJson(a[name], b[name]))
  );
}

/** A mistake of the caller's. */
export function invalid(parameter: string, reason: string): GatewayError {
  return new GatewayError('VE_PARAMETER_INVALID', { parameter, reason });
}

/** The upstream said something that cannot be understood. */
export function misspoken(reason: string): GatewayError {
  return new GatewayError(
    'VE_UPSTREAM_PROTOCOL',
    { reason },
    { failure: { retry: 'elsewhere', health: 'failure', sent: true } },
  );
}

/** Strict readers for what a caller sends: absent gives undefined, another type is refused by its path. */
export function wantObject(value: Json | undefined, path: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(path, `${path} must be an object`);
  return value;
}

export function wantList(value: Json | undefined, path: string): readonly Json[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isList(value)) throw invalid(path, `${path} must be an array`);
  return value;
}

export function wantString(value: Json | undefined, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(path, `${path} must be a string`);
  return value;
}

export function wantNumber(value: Json | undefined, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalid(path, `${path} must be a number`);
  return value;
}

export function wantBoolean(value: Json | undefined, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw invalid(path, `${path} must be true or false`);
  return value;
}

/** The same, of something that must be there. */
export function need<Value>(value: Value | undefined, path: string): Value {
  if (value === undefined)
    throw new GatewayError('VE_PARAMETER_MISSING', { parameter: path, reason: `${path} is missing` });
  return value;
}
