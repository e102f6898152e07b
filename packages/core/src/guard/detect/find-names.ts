import type { Detector, Finding } from '../../protocol/finding.ts';

const word = /[\p{L}\p{N}\p{M}]+/gu;
/** Writing that puts no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]/u;
/** Characters between the words of one name. */
const longestGap = 3;
const gap = /^[\s'’.\-‐‑·・]*$/u;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The words that may come next, and whether a name ends here. */
class Node {
  isEnd = false;
  readonly next = new Map<string, Node>();

  /** Adds what is missing. */
  step(text: string): Node {
    const known = this.next.get(text);
    if (known !== undefined) return known;
    const made = new Node();
    this.next.set(text, made);
    return made;
  }
}

/** Finds the operator's own names: as whole words, whatever their case. Costs no more where there are thousands of them. */
export function nameDetector(names: readonly string[]): Detector {
  const root = new Node();
  const letters = new Node();
  let hasLetters = false;
  for (const name of names) {
    const isUnspaced = unspaced.test(name);
    hasLetters ||= isUnspaced;
    let node = isUnspaced ? letters : root;
    const steps = isUnspaced ? [...name.normalize('NFC')] : wordsOf(name).map(({ text }) => text);
    for (const step of steps) node = node.step(step);
    if (steps.length > 0) node.isEnd = true;
  }
  return (text) => [...findWords(text, root), ...(hasLetters ? findLetters(text, letters) : [])];
}

/** Whether there is anything in it that can be found. */
export function isName(name: string): boolean {
  return wordsOf(name).length > 0;
}

function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(word), ({ 0: found, index }) => ({
    text: found.normalize('NFC').toLowerCase(),
    start: index,
    end: index + found.length,
  }));
}

function findWords(text: string, root: Node): Finding[] {
  const findings: Finding[] = [];
  if (root.next.size === 0) return findings;
  const words = wordsOf(text);
  for (const [index, { start }] of words.entries()) {
    let node: Node | undefined = root;
    let end = -1;
    for (let at = index; ; at++) {
      const next: Word | undefined = words[at];
      if (next === undefined || (at > index && !isTogether(text, words[at - 1], next))) break;
      node = node.next.get(next.text) ?? (at === index ? node.next.get(unescape(text, next)) : undefined);
      if (node === undefined) break;
      if (node.isEnd) end = next.end;
    }
    if (end >= 0) findings.push({ kind: 'name', start, end });
  }
  return findings;
}

/** Without the letter of an escape of JSON, in a text within a text. */
function unescape(text: string, { text: word, start }: Word): string {
  return text.charAt(start - 1) === '\\' && /^[nrtbf]/.test(word) ? word.slice(1) : '';
}

function isTogether(text: string, before: Word | undefined, { start }: Word): boolean {
  if (before === undefined || start - before.end > longestGap) return false;
  return gap.test(text.slice(before.end, start));
}

function findLetters(text: string, letters: Node): Finding[] {
  const findings: Finding[] = [];
  for (let start = 0; start < text.length; start++) {
    let node = letters.next.get(characterAt(text, start));
    let at = start;
    let end = -1;
    while (node !== undefined) {
      at += characterAt(text, at).length;
      if (node.isEnd) end = at;
      node = node.next.get(characterAt(text, at));
    }
    if (end >= 0) findings.push({ kind: 'name', start, end });
  }
  return findings;
}

function characterAt(text: string, at: number): string {
  const code = text.charCodeAt(at);
  const isPair = code >= 0xd800 && code <= 0xdbff;
  return isPair ? text.slice(at, at + 2) : text.charAt(at);
}
