import { hash } from 'node:crypto';

const longest = 256;

/**
 * A text as every engine can keep and index it: Postgres takes no U+0000 and no half characters, and what is too long for
 * an index has a digest for its end. What it was otherwise is kept beside it.
 */
export function fitText(text: string): string {
  if (text.length <= longest && text.isWellFormed() && !text.includes('\u0000')) return text;
  const plain = text.toWellFormed().replaceAll('\u0000', '\ufffd');
  if (plain.length <= longest) return plain;
  return `${plain.slice(0, 200).toWellFormed()}…${digestOf(text)}`;
}

/** Whether it comes back otherwise than it was kept, where none is kept as an empty text. */
export const isOdd = (text: string | undefined): boolean =>
  text !== undefined && (text === '' || fitText(text) !== text);

/** As short as an index needs it, whatever the text is. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url');
}
