import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventReader, type ServerEvent } from './read-events.ts';

function read(...chunks: readonly (string | Buffer)[]): readonly ServerEvent[] {
  const reader = new EventReader(1000);
  return [...chunks.flatMap((chunk) => reader.push(Buffer.from(chunk))), ...reader.end()];
}

function cut(bytes: Buffer, lengths: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return [...pieces, bytes.subarray(at)];
}

const data = (...texts: readonly string[]): readonly ServerEvent[] =>
  texts.map((text) => ({ name: undefined, data: text }));

describe('EventReader', () => {
  test.each<[string, string, readonly ServerEvent[]]>([
    ['LF', 'data: a\n\ndata: b\n\n', data('a', 'b')],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', data('a', 'b')],
    ['CR', 'data: a\r\rdata: b\r\r', data('a', 'b')],
    ['mixed line ends', 'data: a\r\n\ndata: b\n\rdata: c\r\r\n', data('a', 'b', 'c')],
    ['several lines of data', 'data: a\ndata:\ndata: b\n\n', data('a\n\nb')],
    ['comments', ': ping\n\n: x\ndata: a\n:y\n\n', data('a')],
    ['a byte order mark', '\uFEFFdata: a\n\n', data('a')],
    ['a byte order mark that is none', 'data: \uFEFFa\n\n', data('\uFEFFa')],
    ['no space, or two', 'data:a\n\ndata:  b\n\n', data('a', ' b')],
    ['empty data', 'data\n\ndata:\n\n', data('', '')],
    ['other fields', 'id: 1\nretry: 5\nwhat: x\nnothing\ndata: a\n\n', data('a')],
    ['a name', 'event: ping\ndata: a\n\ndata: b\n\n', [{ name: 'ping', data: 'a' }, ...data('b')]],
    ['a name without data', 'event: ping\n\ndata: b\n\n', data('b')],
    ['colons in data', 'data: {"a":1}\n\n', data('{"a":1}')],
    [
      'a last event without its empty line',
      'data: a\n\nevent: e\ndata: b',
      [...data('a'), { name: 'e', data: 'b' }],
    ],
    ['a last event without its second line end', 'data: b\n', data('b')],
    ['nothing', '', []],
    ['empty lines', '\n\n\r\n\r\r', []],
  ])('reads %s', (_, text, events) => {
    expect(read(text)).toEqual(events);
  });

  test('gives an event as soon as its empty line is here, also one that ends with CR', () => {
    const reader = new EventReader(100);
    expect(reader.push(Buffer.from('data: a\r\n\r'))).toEqual(data('a'));
    expect(reader.push(Buffer.from('\ndata: b\n'))).toEqual([]);
    expect(reader.push(Buffer.from('\n'))).toEqual(data('b'));
  });

  test('gives the last event only once', () => {
    const reader = new EventReader(100);
    reader.push(Buffer.from('data: a'));
    expect(reader.end()).toEqual(data('a'));
    expect(reader.end()).toEqual([]);
  });

  test('reads the same, however the bytes are cut', () => {
    const line = fc.constantFrom(
      'data: é😀',
      'data:x',
      ': ping',
      'event: n',
      'data',
      '',
      '',
      '\uFEFFdata: y',
      'id',
    );
    const text = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 30 })
      .map((lines) => lines.flat().join(''));
    fc.assert(
      fc.property(text, fc.boolean(), fc.array(fc.nat(7)), (said, hasMark, lengths) => {
        const bytes = Buffer.from((hasMark ? '\uFEFF' : '') + said);
        expect(read(...cut(bytes, lengths))).toEqual(read(bytes));
        expect(
          read(
            ...cut(
              bytes,
              Array.from({ length: bytes.length }, () => 1),
            ),
          ),
        ).toEqual(read(bytes));
      }),
    );
  });

  test('reads the same with any line end', () => {
    const text = 'event: n\ndata: a\ndata: b\n\n: c\n\ndata: d\n\n';
    expect(read(text.replaceAll('\n', '\r\n'))).toEqual(read(text));
    expect(read(text.replaceAll('\n', '\r'))).toEqual(read(text));
  });

  test.each([
    ['one long line', 'data: ' + 'x'.repeat(100)],
    ['many lines', 'data: xxxxxx\n'.repeat(10)],
    ['a long comment', ':'.repeat(101)],
  ])('throws at %s', (_, text) => {
    expect(() => new EventReader(100).push(Buffer.from(text))).toThrow('larger than 100 bytes');
    const reader = new EventReader(100);
    expect(() => {
      for (const byte of Buffer.from(text)) reader.push(Buffer.from([byte]));
    }).toThrow('larger than 100 bytes');
  });

  test('many events together may be larger than one', () => {
    expect(new EventReader(10).push(Buffer.from('data: x\n\n'.repeat(1000)))).toHaveLength(1000);
    expect(new EventReader(10).push(Buffer.from(': ping\n'.repeat(1000)))).toEqual([]);
  });

  test('takes linear time, whatever the pieces and the line ends', () => {
    const size = 4_000_000;
    const reader = new EventReader(size + 10);
    const begun = performance.now();
    const piece = Buffer.from('x'.repeat(4));
    reader.push(Buffer.from('data: '));
    for (let sent = 0; sent < size; sent += 4) reader.push(piece);
    const [event] = reader.end();
    expect(event?.data).toHaveLength(size);
    expect(new EventReader(100).push(Buffer.from('data: x\n\n'.repeat(200_000)))).toHaveLength(200_000);
    // Quadratic would be minutes.
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
