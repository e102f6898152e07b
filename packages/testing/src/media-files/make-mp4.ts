import { createHash } from 'node:crypto';
import { encodeParameterSets, encodePicture, type ParameterSets, type VideoColour } from './encode-h264.ts';

export interface Mp4Settings {
  /** In pixels, even. */
  readonly width: number;
  /** In pixels, even. */
  readonly height: number;
  /** More than 0; exact to the millisecond. */
  readonly seconds: number;
  /** Two videos of the same seed, size and length are the same bytes; another seed has other colours. */
  readonly seed: string;
}

/**
 * A playable MP4 (ISO/IEC 14496-12 and -15, H.264 baseline, no sound): one picture of one colour per second. About a byte per
 * 16x16 pixels and second: 90 kB for twelve seconds of 1080p.
 */
export function makeMp4({ width, height, seconds, seed }: Mp4Settings): Buffer {
  if (width % 2 !== 0 || height % 2 !== 0) throw new RangeError('width and height of a video must be even');
  const duration = Math.round(seconds * 1000);
  const count = Math.ceil(duration / 1000);
  const pictures = Array.from({ length: count }, (_, index) => {
    const unit = encodePicture({ width, height, index }, colourOf(`${seed} ${index}`));
    return Buffer.concat([uint32(unit.length), unit]);
  });
  const track = { width, height, duration, sets: encodeParameterSets(width, height) };
  const type = box('ftyp', text('isom'), uint32(512), text('isomiso2avc1mp41'));
  const sizes = pictures.map((picture) => picture.length);
  // Where the pictures begin does not change how long the tables are.
  const start = type.length + makeMovie(track, sizes, 0).length + 8;
  return Buffer.concat([type, makeMovie(track, sizes, start), box('mdat', ...pictures)]);
}

interface Track {
  readonly width: number;
  readonly height: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly sets: ParameterSets;
}

function colourOf(seed: string): VideoColour {
  const [luma = 0, blue = 0, red = 0] = createHash('sha256').update(seed).digest();
  return { luma: 60 + (luma % 140), blue: 60 + (blue % 136), red: 60 + (red % 136) };
}

/** Units in a second, in every table: milliseconds. */
const timescale = 1000;

const unityMatrix = Buffer.concat([0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(uint32));

function makeMovie(track: Track, sizes: readonly number[], start: number): Buffer {
  const { width, height, duration } = track;
  const header = fullBox(
    'mvhd',
    0,
    ...[0, 0, timescale, duration, 0x10000].map(uint32),
    Buffer.from([1, 0]),
    Buffer.alloc(10),
    unityMatrix,
    Buffer.alloc(24),
    uint32(2),
  );
  const trackHeader = fullBox(
    'tkhd',
    0b111,
    ...[0, 0, 1, 0, duration].map(uint32),
    Buffer.alloc(16),
    unityMatrix,
    uint32(width * 0x10000),
    uint32(height * 0x10000),
  );
  const media = box(
    'mdia',
    fullBox('mdhd', 0, ...[0, 0, timescale, duration].map(uint32), uint16(0x55c4), uint16(0)),
    fullBox('hdlr', 0, uint32(0), text('vide'), Buffer.alloc(12), text('VideoHandler\0')),
    box(
      'minf',
      fullBox('vmhd', 1, Buffer.alloc(8)),
      box('dinf', fullBox('dref', 0, uint32(1), fullBox('url ', 1))),
      makeSampleTable(track, sizes, start),
    ),
  );
  return box('moov', header, box('trak', trackHeader, media));
}

/** Each picture can be jumped to, so there is no table of those that can. */
function makeSampleTable(track: Track, sizes: readonly number[], start: number): Buffer {
  const last = track.duration - (sizes.length - 1) * timescale;
  const times = [[sizes.length - 1, timescale] as const, [1, last] as const].filter(([count]) => count > 0);
  return box(
    'stbl',
    fullBox('stsd', 0, uint32(1), describePictures(track)),
    fullBox('stts', 0, uint32(times.length), ...times.flat().map(uint32)),
    fullBox('stsc', 0, ...[1, 1, sizes.length, 1].map(uint32)),
    fullBox('stsz', 0, ...[0, sizes.length, ...sizes].map(uint32)),
    fullBox('stco', 0, ...[1, start].map(uint32)),
  );
}

function describePictures({ width, height, sets: { sequence, picture } }: Track): Buffer {
  return box(
    'avc1',
    Buffer.alloc(6),
    uint16(1),
    Buffer.alloc(16),
    uint16(width),
    uint16(height),
    // 72 dpi twice, one frame per sample, no name of the encoder.
    ...[0x480000, 0x480000, 0].map(uint32),
    uint16(1),
    Buffer.alloc(32),
    uint16(24),
    uint16(0xffff),
    box(
      'avcC',
      Buffer.from([1]),
      sequence.subarray(1, 4),
      // Lengths of four bytes before each unit; one sequence set.
      Buffer.from([0xff, 0xe1]),
      uint16(sequence.length),
      sequence,
      Buffer.from([1]),
      uint16(picture.length),
      picture,
    ),
  );
}

/** ISO/IEC 14496-12, 4.2: length, name, content. */
function box(name: string, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([uint32(bytes.length + 8), text(name), bytes]);
}

/** A box with a version, which is 0, and flags. */
function fullBox(name: string, flags: number, ...content: readonly Buffer[]): Buffer {
  return box(name, uint32(flags), ...content);
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
