import type { Json, JsonObject } from '../../protocol/json.ts';
import { invalid, isList, isObject } from '../shared/read.ts';
import { wantObject, wantString } from '../shared/want.ts';
import { field } from './read.ts';

interface Whereabouts {
  /** What is around it; the body where it is undefined. */
  readonly around: { readonly path: string } | undefined;
  readonly name: string;
  /** Where the name is that of a list. */
  readonly index: number | undefined;
  readonly place: readonly [content: number, part: number];
}

/**
 * A content, a part of one, or an object in a part. A conversation has thousands of them: their paths are put together
 * only where something is wrong.
 */
export class Placed {
  readonly value: JsonObject;
  /** The content's number in the conversation, and the part's in the content. */
  readonly place: readonly [content: number, part: number];
  readonly #around: { readonly path: string } | undefined;
  readonly #name: string;
  readonly #index: number | undefined;

  constructor(value: Json, { around, name, index, place }: Whereabouts) {
    if (!isObject(value)) throw invalid(tell({ around, name, index }), 'it must be an object');
    this.value = value;
    this.place = place;
    this.#around = around;
    this.#name = name;
    this.#index = index;
  }

  get path(): string {
    return tell({ around: this.#around, name: this.#name, index: this.#index });
  }
}

function tell({ around, name, index }: Omit<Whereabouts, 'place'>): string {
  const path = around === undefined ? name : `${around.path}.${name}`;
  return index === undefined ? path : `${path}[${index}]`;
}

/** An object of the body itself, under its name there. */
export function placeField(value: Json, name: string): Placed {
  return new Placed(value, { around: undefined, name, index: undefined, place: [0, 0] });
}

/** The API takes one object alone where a list of them is wanted; Google's own examples write it so. */
export function readList(given: Json, name: string): readonly Placed[] {
  const list = isObject(given) ? [given] : given;
  if (!isList(list)) throw invalid(name, 'it must be a list of objects');
  return list.map((value, index) => new Placed(value, { around: undefined, name, index, place: [index, 0] }));
}

/** The `parts` of a content, which has this number; or of a function's result. */
export function readParts(around: Placed, content: number): readonly Placed[] {
  const given = field(around.value, 'parts') ?? [];
  const list = isObject(given) ? [given] : given;
  if (!isList(list)) throw invalid(`${around.path}.parts`, 'it must be a list of objects');
  return list.map(
    (value, index) => new Placed(value, { around, name: 'parts', index, place: [content, index] }),
  );
}

export function objectIn(around: Placed, name: string): Placed | undefined {
  const given = field(around.value, name);
  return given === undefined
    ? undefined
    : new Placed(given, { around, name, index: undefined, place: around.place });
}

/** An object of which nothing is read: it is given on as it is. */
export function plainIn(around: Placed, name: string): JsonObject | undefined {
  const given = field(around.value, name);
  return given === undefined || isObject(given) ? given : wantObject(given, around.path, name);
}

export function textIn(around: Placed, name: string): string | undefined {
  const given = field(around.value, name);
  return given === undefined || typeof given === 'string' ? given : wantString(given, around.path, name);
}
