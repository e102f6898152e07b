import { makePcm, speechRate, type ToneSettings } from './make-wav.ts';

const samplesPerFrame = 4096;

/** A valid FLAC file of a tone, 24 kHz, 16 bit, one channel, its samples verbatim: https://www.rfc-editor.org/rfc/rfc9639. */
export function makeFlac(settings: ToneSettings): Buffer {
  const samples = makePcm(settings).swap16();
  const count = samples.length / 2;
  const frames: Buffer[] = [];
  for (let start = 0; start < count; start += samplesPerFrame) {
    frames.push(frame(samples.subarray(start * 2, (start + samplesPerFrame) * 2), frames.length));
  }
  return Buffer.concat([Buffer.from('fLaC'), streamInfo(count), ...frames]);
}

/** The one metadata block, which is the last; its frame sizes and its MD5 are zero, which is "unknown". */
function streamInfo(count: number): Buffer {
  const block = Buffer.alloc(38);
  block.set([0x80, 0, 0, 34]);
  block.writeUInt16BE(samplesPerFrame, 4);
  block.writeUInt16BE(samplesPerFrame, 6);
  // 20 bits of rate, 3 of channels less one, 5 of bits per sample less one, 36 of samples.
  block.writeBigUInt64BE((BigInt(speechRate) << 44n) | (15n << 36n) | BigInt(count), 14);
  return block;
}

/** `samples`: big-endian. */
function frame(samples: Buffer, index: number): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(samples.length / 2 - 1);
  // Sync, fixed block size; the size in 16 bits at the end, 24 kHz; one channel, 16 bit.
  const start = Buffer.concat([Buffer.from([0xff, 0xf8, 0x77, 0x08]), codeNumber(index), size]);
  const verbatim = 0x02;
  const body = Buffer.concat([start, Buffer.from([checksum(start, 8, 0x07), verbatim]), samples]);
  const end = Buffer.alloc(2);
  end.writeUInt16BE(checksum(body, 16, 0x8005));
  return Buffer.concat([body, end]);
}

/** A frame's number is coded as UTF-8 codes a character. */
function codeNumber(index: number): Buffer {
  return Buffer.from(String.fromCodePoint(index));
}

function checksum(bytes: Buffer, width: number, polynomial: number): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc << 1) ^ ((crc >> (width - 1)) & 1 ? polynomial : 0);
    }
    crc &= (1 << width) - 1;
  }
  return crc;
}
