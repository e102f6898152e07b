import { isUtf8 } from 'node:buffer';
import type { UploadedFile } from '../../protocol/media.ts';

/** How sound begins, in hexadecimal. A video has sound in it, too. */
const beginnings: readonly (readonly [pattern: RegExp, type: string])[] = [
  // fLaC
  [/^664c6143/, 'audio/flac'],
  // ID3, or a frame of MPEG; in ADTS the layer is 0.
  [/^494433/, 'audio/mp3'],
  [/^fff[0189]/, 'audio/aac'],
  [/^ff[ef][2-7a-f]/, 'audio/mp3'],
  // ftyp behind the length of the box. Pictures of phones (heic, avif) have other brands.
  [/^.{8}66747970(?!68656|6d696631|61766966)/, 'audio/mp4'],
  // OggS
  [/^4f676753/, 'audio/ogg'],
  // RIFF or RF64, and WAVE behind the length
  [/^(?:52494646|52463634).{8}57415645/, 'audio/wav'],
  // EBML
  [/^1a45dfa3/, 'audio/webm'],
  // FORM, and AIFF or AIFC behind the length
  [/^464f524d.{8}4149464[36]/, 'audio/aiff'],
  // A program or video stream of MPEG
  [/^000001b[3a]/, 'video/mpeg'],
  // #!AMR
  [/^2321414d52/, 'audio/amr'],
];

/** PNG, JPEG, GIF, HEIC and AVIF, PDF, ZIP (and office documents), gzip, BMP, WebP, programs. */
const others =
  /^(?:89504e47|ffd8ff|47494638|.{8}66747970|25504446|504b0304|1f8b|424d|52494646.{8}57454250|7f454c46|4d5a)/;

/** The media type of a file by its first bytes; undefined for what nobody knows. */
export function sniffAudio({ start }: UploadedFile): string | undefined {
  const beginning = hexOf(start);
  return beginnings.find(([pattern]) => pattern.test(beginning))?.[1];
}

/** Whether a file is clearly no sound: text, a picture, a document. A player may know what we do not. */
export function isNoAudio(file: UploadedFile): boolean {
  if (sniffAudio(file) !== undefined) return false;
  return others.test(hexOf(file.start)) || isText(file.start);
}

/** No control characters but white space and escape; the last character may be cut off, of up to four bytes. */
function isText(start: Uint8Array): boolean {
  const isUnicode = [0, 1, 2, 3].some((cut) => isUtf8(start.subarray(0, Math.max(0, start.length - cut))));
  return isUnicode && !start.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.byteLength)).toString('hex');
}
