import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, isObject, protocolError, setOwn, stringOf } from '../shared/read.ts';
import { field } from './read.ts';

type Writable = Json | undefined | Writable[] | { [name: string]: Writable };

/** Puts the arguments of one function call together, whole or in Vertex's pieces. */
export interface ArgumentAssembler {
  /** Arguments as an object: they are added to those known so far. */
  add(args: JsonObject): void;
  /** Pieces, each with the path of the value that it belongs to. */
  addPartial(list: Json | undefined): void;
  result(): JsonObject;
}

/** Far more than any call has; a path beyond it is nonsense that would fill the memory. */
const longestList = 10_000;

export function assembleArguments(): ArgumentAssembler {
  const root: { [name: string]: Writable } = {};
  /** Texts that are told to go on: the next piece at the same path is added to them. */
  const unfinished = new Set<string>();
  const addPiece = (piece: JsonObject): void => {
    const path = stringOf(field(piece, 'jsonPath'));
    if (path === undefined) throw protocolError('a piece of arguments without a path');
    const steps = readPath(path);
    const text = stringOf(field(piece, 'stringValue'));
    if (text === undefined) put(root, steps, readScalar(piece));
    else {
      const before = unfinished.has(path) ? at(root, steps) : undefined;
      put(root, steps, typeof before === 'string' ? before + text : text);
    }
    if (field(piece, 'willContinue') === true) unfinished.add(path);
    else unfinished.delete(path);
  };
  return {
    add(args) {
      for (const [name, value] of Object.entries(args)) put(root, [name], structuredClone(value));
    },
    addPartial(list) {
      if (list === undefined) return;
      if (!isList(list)) throw protocolError('partialArgs must be a list');
      for (const piece of list) {
        if (!isObject(piece)) throw protocolError('a piece of arguments must be an object');
        addPiece(piece);
      }
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only JSON values were put in
    result: () => root as JsonObject,
  };
}

function readScalar(piece: JsonObject): Json | undefined {
  // `nullValue` is the word "NULL_VALUE", or null itself; a piece with no value at all only makes the place known.
  for (const name of ['numberValue', 'boolValue']) {
    const value = field(piece, name);
    if (value !== undefined) return value;
  }
  return 'nullValue' in piece || 'null_value' in piece ? null : undefined;
}

/** `$.recipe.ingredients[0].name`, `$['odd name']`, `$["x"][2]`. */
function readPath(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  const step = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/gy;
  step.lastIndex = path.startsWith('$') ? 1 : 0;
  const dotted = path.startsWith('$') || path.startsWith('[') ? path : `.${path}`;
  while (step.lastIndex < dotted.length) {
    const match = step.exec(dotted);
    if (match === null) throw protocolError('a piece of arguments with a path that cannot be read');
    const [, name, index, single, double] = match;
    const quoted = single ?? double;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? quoted?.replace(/\\(.)/g, '$1') ?? '');
  }
  if (typeof steps[0] !== 'string') throw protocolError('a piece of arguments that has no name');
  return steps;
}

function at(root: Writable, steps: readonly (string | number)[]): Writable {
  let place = root;
  for (const step of steps) place = child(place, step);
  return place;
}

function child(place: Writable, step: string | number): Writable {
  if (typeof place !== 'object' || place === null || !Object.hasOwn(place, step)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- lists and objects are both read by name
  return (place as Record<string | number, Writable>)[step];
}

function put(root: Writable, steps: readonly (string | number)[], value: Json | undefined): void {
  let place = root;
  for (const [depth, step] of steps.entries()) {
    const isLast = depth === steps.length - 1;
    const there = child(place, step);
    const wantsList = typeof steps[depth + 1] === 'number';
    const fits = typeof there === 'object' && there !== null && Array.isArray(there) === wantsList;
    // A value of the wrong kind in the way is replaced: the later piece knows better.
    const next = isLast ? (value === undefined ? there : value) : fits ? there : wantsList ? [] : {};
    if (next !== there) setAt(place, step, next);
    place = next;
  }
}

function setAt(place: Writable, step: string | number, value: Writable): void {
  if (Array.isArray(place)) {
    if (typeof step !== 'number' || step > longestList)
      throw protocolError('a piece of arguments with an impossible path');
    while (place.length < step) place.push(null);
    place[step] = value;
  } else if (typeof place === 'object' && place !== null) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- objects here are all our own
    setOwn(place as { [name: string]: Writable }, String(step), value);
  }
}
