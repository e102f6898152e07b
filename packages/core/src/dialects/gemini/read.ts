import { GatewayError } from '../../errors.ts';
import type { Extra } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function readText(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A number of things: what is negative or no number counts as not told. */
export function readCount(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Google takes `max_output_tokens` for `maxOutputTokens`, as protobuf's JSON mapping demands. */
function toSnake(name: string): string {
  let snake = snakes.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakes.set(name, snake);
  }
  return snake;
}

/** Only names that stand in our own code are asked for, over and over, for every chunk. */
const snakes = new Map<string, string>();

/** These names in both spellings, for `without`. */
export function spellings(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [name, toSnake(name)]));
}

/** A field by either of its spellings; `null` is how protobuf's JSON says that there is none. */
export function field(object: JsonObject, name: string): Json | undefined {
  const value = object[name] ?? object[toSnake(name)];
  return value === null ? undefined : value;
}

export function objectField(object: JsonObject, name: string): JsonObject | undefined {
  const value = field(object, name);
  return isObject(value) ? value : undefined;
}

/** What is under none of these names; undefined where nothing is left. */
export function without(object: JsonObject, taken: ReadonlySet<string>): JsonObject | undefined {
  let rest: Record<string, Json | undefined> | undefined;
  for (const name of Object.keys(object)) {
    if (taken.has(name) || object[name] === undefined) continue;
    rest ??= {};
    setOwn(rest, name, object[name]);
  }
  return rest;
}

/** The fields that have a value: `exactOptionalPropertyTypes` tells a field without one from no field. */
export function known<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) setOwn(given, name, value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same fields, without the undefined ones
  return given as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}

/** A field that somebody names `__proto__` is a field like any other. */
export function setOwn<Value>(object: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}

/** `extra` with these fields under `gemini`; nothing where there are none. */
export function ownExtra(fields: JsonObject | undefined): { extra?: Extra } {
  const given = fields === undefined ? {} : known(fields);
  return Object.keys(given).length === 0 ? {} : { extra: { gemini: given } };
}

/** What `extra` holds for this dialect, below a name if one is given. */
export function fromExtra(extra: Extra | undefined, name?: string): JsonObject {
  const own = extra?.gemini ?? {};
  if (name === undefined) return own;
  const part = own[name];
  return isObject(part) ? part : {};
}

/** Equal as JSON, whatever the order of names. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((value, index) => isSame(value, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(known(a));
  return (
    names.length === Object.keys(known(b)).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}

export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Something in the caller's request has the wrong type or an impossible value. */
export function invalid(parameter: string, reason: string): GatewayError {
  return new GatewayError('VE_PARAMETER_INVALID', { parameter, reason });
}

/** The upstream answered with what this dialect does not allow. */
export function protocolError(reason: string): GatewayError {
  return new GatewayError(
    'VE_UPSTREAM_PROTOCOL',
    { reason: `Gemini: ${reason}` },
    { failure: { retry: 'elsewhere', health: 'failure', sent: true } },
  );
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
