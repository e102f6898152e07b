import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { countOf, defined, isSameJson, parseJson, restOf } from './read.ts';

const hidden = parseJson('{"__proto__":{"a":1},"known":2}') as JsonObject;

describe('restOf', () => {
  test('is what is under none of the names, without nulls', () => {
    expect(restOf({ a: 1, b: null, c: undefined, d: false }, ['a'])).toEqual({ d: false });
  });

  test('is undefined where nothing is left', () => {
    expect(restOf({ a: 1, b: null }, ['a'])).toBeUndefined();
  });

  test('keeps a field of the name __proto__ as a field', () => {
    expect(JSON.stringify(restOf(hidden, ['known']))).toBe('{"__proto__":{"a":1}}');
    expect(JSON.stringify(defined({ ...hidden, gone: undefined }))).toBe(JSON.stringify(hidden));
  });
});

describe('isSameJson', () => {
  test('tells JSON from other JSON as its text does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [a, b] = [one, other].map((value) => JSON.parse(JSON.stringify(value)) as Json);
        expect(isSameJson(a, a)).toBe(true);
        expect(isSameJson(a, b)).toBe(isDeepStrictEqual(a, b));
      }),
    );
  });

  test.each<[string, JsonObject, JsonObject, boolean]>([
    ['another order of names', { a: 1, b: [2] }, { b: [2], a: 1 }, true],
    ['undefined in place of no field', { a: 1, b: undefined }, { a: 1 }, true],
    ['null in place of no field', { a: 1, b: null }, { a: 1 }, false],
    ['another order of items', { a: [1, 2] }, { a: [2, 1] }, false],
    ['a name that every object inherits', { toString: {} }, { other: {} }, false],
    ['another __proto__', hidden, { known: 2 }, false],
  ])('%s', (_, one, other, isSame) => {
    expect(isSameJson(one, other)).toBe(isSame);
    expect(isSameJson(other, one)).toBe(isSame);
  });
});

test.each<[unknown, number | undefined]>([
  [3, 3],
  [2.9, 2],
  [-1, undefined],
  [Number.NaN, undefined],
  ['3', undefined],
  [null, undefined],
])('countOf %j is %j', (value, count) => {
  expect(countOf(value)).toBe(count);
});
