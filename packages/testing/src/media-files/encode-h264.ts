/** A colour as video knows it: brightness and two differences, each 16 to 240. */
export interface VideoColour {
  readonly luma: number;
  readonly blue: number;
  readonly red: number;
}

/** What a decoder must know before the first picture, each a NAL unit without a length or start code. */
export interface ParameterSets {
  readonly sequence: Buffer;
  readonly picture: Buffer;
}

/** Macroblocks in a picture up to which a level is allowed, and the level times ten: ITU-T H.264, table A-1. */
const levels: readonly (readonly [size: number, level: number])[] = [
  [1620, 30],
  [3600, 31],
  [8192, 40],
  [36_864, 51],
  [139_264, 60],
];

/**
 * The parameter sets of pictures that `encodePicture` makes (ITU-T H.264, 7.3.2.1 and 7.3.2.2): baseline profile, every picture
 * stands for itself. Width and height are pixels, even.
 */
export function encodeParameterSets(width: number, height: number): ParameterSets {
  const [columns, rows] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  const level = levels.find(([size]) => columns * rows <= size)?.[1] ?? 62;
  const sequence = new BitWriter();
  sequence.bits(66, 8);
  sequence.bits(0b1100_0000, 8);
  sequence.bits(level, 8);
  // Its id, frame numbers of four bits, pictures in the order of their decoding, one reference without gaps.
  sequence.golomb(0, 0, 2, 1);
  sequence.bits(0, 1);
  sequence.golomb(columns - 1, rows - 1);
  // Whole frames, 8x8 inference.
  sequence.bits(0b11, 2);
  const crop = [columns * 8 - width / 2, rows * 8 - height / 2] as const;
  sequence.bits(crop[0] + crop[1] > 0 ? 1 : 0, 1);
  if (crop[0] + crop[1] > 0) sequence.golomb(0, crop[0], 0, crop[1]);
  sequence.bits(0, 1);

  const picture = new BitWriter();
  picture.golomb(0, 0);
  picture.bits(0, 2);
  picture.golomb(0, 0, 0);
  picture.bits(0, 3);
  picture.golomb(0, 0, 0);
  // The slice says whether edges are smoothed: they are not.
  picture.bits(0b100, 3);
  return { sequence: toUnit(0x67, sequence), picture: toUnit(0x68, picture) };
}

/**
 * A picture of one colour as an IDR slice (ITU-T H.264, 7.3.3 to 7.3.5), a NAL unit without a length: the first macroblock has
 * its samples as they are (I_PCM), all others repeat it for about a byte each. Pictures in a row need different indexes.
 */
export function encodePicture(
  { width, height, index }: { readonly width: number; readonly height: number; readonly index: number },
  { luma, blue, red }: VideoColour,
): Buffer {
  const columns = Math.ceil(width / 16);
  const count = columns * Math.ceil(height / 16);
  const slice = new BitWriter();
  slice.golomb(0, 7, 0);
  slice.bits(0, 4);
  slice.golomb(index % 2);
  slice.bits(0, 2);
  slice.golomb(0, 1);
  slice.golomb(25);
  slice.align();
  for (const [sample, times] of [
    [luma, 256],
    [blue, 64],
    [red, 64],
  ] as const) {
    for (let position = 0; position < times; position += 1) slice.bits(sample, 8);
  }
  for (let block = 1; block < count; block += 1) {
    // Intra 16x16, predicted by the mean of its neighbours, the chroma too, no change of the quantiser.
    slice.bits(0b0010_011, 7);
    // No coefficients. The word for none depends on how many the neighbours have: I_PCM counts as sixteen.
    if (block === 1 || block === columns) slice.bits(0b0000_11, 6);
    else slice.bits(1, 1);
  }
  return toUnit(0x65, slice);
}

/** Most significant bits first. */
class BitWriter {
  #bytes = Buffer.alloc(1024);
  #length = 0;
  #current = 0;
  #free = 8;

  bits(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit -= 1) {
      this.#current = (this.#current << 1) | ((value >> bit) & 1);
      this.#free -= 1;
      if (this.#free === 0) this.#push();
    }
  }

  /** Unsigned exponential Golomb codes, ITU-T H.264, 9.1. */
  golomb(...values: readonly number[]): void {
    for (const value of values) {
      const length = 32 - Math.clz32(value + 1);
      this.bits(0, length - 1);
      this.bits(value + 1, length);
    }
  }

  align(): void {
    if (this.#free < 8) this.bits(0, this.#free);
  }

  /** All bits, closed by a one and as many zeros as fill the byte. */
  finish(): Buffer {
    this.bits(1, 1);
    this.align();
    return this.#bytes.subarray(0, this.#length);
  }

  #push(): void {
    if (this.#length === this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#length)]);
    }
    this.#bytes[this.#length] = this.#current & 0xff;
    this.#length += 1;
    this.#current = 0;
    this.#free = 8;
  }
}

/** With a 3 after every two zero bytes that a byte below 4 follows: no start code may appear inside. */
function toUnit(head: number, content: BitWriter): Buffer {
  const bytes = content.finish();
  const escaped: number[] = [head];
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros === 2 && byte < 4) {
      escaped.push(3);
      zeros = 0;
    }
    escaped.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(escaped);
}
