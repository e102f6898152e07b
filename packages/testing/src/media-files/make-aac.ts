/** One channel element without a single coded band, then the end: ISO/IEC 14496-3, 4.4.2. It says 1,024 samples of silence. */
const silence = Buffer.from([0, 0, 0, 7]);
const secondsPerFrame = 1024 / 24_000;
const headerBytes = 7;

/** A valid AAC-LC stream of silence in ADTS frames: 24 kHz, one channel. */
export function makeAac(seconds: number): Buffer {
  const length = headerBytes + silence.length;
  // Sync word, MPEG-4, no CRC; low complexity, 24 kHz, one channel; the frame's length; a full buffer; one block.
  const header = [0xff, 0xf1, 0x58, 0x40, length >> 3, ((length & 7) << 5) | 0x1f, 0xfc];
  const frame = Buffer.concat([Buffer.from(header), silence]);
  const frames = Math.max(1, Math.ceil(seconds / secondsPerFrame));
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}
