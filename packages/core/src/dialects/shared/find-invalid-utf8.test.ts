import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findInvalidUtf8 } from './find-invalid-utf8.ts';

describe('findInvalidUtf8', () => {
  test('is the length of what is valid', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const bytes = Buffer.from(text);
        expect(findInvalidUtf8(bytes)).toBe(bytes.length);
      }),
    );
  });

  test('is where the longest valid beginning ends, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (text, tail) => {
          const bytes = Buffer.concat([Buffer.from(text), tail]);
          fc.pre(!isUtf8(bytes));
          let longest = 0;
          for (let end = 0; end <= bytes.length; end++) if (isUtf8(bytes.subarray(0, end))) longest = end;
          expect(findInvalidUtf8(bytes)).toBe(longest);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
