import { GatewayError } from '../../errors.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { invalid, isList, isObject } from './read.ts';

/** Readers for what a caller sends: null is the same as left out, any other type is refused by its path. */

type Value = Json | undefined;

export function wantString(value: Value, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(path, 'it must be a string');
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

export function wantObject(value: Value, path: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(path, 'it must be an object');
  return value;
}

export function wantList(value: Value, path: string): readonly Json[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isList(value)) throw invalid(path, 'it must be an array');
  return value;
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
  if (value === undefined) throw new GatewayError('VE_PARAMETER_MISSING', { parameter: path });
  return value;
}
