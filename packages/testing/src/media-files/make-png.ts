import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

export interface PngSettings {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Two images of the same seed and size are the same bytes; another seed has other colours. */
  readonly seed: string;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A valid PNG (8-bit palette: https://www.w3.org/TR/png-3/) of broad bands in sixteen colours. A few kB at any size. */
export function makePng({ width, height, seed }: PngSettings): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', makePalette(seed)),
    chunk('IDAT', deflateSync(drawBands(width, height))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The size in a PNG's header, in pixels; undefined where the bytes are no PNG. */
export function readPngSize(
  bytes: Uint8Array,
): { readonly width: number; readonly height: number } | undefined {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (png.length < 24 || !png.subarray(0, 8).equals(signature)) return undefined;
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

function makePalette(seed: string): Buffer {
  const digests = ['red', 'blue'].map((part) => createHash('sha256').update(`${seed} ${part}`).digest());
  return Buffer.concat(digests).subarray(0, 48);
}

/** One byte per pixel, each row led by the filter type 0. */
function drawBands(width: number, height: number): Buffer {
  const bandHeight = Math.max(1, Math.ceil(height / 16));
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row++) {
    const start = row * (width + 1) + 1;
    rows.fill(Math.floor(row / bandHeight), start, start + width);
  }
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
