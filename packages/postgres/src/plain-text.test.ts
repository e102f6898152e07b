import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromPlain, fromPlainRow, toPlain, toPlainValue } from './plain-text.ts';

const any = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) });
const odd = fc.string({ unit: fc.constantFrom('\0', '\ufdd0', '\ud83d', '\ude00', '0', 'a', 'd') });

test('whatever a text is made of: Postgres takes it, and it comes back', () => {
  fc.assert(
    fc.property(fc.oneof(any, odd), (text) => {
      const plain = toPlain(text);
      expect(plain.isWellFormed() && !plain.includes('\0')).toBe(true);
      expect(fromPlain(plain)).toBe(text);
    }),
  );
});

test('two texts never become one', () => {
  fc.assert(
    fc.property(odd, odd, (one, other) => {
      expect(toPlain(one) === toPlain(other)).toBe(one === other);
    }),
  );
});

test('texts in lists are written so, too; what is no text stays what it is', () => {
  const bytes = Buffer.from([0]);
  expect(toPlainValue(['a\0', null, 1])).toEqual(['a\ufdd00000', null, 1]);
  expect(toPlainValue(bytes)).toBe(bytes);
  expect(fromPlainRow({ text: 'a\ufdd00000', number: 1, nothing: null, bytes })).toEqual({
    text: 'a\0',
    number: 1,
    nothing: null,
    bytes,
  });
});
