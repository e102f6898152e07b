import { GatewayError } from '../../errors.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** What was read from outside is of unknown shape: these say what it is, or nothing. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function asList(value: unknown): readonly Json[] {
  return isList(value) ? value : [];
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A string that says something. */
export function asName(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A place in a list: anything else is no place. */
export function asIndex(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The fields without those named and without the undefined; undefined where none is left. */
export function omit(fields: JsonObject, names: readonly string[]): JsonObject | undefined {
  let rest: Record<string, Json> | undefined;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value === undefined || names.includes(name)) continue;
    rest ??= {};
    set(rest, name, value);
  }
  return rest;
}

/** A caller may call a field as it likes; only `__proto__` is not a field when it is assigned. */
function set(fields: Record<string, Json>, name: string, value: Json): void {
  if (name === '__proto__') Object.defineProperty(fields, name, { value, enumerable: true });
  else fields[name] = value;
}

/** The fields without the undefined. */
export function compact(fields: JsonObject): JsonObject {
  for (const name of Object.keys(fields)) if (fields[name] === undefined) return omit(fields, []) ?? {};
  return fields;
}

export function isEmpty(fields: JsonObject): boolean {
  for (const name in fields) if (Object.hasOwn(fields, name)) return false;
  return true;
}

/** For spreading: a field that is there only if it has a value. */
export function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one name, one value
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}

/** Whether two pieces of JSON say the same; the order of fields does not matter. */
export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((value, index) => isSame(value, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name], other[name]));
}

/** The caller sent something of the wrong shape. */
export function refuse(parameter: string, reason: string): never {
  throw new GatewayError('VE_PARAMETER_INVALID', { parameter, reason });
}

/** The upstream sent something that is not an answer. */
export function brokenAnswer(reason: string): GatewayError {
  return new GatewayError(
    'VE_UPSTREAM_PROTOCOL',
    { reason },
    { failure: { retry: 'elsewhere', health: 'failure', sent: true } },
  );
}
