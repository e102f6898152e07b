import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArrayStreamReader } from './read-array-stream.ts';

function read(chunks: readonly (string | Buffer)[], limit = 1000): readonly string[] {
  const reader = new ArrayStreamReader(limit);
  return [...chunks.flatMap((chunk) => reader.push(Buffer.from(chunk))), ...reader.end()];
}

function parsed(chunks: readonly Buffer[]): readonly unknown[] {
  return read(chunks, 100_000).map((text) => JSON.parse(text) as unknown);
}

describe('ArrayStreamReader', () => {
  test.each<[string, string, readonly string[]]>([
    ['elements', '[{"a":1},\n{"b":2}]', ['{"a":1}', '{"b":2}']],
    ["Google's line ends", '[{\n  "a": 1\n}\n,\r\n{\n  "b": 2\n}\n]\n', ['{\n  "a": 1\n}', '{\n  "b": 2\n}']],
    ['nesting', '[{"a":[{"b":[]},{}]}]', ['{"a":[{"b":[]},{}]}']],
    [
      'brackets and quotes in strings',
      String.raw`[{"a":"]}\"[{\\"},{"b":"\\\""}]`,
      [String.raw`{"a":"]}\"[{\\"}`, String.raw`{"b":"\\\""}`],
    ],
    ['an empty array', ' [ ] ', []],
    ['an object alone', '{"error":{}}\n', ['{"error":{}}']],
    ['an array without its end', '[{"a":1},', ['{"a":1}']],
    ['nothing', '', []],
  ])('reads %s', (_, text, elements) => {
    expect(read([text])).toEqual(elements);
  });

  test('gives an element as soon as it is whole', () => {
    const reader = new ArrayStreamReader(100);
    expect(reader.push(Buffer.from('[{"a":1'))).toEqual([]);
    expect(reader.push(Buffer.from('}'))).toEqual(['{"a":1}']);
    expect(reader.push(Buffer.from(',{}'))).toEqual(['{}']);
  });

  test('reads any objects, however the bytes are cut', () => {
    const objects = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(
        objects,
        fc.constantFrom(undefined, 1, 2),
        fc.array(fc.nat(9)),
        (elements, indent, lengths) => {
          const bytes = Buffer.from(JSON.stringify(elements, undefined, indent));
          const pieces: Buffer[] = [];
          let at = 0;
          for (const length of lengths) {
            pieces.push(bytes.subarray(at, at + length));
            at += length;
          }
          const wanted = JSON.parse(bytes.toString()) as unknown;
          expect(parsed([...pieces, bytes.subarray(at)])).toEqual(wanted);
          expect(parsed(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(wanted);
        },
      ),
    );
  });

  test.each(['x', '[1]', '["a"]', '[[]]', '[{}{}]', '[,{}]', '[]{}', '[]]', '{}{}', '<html>'])(
    'refuses %s',
    (text) => {
      expect(() => read([text])).toThrow('not an array of objects');
    },
  );

  test('throws where the stream ends inside an element', () => {
    expect(() => read(['[{"a":1},{"b":'])).toThrow('ended inside an element');
  });

  test('throws at an element larger than the limit, in whatever pieces', () => {
    const text = `[{"a":"${'x'.repeat(100)}"}]`;
    expect(() => read([text], 100)).toThrow('larger than 100 bytes');
    expect(() => read(Array.from(text), 100)).toThrow('larger than 100 bytes');
    expect(read(['[', '{"a":1},'.repeat(1000), '{}]'], 10)).toHaveLength(1001);
  });

  test('takes linear time, whatever the pieces', () => {
    const reader = new ArrayStreamReader(5_000_000);
    const begun = performance.now();
    reader.push(Buffer.from('[{"a":"'));
    const piece = Buffer.from('xxxx');
    for (let sent = 0; sent < 4_000_000; sent += 4) reader.push(piece);
    expect(reader.push(Buffer.from('"}'))[0]).toHaveLength(4_000_008);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
