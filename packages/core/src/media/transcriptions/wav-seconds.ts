import { bufferOf } from '../../protocol/buffer-of.ts';
import type { UploadedFile } from '../../protocol/media.ts';

/** The length of a WAV file, by its header; undefined for any other file, and for one whose header lies further in. */
export function wavSeconds({ start, size }: UploadedFile): number | undefined {
  const bytes = bufferOf(start);
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    return undefined;
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const content = at + 8;
    if (name === 'fmt ' && content + 12 <= bytes.length) bytesPerSecond = bytes.readUInt32LE(content + 8);
    if (name === 'data') {
      // Whoever did not know the length beforehand writes the largest number there is, or none.
      const samples = length === 0 ? size - content : Math.min(length, size - content);
      return bytesPerSecond === 0 ? undefined : Math.max(0, samples) / bytesPerSecond;
    }
    at = content + length + (length % 2);
  }
  return undefined;
}
