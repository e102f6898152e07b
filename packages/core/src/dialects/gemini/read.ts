import type { Json, JsonObject } from '../../protocol/json.ts';
import { objectOf, stringOf } from '../shared/read.ts';

/**
 * Google takes `max_output_tokens` for `maxOutputTokens`, as protobuf's JSON mapping demands. Undefined where there is
 * but one spelling.
 */
function toSnake(name: string): string | undefined {
  if (snakes.has(name)) return snakes.get(name);
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  snakes.set(name, snake === name ? undefined : snake);
  return snakes.get(name);
}

/** Only names that stand in our own code are asked for, over and over, for every chunk. */
const snakes = new Map<string, string | undefined>();

/** These names in both spellings, for `restOf`. */
export function spellings(...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [name, toSnake(name) ?? []].flat());
}

/** Whether `written` is this name, in either spelling. */
export function isSpelling(written: string, name: string): boolean {
  return written === name || written === toSnake(name);
}

/** A field by either of its spellings; `null` is how protobuf's JSON says that there is none. */
export function field(object: JsonObject, name: string): Json | undefined {
  const value = object[name];
  if (value !== undefined && value !== null) return value;
  const snake = toSnake(name);
  return (snake === undefined ? undefined : object[snake]) ?? undefined;
}

export function objectField(object: JsonObject, name: string): JsonObject | undefined {
  return objectOf(field(object, name));
}

/** What nearly every part is: a piece of text. Undefined where it says anything else besides. */
export function textAlone(part: JsonObject): string | undefined {
  return hasOnly(part, 'text') ? stringOf(part.text) : undefined;
}

/** Whether this is its one field. */
export function hasOnly(object: JsonObject, only: string): boolean {
  for (const name in object) if (name !== only) return false;
  return Object.hasOwn(object, only);
}
