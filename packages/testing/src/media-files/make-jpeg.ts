/**
 * A valid baseline JPEG of one grey (ITU-T T.81): its Huffman tables know two lengths of a difference and the end of a block,
 * so that a block of 64 pixels takes two bits. Width and height in pixels.
 */
export function makeJpeg({ width, height, seed }: { width: number; height: number; seed: string }): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16BE(height, 0);
  size.writeUInt16BE(width, 2);
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    segment(0xdb, Buffer.from([0, ...Array.from({ length: 64 }, () => 8)])),
    segment(0xc0, Buffer.concat([Buffer.from([8]), size, Buffer.from([1, 1, 0x11, 0])])),
    // Differences of no bit (code 0) and of six bits (code 10); of the rest, the end of a block (code 0).
    segment(0xc4, Buffer.from([0x00, 1, 1, ...zeros(14), 0, 6])),
    segment(0xc4, Buffer.from([0x10, 1, ...zeros(15), 0])),
    segment(0xda, Buffer.from([1, 1, 0x00, 0, 63, 0])),
    drawBlocks(blocks, (seed.charCodeAt(0) || 0) % 32),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** The first block has a brightness of 32 to 63 steps above the middle, the others the same as the one before. */
function drawBlocks(blocks: number, brightness: number): Buffer {
  const bits = `10${(32 + brightness).toString(2)}0`;
  const total = bits.length + (blocks - 1) * 2;
  const bytes = Buffer.alloc(Math.ceil(total / 8));
  for (let index = 0; index < bits.length; index += 1) {
    if (bits[index] === '1') bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (0x80 >> (index & 7));
  }
  // What is left of the last byte is filled with ones.
  const spare = bytes.length * 8 - total;
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) | ((1 << spare) - 1);
  return bytes;
}

function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}
