import { isUtf8 } from 'node:buffer';

/** The first byte that is not part of a UTF-8 character; the length where all are. Halves the bytes, so that native code reads nearly all of them. */
export function findInvalidUtf8(bytes: Uint8Array): number {
  let valid = 0;
  let end = bytes.length;
  while (end - valid > 4) {
    const middle = startOfCharacter(bytes, valid + Math.ceil((end - valid) / 2));
    if (middle <= valid) break;
    if (isUtf8(bytes.subarray(valid, middle))) valid = middle;
    else end = middle;
  }
  while (valid < bytes.length && isUtf8(bytes.subarray(valid, valid + lengthOfCharacter(bytes[valid] ?? 0))))
    valid += lengthOfCharacter(bytes[valid] ?? 0);
  return Math.min(valid, bytes.length);
}

/** Of the character that `at` is inside of; none has more than three bytes behind its first. */
function startOfCharacter(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > at - 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
}

function lengthOfCharacter(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
