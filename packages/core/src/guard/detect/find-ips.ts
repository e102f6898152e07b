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
    const start = startOf(text, match, index);
    const end = index + match.length;
    const isAlone = !/[\w\u00c0-\u024f]/.test(text.charAt(start - 1)) && !/[\w]/.test(text.charAt(end));
    if (isAlone && isAddress(text.slice(start, end))) findings.push({ kind: 'ip', start, end });
  }
  return findings;
}

/** A time, a colon of a sentence, may stand before it. */
function startOf(_text: string, match: string, index: number): number {
  return match.startsWith(':') && !match.startsWith('::') ? index + 1 : index;
}

/** `::` alone, and names of code like `dead::beef`, are none. */
function isAddress(match: string): boolean {
  return match.includes(':') && /\d/.test(match) && isIPv6(match);
}
