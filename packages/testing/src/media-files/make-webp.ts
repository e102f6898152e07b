/**
 * A valid lossless WebP of one colour: each of its five codes has a single symbol, so that a pixel takes no bit at all
 * (https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification). Width and height in pixels, at most 16,384.
 */
export function makeWebp({ width, height, seed }: { width: number; height: number; seed: string }): Buffer {
  const grey = (seed.charCodeAt(0) || 0) & 0xff;
  const bits = new BitWriter();
  bits.put(width - 1, 14);
  bits.put(height - 1, 14);
  bits.put(0, 1 + 3);
  // No transform, no colour cache, no code groups.
  bits.put(0, 3);
  for (const symbol of [grey, grey, grey, 0xff]) bits.putCode(symbol);
  bits.putCode(0);
  const data = Buffer.concat([Buffer.from([0x2f]), bits.toBuffer()]);
  const padding = Buffer.alloc(data.length % 2);
  const head = Buffer.alloc(20);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(12 + data.length + padding.length, 4);
  head.write('WEBPVP8L', 8, 'latin1');
  head.writeUInt32LE(data.length, 16);
  return Buffer.concat([head, data, padding]);
}

/** Least significant bits first. */
class BitWriter {
  readonly #bits: number[] = [];

  put(value: number, count: number): void {
    for (let bit = 0; bit < count; bit += 1) this.#bits.push((value >> bit) & 1);
  }

  /** A simple code of one symbol of eight bits. */
  putCode(symbol: number): void {
    this.put(0b101, 3);
    this.put(symbol, 8);
  }

  toBuffer(): Buffer {
    const bytes = Buffer.alloc(Math.ceil(this.#bits.length / 8));
    for (const [index, bit] of this.#bits.entries())
      bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (index & 7));
    return bytes;
  }
}
