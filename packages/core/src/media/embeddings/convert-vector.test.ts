import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readVector, toBase64, toFloats } from './convert-vector.ts';

const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });

test('floats come back from Base64 as they went in, bit for bit', () => {
  fc.assert(
    fc.property(floats, (values) => {
      const back = toFloats(toBase64(values));
      expect(back.length).toBe(values.length);
      back.forEach((value, index) => expect(Object.is(value, values[index])).toBe(true));
    }),
  );
});

test('Base64 is of little-endian 32-bit floats', () => {
  expect(toBase64([1, -2.5])).toBe('AACAPwAAIMA=');
  expect(toFloats('AACAPwAAIMA=')).toEqual([1, -2.5]);
});

test('what has the wanted form already is not touched', () => {
  const values = [0.1, 0.2];
  expect(toFloats(values)).toBe(values);
  expect(toBase64('AACAPw==')).toBe('AACAPw==');
});

describe('an upstream that sends something else breaks the protocol', () => {
  test.each([
    ['no embedding', () => readVector(undefined)],
    ['words in a list', () => readVector([1, 'two'])],
    ['half a float', () => toFloats('AACAPwA=')],
    ['what is no Base64', () => toFloats('!!!!!!!!!!!!!!!!')],
    ['a float that is no number', () => toFloats(toBase64([Number.NaN]))],
  ])('%s', (_, read) => {
    expect(read).toThrow(expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }));
  });
});
