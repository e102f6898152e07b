import { bufferOf } from '../protocol/buffer-of.ts';

/** Bytes between two looks: a string of base64 that is shorter may be missed, and is no picture worth the look. */
const step = 2048;
/** Bytes that are looked at: words of any language have a space, a mark or an escape among so many. */
const sample = 64;
const quote = 0x22;
const none: readonly number[] = [];

/** 1 for what base64 is made of, in both alphabets. */
const isCoded = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\w+/=-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** How a body of JSON is made up. */
export interface BodyWeight {
  /** Bytes of all that is no file. */
  readonly text: number;
  /** Bytes of the files that stand in it, as base64. */
  readonly files: readonly number[];
}

/**
 * Tells text from files that stand in the body as base64, without parsing it: it looks at a small part of the bytes only,
 * and no vendor's names need be known.
 */
export function weighBody(body: Uint8Array): BodyWeight {
  if (body.byteLength < 2 * step) return { text: body.byteLength, files: none };
  const bytes = bufferOf(body);
  const files: number[] = [];
  let text = bytes.length;
  for (let at = step; at + sample <= bytes.length; at += step) {
    if (!looksCoded(bytes, at)) continue;
    const start = bytes.lastIndexOf(quote, at) + 1;
    const end = bytes.indexOf(quote, at);
    if (end < 0) break;
    if (end - start >= step && looksCoded(bytes, Math.max(start, end - sample))) {
      files.push(end - start);
      text -= end - start;
    }
    // A string is judged once, however long it is.
    at = end;
  }
  return { text, files };
}

function looksCoded(bytes: Buffer, from: number): boolean {
  for (let at = from; at < from + sample; at++) {
    const byte = bytes[at];
    // A look may go over the end of a string.
    if (byte === quote) return at - from >= sample / 2;
    if (isCoded[byte ?? 0] !== 1) return false;
  }
  return true;
}
