import { readWavSeconds } from './make-wav.ts';

/** Bytes per second of compressed audio whose length is not in its header. */
const usualRate = 4_000;

const beginnings: readonly (readonly [offset: number, mark: string])[] = [
  [0, 'ID3'],
  [0, 'fLaC'],
  [0, 'OggS'],
  [0, '\x1aE\xdf\xa3'],
  [4, 'ftyp'],
];

/** The length in seconds, of a WAV file exactly; undefined where the bytes begin as no audio or video file does. */
export function measureAudio(bytes: Uint8Array): number | undefined {
  const wav = readWavSeconds(bytes);
  if (wav !== undefined) return wav;
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  // Frames of MPEG audio begin with eleven ones.
  const isFrame = bytes[0] === 0xff && (bytes[1] ?? 0) >= 0xe0;
  const isAudio = isFrame || beginnings.some(([offset, mark]) => start.startsWith(mark, offset));
  return isAudio ? bytes.length / usualRate : undefined;
}
