import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../../../packages/core/src/protocol/json.ts';

/** What a request becomes on its way to an upstream. */
export interface Outcome {
  readonly body: Json;
  readonly dropped: readonly string[];
}

/** Undefined where the request is refused. */
type Send = (body: JsonObject) => Outcome | undefined;

export type Path = readonly (string | number)[];

/**
 * The paths below these fields of a request that nobody would miss: without them the same goes out, and the same is told. What is
 * told as a whole, and what a request must have, counts as heard.
 */
export function findLost(body: JsonObject, fields: readonly string[], send: Send): readonly Path[] {
  const whole = send(body);
  if (whole === undefined) return [];
  const look = (path: Path): readonly Path[] => {
    const without = send(removeAt(body, path));
    if (without !== undefined && isDeepStrictEqual(without.body, whole.body))
      return isDeepStrictEqual(without.dropped, whole.dropped) ? [path] : [];
    return namesIn(valueAt(body, path)).flatMap((name) => look([...path, name]));
  };
  return fields.flatMap((field) => look([field]));
}

function namesIn(value: Json | undefined): readonly (string | number)[] {
  if (Array.isArray(value)) return value.map((_, index) => index);
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

export function valueAt(value: Json | undefined, [name, ...rest]: Path): Json | undefined {
  if (name === undefined) return value;
  return valueAt((value as Record<string | number, Json>)[name], rest);
}

function removeAt(body: JsonObject, path: Path): JsonObject {
  const copy = structuredClone(body);
  const parent = valueAt(copy, path.slice(0, -1));
  const name = path.at(-1);
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else if (name !== undefined) delete (parent as Record<string | number, Json>)[name];
  return copy;
}
