import { isIPv4, isIPv6 } from 'node:net';
import type { Finding } from '../../protocol/finding.ts';
import { isNear, matchShape, wordEnd, wordStart } from './match-shape.ts';

const four = new RegExp(
  `${wordStart}(?<![.\\d]\\.|-)(?:\\d{1,3}\\.){3}\\d{1,3}${wordEnd}(?!\\.\\d|-\\w)`,
  'g',
);
const six = /[0-9A-Fa-f:.]+/g;
const longest = 45;
const versionWords = ['version', 'ver.', 'release', 'build', 'firmware', 'v '];

/** Addresses of the internet, of both versions. */
export function findIps(text: string): Finding[] {
  const isOne = (match: string, start: number): boolean =>
    isIPv4(match) && !isNear(text, start, { words: versionWords, reach: 10 });
  const found = matchShape(text, { kind: 'ip', shape: four, isOne });
  return text.includes(':') ? [...found, ...findLong(text)] : found;
}

/** What is written in their characters, without the mark that ends a sentence or begins a port. */
function findLong(text: string): Finding[] {
  const findings: Finding[] = [];
  for (const { 0: run, index } of text.matchAll(six)) {
    if (run.length > longest + 1 || run.length < 3) continue;
    const match = run.replace(/\.$|(?<!:):$/, '');
    const start = index + markBefore(match, text.charAt(index - 1));
    const end = index + match.length;
    const isAlone = begins.test(text.slice(Math.max(0, start - 6), start)) && !/\w/.test(text.charAt(end));
    if (isAlone && isAddress(text.slice(start, end))) findings.push({ kind: 'ip', start, end });
  }
  return findings;
}

/** What may stand before it: see `wordStart`. */
const begins = new RegExp(`${wordStart}$`);

/** Characters of the run that are none of it: a colon of a sentence, the letter of an escape. */
function markBefore(match: string, before: string): number {
  if (match.startsWith(':') && !match.startsWith('::')) return 1;
  return before === '\\' && /^[bf]/.test(match) ? 1 : 0;
}

/** `::` alone, and names of code like `dead::beef`, are none. */
function isAddress(match: string): boolean {
  return match.includes(':') && /\d/.test(match) && isIPv6(match);
}
