/** What sound without a header has to be told of: 16 bits for a sample, one channel. */
export interface PcmShape {
  /** Samples per second. */
  readonly rate: number;
}

/** Bytes of the header. */
const headerSize = 44;
/** As OpenAI writes it where the length is not known before the end. */
const unknownSize = 0xffff_ffff;

/** What stands before little-endian samples in a WAV file. `size`: bytes of them; undefined where nobody knows yet. */
export function wavHeader({ rate }: PcmShape, size: number | undefined): Buffer {
  const header = Buffer.alloc(headerSize);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(size === undefined ? unknownSize : Math.min(unknownSize, headerSize - 8 + size), 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(size === undefined ? unknownSize : Math.min(unknownSize, size), 40);
  return header;
}
