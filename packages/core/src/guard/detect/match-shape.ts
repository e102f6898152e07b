import type { Finding, Kind } from '../../protocol/finding.ts';

/**
 * Where a word may begin, as a look-behind: after anything but a Latin letter, digit or underscore, and after an escape of
 * JSON, which a text within a text has in place of a line break. Writing without spaces goes on right before a number.
 */
export const wordStart: string = String.raw`(?<=^|[^0-9A-Za-z_\u00c0-\u024f]|\\[nrtbf]|\\u[0-9A-Fa-f]{4})`;
export const wordEnd: string = String.raw`(?![0-9A-Za-z_\u00c0-\u024f])`;

export interface Shape {
  readonly kind: Kind;
  /** Of bounded length, so that every place of a text costs no more than that; with the flag `g`. */
  readonly shape: RegExp;
  readonly isOne: (match: string, start: number, text: string) => boolean;
}

/** Everything of a shape that is what it looks like; of what is not, a part may be. */
export function matchShape(text: string, { kind, shape, isOne }: Shape): Finding[] {
  const findings: Finding[] = [];
  shape.lastIndex = 0;
  for (let match = shape.exec(text); match !== null; match = shape.exec(text)) {
    const [found] = match;
    const start = match.index;
    const end = start + found.length;
    if (isOne(found, start, text)) findings.push({ kind, start, end });
    else shape.lastIndex = start + 1;
  }
  return findings;
}

/** Whether a number stands by itself, and is not a part of a longer one: of a decimal, a UUID, a serial number. */
export function isWhole(match: string, start: number, text: string): boolean {
  const end = start + match.length;
  return !isJoined(text, start - 1, -1) && !isJoined(text, end, 1);
}

const joiners = '-.,–‐‑';
/** Characters of a word that are looked at. */
const longestWord = 14;

/** Whether the next word in a direction is tied to this one by a mark, and has a digit in it. */
function isJoined(text: string, at: number, step: 1 | -1): boolean {
  if (at < 0 || at >= text.length || !joiners.includes(text.charAt(at))) return false;
  for (let count = 1; count <= longestWord; count++) {
    const code = text.charCodeAt(at + step * count);
    if (code >= 0x30 && code <= 0x39) return true;
    const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
    if (!isLetter) return false;
  }
  return false;
}

/** Whether one of the words stands shortly before. The words are in lower case. */
export function isNear(
  text: string,
  start: number,
  { words, reach }: { readonly words: readonly string[]; readonly reach: number },
): boolean {
  const before = text.slice(Math.max(0, start - reach), start).toLowerCase();
  return words.some((word) => before.includes(word));
}

export function digitsOf(match: string): string {
  return match.replace(/\D/g, '');
}
