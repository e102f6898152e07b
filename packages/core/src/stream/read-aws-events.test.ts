import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AwsEvent, AwsEventReader } from './read-aws-events.ts';
import { readAwsHeaders } from './read-aws-headers.ts';

function number(bytes: 1 | 2 | 4, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

function header(name: string, type: number, value: Buffer): Buffer {
  return Buffer.concat([number(1, Buffer.byteLength(name)), Buffer.from(name), number(1, type), value]);
}

function text(name: string, value: string): Buffer {
  const bytes = Buffer.from(value);
  return header(name, 7, Buffer.concat([number(2, bytes.length), bytes]));
}

function frame(headers: readonly Buffer[], payload: string): Buffer {
  const all = Buffer.concat(headers);
  const body = Buffer.from(payload);
  const prelude = Buffer.concat([number(4, 16 + all.length + body.length), number(4, all.length)]);
  const start = Buffer.concat([prelude, number(4, crc32(prelude)), all, body]);
  return Buffer.concat([start, number(4, crc32(start))]);
}

function event(name: string, payload: string): Buffer {
  const type = text(':content-type', 'application/json');
  return frame([text(':event-type', name), type, text(':message-type', 'event')], payload);
}

function read(chunks: readonly Buffer[], limit = 100_000): readonly AwsEvent[] {
  const reader = new AwsEventReader(limit);
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
}

function singly(bytes: Buffer): readonly Buffer[] {
  return Array.from(bytes, (byte) => Buffer.from([byte]));
}

describe('AwsEventReader', () => {
  test('reads events, exceptions and errors', () => {
    const frames = [
      event('messageStart', '{"role":"assistant"}'),
      frame(
        [text(':message-type', 'exception'), text(':exception-type', 'throttlingException')],
        '{"message":"é"}',
      ),
      frame(
        [text(':message-type', 'error'), text(':error-code', 'InternalFailure'), text(':error-message', 'm')],
        '',
      ),
      event('empty', ''),
    ];
    expect(read([Buffer.concat(frames)])).toEqual([
      { type: 'event', name: 'messageStart', data: '{"role":"assistant"}' },
      { type: 'exception', name: 'throttlingException', data: '{"message":"é"}' },
      { type: 'error', name: 'InternalFailure', data: '{"message":"m"}' },
      { type: 'event', name: 'empty', data: '' },
    ]);
  });

  test('headers of every type are read', () => {
    const eight = Buffer.from('ffffffffffffffff', 'hex');
    const headers = readAwsHeaders(
      Buffer.concat([
        header('yes', 0, Buffer.alloc(0)),
        header('no', 1, Buffer.alloc(0)),
        header('byte', 2, Buffer.from([0xff])),
        header('short', 3, Buffer.from([0xff, 0xfe])),
        header('int', 4, number(4, 70_000)),
        header('long', 5, eight),
        header('bytes', 6, Buffer.from([0, 2, 1, 2])),
        text('text', 'é'),
        header('time', 8, Buffer.from('0000018000000000', 'hex')),
        header('uuid', 9, Buffer.alloc(16, 0xab)),
      ]),
    );
    expect(Object.fromEntries(headers)).toEqual({
      yes: true,
      no: false,
      byte: -1,
      short: -2,
      int: 70_000,
      long: -1n,
      bytes: Buffer.from([1, 2]),
      text: 'é',
      time: 0x1_80_00_00_00_00n,
      uuid: 'ab'.repeat(16),
    });
  });

  test('reads the same, however the bytes are cut', () => {
    const one = fc.tuple(fc.string(), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 5 }), fc.array(fc.nat(40)), (said, lengths) => {
        const bytes = Buffer.concat(said.map(([name, payload]) => event(name, payload)));
        const pieces: Buffer[] = [];
        let at = 0;
        for (const length of lengths) {
          pieces.push(bytes.subarray(at, at + length));
          at += length;
        }
        const wanted = said.map(([name, data]) => ({ type: 'event', name, data }));
        expect(read([...pieces, bytes.subarray(at)])).toEqual(wanted);
        expect(read(singly(bytes))).toEqual(wanted);
      }),
    );
  });

  test('any one bit that is wrong is found', () => {
    const whole = event('contentBlockDelta', '{"delta":{"text":"Hello"}}');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
        const broken = Buffer.from(whole);
        broken.writeUInt8(broken.readUInt8(at) ^ (1 << bit), at);
        expect(() => read([broken])).toThrow(/checksum/);
        expect(() => read(singly(broken))).toThrow(/checksum/);
      }),
    );
  });

  test('a length is not believed before its checksum', () => {
    const prelude = Buffer.concat([number(4, 0xff_ff_ff), number(4, 0), number(4, 1)]);
    expect(() => new AwsEventReader(100).push(prelude)).toThrow('checksum of a message prelude');
  });

  test('a message larger than the limit is refused by its prelude', () => {
    const whole = event('e', 'x'.repeat(200));
    const reader = new AwsEventReader(200);
    expect(reader.push(whole.subarray(0, 11))).toEqual([]);
    expect(() => reader.push(whole.subarray(11, 12))).toThrow('larger than 200 bytes');
    expect(read([whole], whole.length)).toHaveLength(1);
  });

  test.each([
    ['headers longer than the message', [number(4, 20), number(4, 10)]],
    ['a message shorter than a prelude', [number(4, 8), number(4, 0)]],
  ])('%s are refused', (_, lengths) => {
    const prelude = Buffer.concat(lengths);
    const bytes = Buffer.concat([prelude, number(4, crc32(prelude)), Buffer.alloc(20)]);
    expect(() => read([bytes])).toThrow('shorter than its headers');
  });

  test.each([
    ['a header that is cut off', [header(':message-type', 7, Buffer.from([0, 50, 1]))], 'cut off'],
    ['a header of an unknown type', [header('x', 10, Buffer.alloc(0))], 'unknown type 10'],
    ['a message without a type', [text(':event-type', 'x')], 'no type'],
  ])('%s is refused', (_, headers, reason) => {
    expect(() => read([frame(headers, '{}')])).toThrow(reason);
  });

  test('a stream that ends inside a message is refused', () => {
    const whole = event('e', '{}');
    for (const length of [1, 11, 12, whole.length - 1])
      expect(() => read([whole.subarray(0, length)])).toThrow('ended inside a message');
  });

  test('takes linear time, whatever the pieces', () => {
    const whole = event('e', 'x'.repeat(4_000_000));
    const reader = new AwsEventReader(5_000_000);
    const begun = performance.now();
    let events = 0;
    for (let at = 0; at < whole.length; at += 4) events += reader.push(whole.subarray(at, at + 4)).length;
    expect(events).toBe(1);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

const folder = join(import.meta.dirname, '../../../../../shared/fixtures/bedrock');
/** Absent, these are skipped; never on a build server. */
const isThere = existsSync(folder) || process.env['CI'] === 'true';

describe.skipIf(!isThere)('recorded event streams', () => {
  interface Recording {
    readonly interactions: readonly {
      readonly response: { readonly format: string; readonly base64: string };
    }[];
  }
  const names = isThere ? readdirSync(folder).filter((name) => name.endsWith('-stream.json')) : [];

  test.each(names)('%s, one byte at a time', (name) => {
    const { interactions } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recording;
    for (const { response } of interactions.filter(({ response: { format } }) => format === 'eventstream')) {
      const bytes = Buffer.from(response.base64, 'base64');
      const events = read(singly(bytes));
      expect(events).toEqual(read([bytes]));
      expect(events[0]?.name).toBe('messageStart');
      expect(events.at(-1)?.name).toBe('metadata');
      for (const { data } of events) expect(JSON.parse(data)).toBeTypeOf('object');
    }
  });
});
