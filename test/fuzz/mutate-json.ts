import type { Json, JsonObject } from '../../packages/core/src/protocol/json.ts';
import { isList, isObject } from './read.ts';

/** Where a value is: the names and places on the way to it. */
export type Path = readonly (string | number)[];

/** The longest path: what is nested deeper is there to be deep, not to be changed. */
const longest = 12;

/** The paths to the values within this one. */
export function pathsIn(value: Json | undefined, before: Path = []): readonly Path[] {
  if (before.length === longest) return [];
  return membersOf(value).flatMap(([name, member]) => {
    const path = [...before, name];
    return [path, ...pathsIn(member, path)];
  });
}

function membersOf(value: Json | undefined): readonly (readonly [string | number, Json | undefined])[] {
  if (isList(value)) return [...value.entries()];
  return isObject(value) ? Object.entries(value) : [];
}

export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  return valueAt(membersOf(value).find(([one]) => one === name)?.[1], rest);
}

/** Another value, with another value there; undefined: with none. */
export function replaceAt(value: Json | undefined, path: Path, next: Json | undefined): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return next;
  const members = membersOf(value)
    .map(([one, member]) => [one, one === name ? replaceAt(member, rest, next) : member] as const)
    .filter(([, member]) => member !== undefined);
  return isList(value) ? members.map(([, member]) => member ?? null) : toObject(members);
}

function toObject(members: readonly (readonly [string | number, Json | undefined])[]): JsonObject {
  // Not `fromEntries` of a plain assignment: a member may be called `__proto__`.
  return Object.fromEntries(members.map(([name, member]) => [String(name), member]));
}
