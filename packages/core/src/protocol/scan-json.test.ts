import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonSyntaxError, scanJsonObject } from './scan-json.ts';

/** JSON as people and programs write it: any value, with or without white space, any character escaped or not. */
const jsonObject = fc
  .tuple(
    fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' })),
    fc.constantFrom(0, 1, '\t', '\r\n '),
    fc.boolean(),
  )
  .map(([value, space, escaped]) => {
    const plain = JSON.stringify(value, null, space);
    return escaped ? escapeAll(plain) : plain;
  });

/** Letters inside strings as `\u` escapes. A letter after a backslash is part of an escape already. */
function escapeAll(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, (text) =>
    text.replace(/\\u.{4}|\\.|[a-z]/g, (piece) =>
      piece.length > 1 ? piece : `\\u${piece.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function failureOf(bytes: Buffer): JsonSyntaxError | undefined {
  try {
    scanJsonObject(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
}

const names = (text: string): string[] => scanJsonObject(Buffer.from(text)).map(({ key }) => key);

const nest = (depth: number): Buffer => Buffer.from(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);

describe('scanJsonObject', () => {
  test('finds the members that JSON.parse finds, and their values', () => {
    fc.assert(
      fc.property(jsonObject, (text) => {
        const bytes = Buffer.from(text);
        const members = scanJsonObject(bytes).map(({ key, start, end }): [string, unknown] => [
          key,
          JSON.parse(bytes.toString('utf8', start, end)),
        ]);
        expect(Object.fromEntries(members)).toEqual(JSON.parse(text));
        expect(members.map(([key]) => key).toSorted()).toEqual(Object.keys(JSON.parse(text)).toSorted());
      }),
      { numRuns: 300 },
    );
  });

  test('accepts what JSON.parse accepts, and nothing else', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\\u00',
      'e',
      'E',
      '+',
      '-',
      '.',
      '0',
      '1',
      '9',
      't',
      'true',
      'nul',
      'null',
      ' ',
      '\n',
      '\f',
      '\u00a0',
      '\ufeff',
      '/',
      "'",
      '"a":1',
      '{}',
      '\u0000',
    );
    const mutation = fc.record({ at: fc.nat(), remove: fc.nat(3), piece: fc.option(pieces) });
    fc.assert(
      fc.property(jsonObject, fc.array(mutation, { minLength: 1, maxLength: 3 }), (valid, mutations) => {
        let text = valid;
        for (const { at, remove, piece } of mutations) {
          const index = at % (text.length + 1);
          text = text.slice(0, index) + (piece ?? '') + text.slice(index + remove);
        }
        // Halves of surrogate pairs, which mutation may leave, do not survive UTF-8: both see the same characters.
        const bytes = Buffer.from(text);
        expect(failureOf(bytes) === undefined).toBe(parseObject(bytes.toString()) !== undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test('points at a byte that can never be right, wherever it stands', () => {
    fc.assert(
      fc.property(jsonObject, fc.nat(), (text, index) => {
        const bytes = Buffer.from(text);
        const at = index % (bytes.length + 1);
        const broken = Buffer.concat([bytes.subarray(0, at), Buffer.from([1]), bytes.subarray(at)]);
        expect(failureOf(broken)?.position).toBe(at);
      }),
      { numRuns: 500 },
    );
  });

  test('points at the end of a text that breaks off', () => {
    fc.assert(
      fc.property(jsonObject, fc.nat(), (text, index) => {
        const bytes = Buffer.from(text.trimEnd());
        const at = index % bytes.length;
        const failure = failureOf(bytes.subarray(0, at));
        expect(failure?.position).toBe(at);
        expect(failure?.message).toMatch(/^the text ends here|^the string does not end/);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['{"a":01}', 6],
    ['{"a":-}', 6],
    ['{"a":1.}', 7],
    ['{"a":1e+}', 8],
    ['{"a":tru}', 8],
    ['{"a":"\\x"}', 7],
    ['{"a":"\\u12g4"}', 10],
    ['{"a":"\\u12\u00204"}', 10],
    ['{"a":"\n"}', 6],
    ['{"a":1,}', 7],
    ['{"a":[1,]}', 8],
    ['{"a":[1}', 7],
    ['{"a":{"b":1]}', 11],
    ['{,}', 1],
    ['{a:1}', 1],
    ['{"a" 1}', 5],
    ['{} {}', 3],
    ['[]', 0],
    ['"text"', 0],
    ['', 0],
    ['\ufeff{}', 0],
  ])('%s is wrong at byte %i', (text, position) => {
    expect(failureOf(Buffer.from(text))?.position).toBe(position);
  });

  test('counts positions in bytes, not in characters', () => {
    expect(failureOf(Buffer.from('{"\u{1f600}":!}'))?.position).toBe(8);
  });

  test('reads escaped member names, and keeps every character of plain ones', () => {
    expect(names('{"mod\\u0065l":1,"\\"":2,"a\\/b":3}')).toEqual(['model', '"', 'a/b']);
    expect(names('{"\ufeffmodel":1}')).toEqual(['\ufeffmodel']);
  });

  test('tells of a member that comes twice both times', () => {
    expect(scanJsonObject(Buffer.from('{"a":1,"a":2}'))).toEqual([
      { key: 'a', start: 5, end: 6 },
      { key: 'a', start: 11, end: 12 },
    ]);
  });

  test('takes 512 levels below the top, and points at the bracket that opens one more', () => {
    expect(scanJsonObject(nest(512))).toHaveLength(1);
    expect(failureOf(nest(513))).toMatchObject({ position: 5 + 512, message: 'nesting is deeper than 512' });
    expect(failureOf(Buffer.from('{"a":'.repeat(100_000)))?.position).toBe(5 * 513);
  });
});
