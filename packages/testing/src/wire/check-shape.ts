import { isJsonObject, type JsonObject } from './read-json.ts';
import type { NumberShape, RecordShape, Shape } from './shape.ts';

/** A field's name, a place in a list, or the tag by which a kind was chosen (which only some vendors put in their paths). */
export type PathStep = string | number | { readonly tag: string };

/** A step as text; the tag where it is one. */
export function nameStep(step: PathStep | undefined): string {
  if (step === undefined) return '';
  return typeof step === 'object' ? step.tag : String(step);
}

/** The first thing that is wrong about a value, before any vendor's words. */
export interface ShapeProblem {
  readonly path: readonly PathStep[];
  readonly problem:
    | { readonly type: 'missing' }
    | { readonly type: 'unknown-field' }
    | { readonly type: 'wrong-type'; readonly expected: Expected }
    | { readonly type: 'not-one-of'; readonly expected: readonly string[] }
    | { readonly type: 'wrong-tag'; readonly tag: string; readonly expected: readonly string[] }
    | { readonly type: 'no-match'; readonly pattern: string }
    | { readonly type: 'too-small' | 'too-large' | 'too-long'; readonly limit: number }
    /** A union has none of its fields, or several. */
    | { readonly type: 'not-one-field'; readonly count: number };
  readonly value: unknown;
}

export type Expected = 'text' | 'number' | 'whole' | 'flag' | 'list' | 'record';

export function checkShape(
  value: unknown,
  shape: Shape,
  path: readonly PathStep[] = [],
): ShapeProblem | undefined {
  const wrong = (problem: ShapeProblem['problem']): ShapeProblem => ({ path, problem, value });
  switch (shape.type) {
    case 'any':
      return undefined;
    case 'flag':
      return typeof value === 'boolean' ? undefined : wrong({ type: 'wrong-type', expected: 'flag' });
    case 'text':
      if (typeof value !== 'string') return wrong({ type: 'wrong-type', expected: 'text' });
      if (shape.oneOf?.includes(value) === false) return wrong({ type: 'not-one-of', expected: shape.oneOf });
      if (shape.pattern?.test(value) === false) {
        return wrong({ type: 'no-match', pattern: shape.pattern.source });
      }
      if (value.length > (shape.longest ?? value.length)) {
        return wrong({ type: 'too-long', limit: shape.longest ?? 0 });
      }
      return undefined;
    case 'number':
      return checkNumber(value, shape, path);
    case 'list':
      if (!Array.isArray(value)) return wrong({ type: 'wrong-type', expected: 'list' });
      return first(value.entries(), ([index, item]) => checkShape(item, shape.of, [...path, index]));
    case 'record':
      return isJsonObject(value)
        ? checkRecord(value, shape, path)
        : wrong({ type: 'wrong-type', expected: 'record' });
    case 'tagged':
      return checkTagged(value, shape, path);
    case 'either': {
      const kind = shape.of.find((option) => isOfKind(value, option)) ?? shape.of[0];
      return kind === undefined ? undefined : checkShape(value, kind, path);
    }
    case 'nullable':
      return value === null ? undefined : checkShape(value, shape.of, path);
    default:
      return checkShape(value, shape.shape(), path);
  }
}

function checkNumber(
  value: unknown,
  shape: NumberShape,
  path: readonly PathStep[],
): ShapeProblem | undefined {
  const wrong = (problem: ShapeProblem['problem']): ShapeProblem => ({ path, problem, value });
  if (typeof value !== 'number') {
    return wrong({ type: 'wrong-type', expected: shape.whole === true ? 'whole' : 'number' });
  }
  if (shape.whole === true && !Number.isInteger(value)) {
    return wrong({ type: 'wrong-type', expected: 'whole' });
  }
  if (shape.least !== undefined && value < shape.least) {
    return wrong({ type: 'too-small', limit: shape.least });
  }
  if (shape.most !== undefined && value > shape.most) return wrong({ type: 'too-large', limit: shape.most });
  return undefined;
}

function checkRecord(
  value: JsonObject,
  shape: RecordShape,
  path: readonly PathStep[],
): ShapeProblem | undefined {
  const missing = shape.required.find((name) => value[name] === undefined);
  if (missing !== undefined)
    return { path: [...path, missing], problem: { type: 'missing' }, value: undefined };
  const problem = first(Object.entries(value), ([name, item]) => {
    const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : shape.rest;
    if (field !== undefined) return checkShape(item, field, [...path, name]);
    return { path: [...path, name], problem: { type: 'unknown-field' as const }, value: item };
  });
  if (problem !== undefined || !shape.isUnion) return problem;
  const count = Object.keys(value).length;
  return count === 1 ? undefined : { path, problem: { type: 'not-one-field', count }, value };
}

function checkTagged(
  value: unknown,
  shape: Extract<Shape, { type: 'tagged' }>,
  path: readonly PathStep[],
): ShapeProblem | undefined {
  if (!isJsonObject(value)) return { path, problem: { type: 'wrong-type', expected: 'record' }, value };
  const tag = value[shape.tag] ?? shape.usual;
  if (tag === undefined) {
    return { path: [...path, shape.tag], problem: { type: 'missing' }, value: undefined };
  }
  const kind = typeof tag === 'string' && Object.hasOwn(shape.of, tag) ? shape.of[tag] : undefined;
  if (kind === undefined || typeof tag !== 'string') {
    const expected = Object.keys(shape.of);
    return { path, problem: { type: 'wrong-tag', tag: shape.tag, expected }, value: tag };
  }
  return checkShape(value, kind, [...path, { tag }]);
}

function isOfKind(value: unknown, shape: Shape): boolean {
  switch (shape.type) {
    case 'text':
      return typeof value === 'string';
    case 'list':
      return Array.isArray(value);
    case 'record':
    case 'tagged':
      return isJsonObject(value);
    case 'number':
      return typeof value === 'number';
    default:
      return false;
  }
}

function first<Item>(
  items: Iterable<Item>,
  check: (item: Item) => ShapeProblem | undefined,
): ShapeProblem | undefined {
  for (const item of items) {
    const problem = check(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
