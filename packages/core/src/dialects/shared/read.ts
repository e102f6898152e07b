import { GatewayError } from '../../errors.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** Guards for what comes from outside: nothing is believed to have the shape that the documentation promises. */

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function objectOf(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

/** The fields of an object; anything else has none. */
export function fieldsOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function listOf(value: unknown): readonly Json[] {
  return isList(value) ? value : [];
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A string that says something. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A number of things: never negative, never a fraction. */
export function countOf(value: unknown): number | undefined {
  const count = numberOf(value);
  return count === undefined || count < 0 ? undefined : Math.trunc(count);
}

/** A place in a list: anything else is no place. */
export function indexOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** What is JSON; undefined where it is not. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Whether two pieces of JSON say the same; the order of names does not matter, and undefined is as good as no field. */
export function isSameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (isList(one) && isList(other))
    return one.length === other.length && one.every((item, index) => isSameJson(item, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  const names = definedNames(one);
  return (
    names.length === definedNames(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSameJson(one[name], other[name]))
  );
}

function definedNames(object: JsonObject): readonly string[] {
  return Object.keys(object).filter((name) => object[name] !== undefined);
}

/** What a table of ours has under a word of somebody else's: never what every object has, `constructor` say. */
export function entryOf<Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** The fields beside the known ones; undefined where none is left. Null is the same as left out. */
export function restOf(object: JsonObject, known: readonly string[]): JsonObject | undefined {
  let rest: Record<string, Json | undefined> | undefined;
  // No list of the names is made: this is asked of every message and block, and hardly ever is there anything.
  for (const name in object) {
    const value = object[name];
    if (value === undefined || value === null || known.includes(name) || !Object.hasOwn(object, name))
      continue;
    rest ??= {};
    setOwn(rest, name, value);
  }
  return rest;
}

/** The fields with these names, as far as there are any. */
export function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return defined(Object.fromEntries(names.map((name) => [name, object[name]])));
}

type Defined<Fields> = {
  [Name in keyof Fields as undefined extends Fields[Name] ? never : Name]: Fields[Name];
} & {
  [Name in keyof Fields as undefined extends Fields[Name] ? Name : never]?: Exclude<Fields[Name], undefined>;
};

/** Without what is undefined: `exactOptionalPropertyTypes` tells a field without a value from no field. */
export function defined<Fields extends object>(fields: Fields): Defined<Fields>;
export function defined(fields: Readonly<Record<string, unknown>>): object {
  const kept: Record<string, unknown> = {};
  // As in `restOf`: no list of the names.
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined && Object.hasOwn(fields, name)) setOwn(kept, name, value);
  }
  return kept;
}

/** For spreading: a field that is there only if it has a value. */
export function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one name, one value
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}

/** Without the gaps. */
export function present<Item>(items: readonly (Item | undefined)[]): readonly Item[] {
  return items.filter((item) => item !== undefined);
}

/** As `push(...more)`, which a list of a hundred thousand is too much for: its items are put on the stack. */
export function append<Item>(list: Item[], more: readonly Item[]): void {
  for (const item of more) list.push(item);
}

export function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}

/** Undefined in place of an object without fields. */
export function filled<Fields extends object>(fields: Fields): Fields | undefined {
  return isEmpty(fields) ? undefined : fields;
}

/** A field that somebody names `__proto__` is a field like any other. */
export function setOwn<Value>(object: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}

/** Small and stable, for names that are made up. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** JSON may be nested deeper than a recursive reader's stack: that is the sender's mistake, not ours. */
export function guardDepth<Result>(read: () => Result, tooDeep: () => GatewayError): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
}

/** Something in the caller's request has the wrong type or an impossible value. */
export function invalid(parameter: string, reason: string): GatewayError {
  return new GatewayError('VE_PARAMETER_INVALID', { parameter, reason });
}

/** Something that the caller's request must have is not there. */
export function missing(parameter: string): GatewayError {
  return new GatewayError('VE_PARAMETER_MISSING', { parameter });
}

/** The upstream sent what cannot be understood: another target may do better. */
export function protocolError(reason: string): GatewayError {
  return new GatewayError(
    'VE_UPSTREAM_PROTOCOL',
    { reason },
    { failure: { retry: 'elsewhere', health: 'failure', sent: true } },
  );
}
