import type { Json, JsonObject } from '../../protocol/json.ts';
import { invalid, isList, isObject, setOwn } from '../shared/read.ts';
import { wantBoolean, wantNumber, wantObject, wantString, wantStrings } from '../shared/want.ts';
import { field, isSpelling } from './read.ts';

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
  return readObject(value, { base: path, name: undefined, index: undefined });
}

/** Where an object stands. A conversation has thousands of them, and the path of hardly any is ever told. */
interface Place {
  /** A path, or the reader of the object around. */
  readonly base: string | FieldReader;
  readonly name: string | undefined;
  readonly index: number | undefined;
}

function tell({ base, name, index }: Place): string {
  const around = typeof base === 'string' ? base : base.path;
  const path = name === undefined ? around : join(around, name);
  return index === undefined ? path : `${path}[${index}]`;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function readObject(value: Json | undefined, place: Place): Fields {
  if (!isObject(value)) throw invalid(tell(place) || 'body', 'it must be an object');
  return new Fields(value, place);
}

const none: readonly string[] = [];

class Fields implements FieldReader {
  readonly value: JsonObject;
  readonly #place: Place;
  /** Of the fields that are there. */
  #asked: readonly string[] = none;

  constructor(value: JsonObject, place: Place) {
    this.value = value;
    this.#place = place;
  }

  get path(): string {
    return tell(this.#place);
  }

  text(name: string): string | undefined {
    const given = this.json(name);
    return typeof given === 'string' ? given : wantString(given, this.#pathOf(name, given));
  }

  number(name: string): number | undefined {
    const given = this.json(name);
    // Protobuf's JSON mapping takes numbers as strings too.
    const number = typeof given === 'string' && /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given;
    return wantNumber(number, this.#pathOf(name, given));
  }

  boolean(name: string): boolean | undefined {
    const given = this.json(name);
    return wantBoolean(given, this.#pathOf(name, given));
  }

  texts(name: string): readonly string[] | undefined {
    const given = this.json(name);
    if (given === undefined) return undefined;
    return wantStrings(isList(given) ? given : [given], this.#pathOf(name, given));
  }

  json(name: string): Json | undefined {
    const given = field(this.value, name);
    if (given !== undefined) this.#asked = [...this.#asked, name];
    return given;
  }

  plain(name: string): JsonObject | undefined {
    const given = this.json(name);
    return isObject(given) ? given : wantObject(given, this.#pathOf(name, given));
  }

  object(name: string): FieldReader | undefined {
    const given = this.json(name);
    return given === undefined ? undefined : readObject(given, { base: this, name, index: undefined });
  }

  objects(name: string): readonly FieldReader[] | undefined {
    const given = this.json(name);
    if (given === undefined) return undefined;
    // The API takes a single object where a list is wanted; Google's own examples write it so.
    if (isObject(given)) return [readObject(given, { base: this, name, index: undefined })];
    if (!isList(given)) throw invalid(this.#pathOf(name, given), 'it must be a list of objects');
    return given.map((item, index) => readObject(item, { base: this, name, index }));
  }

  rest(): JsonObject | undefined {
    let rest: Record<string, Json | undefined> | undefined;
    for (const name of Object.keys(this.value)) {
      const value = this.value[name];
      if (value === undefined || value === null || this.#asked.some((asked) => isSpelling(name, asked)))
        continue;
      rest ??= {};
      setOwn(rest, name, value);
    }
    return rest;
  }

  /** Not put together for what is not there. */
  #pathOf(name: string, given: Json | undefined): string {
    return given === undefined ? '' : join(this.path, name);
  }
}
