import type { Json, JsonObject } from '../../protocol/json.ts';
import { invalid, isList, isObject, missing } from './read.ts';

/**
 * Readers for what a caller sends: null is the same as left out, any other type is refused by its path. `name` is that of a
 * field at the path: the two are put together only where they are told, which matters to what every message is asked.
 */

type Value = Json | undefined;

function at(path: string, name: string | undefined): string {
  return name === undefined ? path : `${path}.${name}`;
}

export function wantString(value: Value, path: string, name?: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(at(path, name), 'it must be a string');
  return value;
}

export function wantNumber(value: Value, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(path, 'it must be a number');
  return value;
}

export function wantCount(value: Value, path: string): number | undefined {
  const number = wantNumber(value, path);
  if (number !== undefined && (number < 0 || !Number.isInteger(number)))
    throw invalid(path, 'it must be a whole number, zero or more');
  return number;
}

export function wantBoolean(value: Value, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw invalid(path, 'it must be true or false');
  return value;
}

export function wantObject(value: Value, path: string, name?: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(at(path, name), 'it must be an object');
  return value;
}

export function wantList(value: Value, path: string, name?: string): readonly Json[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isList(value)) throw invalid(at(path, name), 'it must be an array');
  return value;
}

export function wantStrings(value: Value, path: string): readonly string[] | undefined {
  return wantList(value, path)?.map((item, index) => {
    if (typeof item !== 'string') throw invalid(`${path}[${index}]`, 'it must be a string');
    return item;
  });
}

/** An object of strings. */
export function wantTexts(value: Value, path: string): Readonly<Record<string, string>> | undefined {
  const fields = wantObject(value, path);
  if (fields === undefined) return undefined;
  const texts = Object.entries(fields).map(([name, text]): [string, string] => {
    if (typeof text !== 'string') throw invalid(`${path}.${name}`, 'it must be a string');
    return [name, text];
  });
  return Object.fromEntries(texts);
}

/** A string that says something. */
export function wantName(value: Value, path: string): string | undefined {
  const name = wantString(value, path);
  if (name === '') throw invalid(path, 'it must be a string that is not empty');
  return name;
}

/** One of a few words. */
export function wantWord<Word extends string>(
  value: Value,
  words: readonly Word[],
  path: string,
): Word | undefined {
  const text = wantString(value, path);
  if (text === undefined) return undefined;
  const word = words.find((known) => known === text);
  if (word === undefined) throw invalid(path, `it must be one of ${words.join(', ')}`);
  return word;
}

/** The same, of something that must be there. */
export function need<Wanted>(value: Wanted | undefined, path: string): Wanted {
  if (value === undefined) throw missing(path);
  return value;
}
