import type { Json, JsonObject } from '../../protocol/json.ts';
import { field, invalid, isList, isObject, spellings, without } from './read.ts';

/** Reads one object of a caller's request: fields by either spelling, wrong types refused with their path. */
export interface FieldReader {
  readonly path: string;
  readonly value: JsonObject;
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  boolean(name: string): boolean | undefined;
  texts(name: string): readonly string[] | undefined;
  json(name: string): Json | undefined;
  plain(name: string): JsonObject | undefined;
  object(name: string): FieldReader | undefined;
  objects(name: string): readonly FieldReader[] | undefined;
  /** What none of the calls so far has asked for. */
  rest(): JsonObject | undefined;
}

export function readFields(value: Json | undefined, path: string): FieldReader {
  if (!isObject(value)) throw invalid(path || 'body', 'must be an object');
  const asked: string[] = [];
  const pathOf = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const take = (name: string): Json | undefined => {
    asked.push(name);
    return field(value, name);
  };
  const typed = <Type extends Json>(name: string, is: (v: Json) => v is Type, what: string) => {
    const given = take(name);
    if (given === undefined || is(given)) return given;
    throw invalid(pathOf(name), `must be ${what}`);
  };
  return {
    path,
    value,
    text: (name) => typed(name, (v) => typeof v === 'string', 'a string'),
    number(name) {
      const given = take(name);
      // Protobuf's JSON mapping takes numbers as strings too.
      const number = typeof given === 'string' && /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given;
      if (number === undefined || (typeof number === 'number' && Number.isFinite(number))) return number;
      throw invalid(pathOf(name), 'must be a number');
    },
    boolean: (name) => typed(name, (v) => typeof v === 'boolean', 'true or false'),
    texts(name) {
      const given = take(name);
      if (given === undefined) return undefined;
      const list = isList(given) ? given : [given];
      return list.map((item, index) => {
        if (typeof item === 'string') return item;
        throw invalid(`${pathOf(name)}[${index}]`, 'must be a string');
      });
    },
    json: take,
    plain: (name) => typed(name, isObject, 'an object'),
    object(name) {
      const given = take(name);
      return given === undefined ? undefined : readFields(given, pathOf(name));
    },
    objects(name) {
      const given = take(name);
      if (given === undefined) return undefined;
      // The API takes a single object where a list is wanted; Google's own examples write it so.
      if (isObject(given)) return [readFields(given, pathOf(name))];
      if (!isList(given)) throw invalid(pathOf(name), 'must be a list of objects');
      return given.map((item, index) => readFields(item, `${pathOf(name)}[${index}]`));
    },
    rest: () => without(value, spellings(...asked)),
  };
}
