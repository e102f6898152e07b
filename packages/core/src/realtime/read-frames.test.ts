import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameReader } from './read-frames.ts';
import { closeFrame, textFrame } from './write-frames.ts';

interface Frame {
  readonly opcode: number;
  readonly isLast?: boolean;
  readonly reserved?: number;
  readonly isMasked?: boolean;
  readonly payload: Buffer;
}

function write({ opcode, isLast = true, reserved = 0, isMasked = false, payload }: Frame): Buffer {
  const { length } = payload;
  const short = length < 126 ? length : length < 65_536 ? 126 : 127;
  const head = Buffer.from([(isLast ? 0x80 : 0) | reserved | opcode, (isMasked ? 0x80 : 0) | short]);
  const extended = Buffer.alloc(short < 126 ? 0 : short === 126 ? 2 : 8);
  if (short === 126) extended.writeUInt16BE(length);
  if (short === 127) extended.writeBigUInt64BE(BigInt(length));
  return Buffer.concat([head, extended, Buffer.alloc(isMasked ? 4 : 0), payload]);
}

function read(pieces: readonly Buffer[]): { readonly messages: string[]; readonly reader: FrameReader } {
  const messages: string[] = [];
  const reader = new FrameReader((message) => messages.push(message.toString()));
  for (const piece of pieces) reader.read(piece);
  return { messages, reader };
}

/** The same bytes in pieces that end where the numbers say. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1))), bytes.length];
  let start = 0;
  return ends
    .toSorted((one, other) => one - other)
    .map((end) => {
      const piece = bytes.subarray(start, end);
      start = end;
      return piece;
    });
}

const sizes = fc.oneof(fc.nat(20), fc.constantFrom(125, 126, 127, 65_535, 65_536));
/** A text message in one frame or several, with control frames between them. */
const message = fc.record({ sizes: fc.array(sizes, { minLength: 1, maxLength: 4 }), pings: fc.boolean() });

function framesOf({ sizes: lengths, pings }: { sizes: number[]; pings: boolean }, letter: string): Frame[] {
  return lengths.flatMap((length, index): Frame[] => [
    {
      opcode: index === 0 ? 1 : 0,
      isLast: index === lengths.length - 1,
      payload: Buffer.alloc(length, letter),
    },
    ...(pings ? [{ opcode: 9, payload: Buffer.from('ping') }] : []),
  ]);
}

describe('text messages', () => {
  test('are read whole, however their bytes are cut', () => {
    const places = fc.array(fc.nat(200_000), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 4 }), places, (messages, ends) => {
        const bytes = Buffer.concat(messages.flatMap((one, index) => framesOf(one, `${index}`)).map(write));
        const said = messages.map(({ sizes: lengths }, index) =>
          `${index}`.repeat(lengths.reduce((sum, length) => sum + length, 0)),
        );
        const { messages: heard, reader } = read(cut(bytes, ends));
        expect(heard).toEqual(said.filter((words) => words !== ''));
        expect(reader.isBetweenMessages).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('are read byte by byte', () => {
    const bytes = Buffer.concat([
      write({ opcode: 1, payload: Buffer.alloc(70_000, 'a') }),
      textFrame('é'.repeat(300)),
    ]);
    const { messages } = read(Array.from(bytes, (byte) => Buffer.from([byte])));
    expect(messages).toEqual(['a'.repeat(70_000), 'é'.repeat(300)]);
  });

  test.each<[name: string, frame: Frame]>([
    ['binary', { opcode: 2, payload: Buffer.from('{}') }],
    ['compressed', { opcode: 1, reserved: 0x40, payload: Buffer.from('{}') }],
    ['masked', { opcode: 1, isMasked: true, payload: Buffer.from('{}') }],
    ['too large', { opcode: 1, payload: Buffer.alloc(4_194_305, 'a') }],
  ])('a message that is %s is passed over, and the next is read', (_, frame) => {
    const { messages } = read([write(frame), textFrame('next')]);
    expect(messages).toEqual(['next']);
  });
});

describe('where another frame could follow', () => {
  test('is told of every byte', () => {
    const first = write({ opcode: 1, isLast: false, payload: Buffer.from('ab') });
    const second = write({ opcode: 0, payload: Buffer.from('c') });
    const { reader } = read([]);
    const states = Array.from(Buffer.concat([first, second]), (byte) => {
      reader.read(Buffer.from([byte]));
      return [reader.isBetweenFrames, reader.isBetweenMessages];
    });
    const no = [false, false];
    expect(states).toEqual([no, no, no, [true, false], no, no, [true, true]]);
  });

  test('nothing follows a close', () => {
    const { reader } = read([textFrame('bye')]);
    expect(reader.hasClosed).toBe(false);
    reader.read(closeFrame(1000, 'x'.repeat(500)));
    expect([reader.hasClosed, reader.isBetweenFrames]).toEqual([true, true]);
  });
});
