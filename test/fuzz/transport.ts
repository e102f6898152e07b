import * as fc from 'fast-check';

/** What happens to the bytes on their way; places are in thousandths of the whole. */
export interface Transport {
  /** Where the bytes are cut into pieces. */
  readonly cuts: readonly number[];
  readonly damage: Damage | undefined;
  /** The connection is reset behind the last byte. */
  readonly isReset: boolean;
}

export type Damage =
  /** Nothing comes from there on. */
  | { readonly kind: 'end'; readonly at: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: readonly number[] };

const at = fc.nat(999);

const damages: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end'), at }) },
  fc.record({ kind: fc.constant('flip'), at, bit: fc.nat(7) }),
  // NUL, no UTF-8, half a character, line ends, the beginning of an event.
  fc.record({
    kind: fc.constant('insert'),
    at,
    bytes: fc.constantFrom(
      [0],
      [0xff, 0xfe],
      [0xc3],
      [0x0a, 0x0a],
      [0x0d],
      [...Buffer.from('\n\ndata: {"a":1}\n\n')],
    ),
  }),
);

export const undamaged: fc.Arbitrary<Transport> = fc.record({
  cuts: fc.array(at, { maxLength: 3 }),
  damage: fc.constant(undefined),
  isReset: fc.constant(false),
});

export const transports: fc.Arbitrary<Transport> = fc.record({
  cuts: fc.array(at, { maxLength: 3 }),
  damage: fc.option(damages, { nil: undefined, freq: 2 }),
  isReset: fc.boolean(),
});

/** Of a place in thousandths. */
export function placeIn({ length }: Buffer, thousandths: number): number {
  return Math.floor((length * thousandths) / 1000);
}

/** The bytes as they arrive. */
export function damaged(bytes: Buffer, damage: Damage | undefined): Buffer {
  if (damage === undefined) return bytes;
  const place = placeIn(bytes, damage.at);
  if (damage.kind === 'end') return bytes.subarray(0, place);
  if (damage.kind === 'insert')
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(damage.bytes), bytes.subarray(place)]);
  const flipped = Buffer.from(bytes);
  if (place < flipped.length) flipped.writeUInt8(flipped.readUInt8(place) ^ (1 << damage.bit), place);
  return flipped;
}

export function cutBytes(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = cuts.map((cut) => placeIn(bytes, cut)).toSorted((a, b) => a - b);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const place of places) {
    if (place > from) pieces.push(bytes.subarray(from, place));
    from = Math.max(from, place);
  }
  return [...pieces, bytes.subarray(from)];
}
