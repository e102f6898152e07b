import type { Detector, Finding } from '../../protocol/finding.ts';

const word = /[\p{L}\p{N}\p{M}]+/gu;
/** Writing that puts no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]/u;
const longestWord = 200;
/** Characters between the words of one name. */
const longestGap = 3;
const gap = /^[\s'’.\-‐‑·・]*$/u;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The words, or code points, that may come next, and whether a name ends here. */
class Node<Step> {
  isEnd = false;
  readonly next = new Map<Step, Node<Step>>();

  /** Adds the rest of a name. */
  add([step, ...rest]: readonly Step[]): void {
    if (step === undefined) {
      this.isEnd = true;
      return;
    }
    const next = this.next.get(step) ?? new Node<Step>();
    this.next.set(step, next);
    next.add(rest);
  }
}

/** Finds the operator's own names: as whole words, whatever their case. Costs no more where there are thousands of them. */
export function nameDetector(names: readonly string[]): Detector {
  const words = new Node<string>();
  const letters = new Node<number>();
  for (const name of names) {
    if (unspaced.test(name)) letters.add(Array.from(name.normalize('NFC'), codeOf));
    else words.add(wordsOf(name).map(({ text }) => text));
  }
  return (text) => [...findWords(text, words), ...findLetters(text, letters)];
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(word), ({ 0: found, index }) => ({
    // Nobody is called that: it is writing without spaces, or no writing at all.
    text: found.length > longestWord ? '' : found.normalize('NFC').toLowerCase(),
    start: index,
    end: index + found.length,
  }));
}

function findWords(text: string, root: Node<string>): Finding[] {
  const findings: Finding[] = [];
  if (root.next.size === 0) return findings;
  const words = wordsOf(text);
  for (const [index, first] of words.entries()) {
    const plain = root.next.get(first.text);
    const node = plain ?? root.next.get(unescape(text, first));
    const end = node === undefined ? undefined : endOfName(text, node, { words, index });
    const start = plain === undefined ? first.start + 1 : first.start;
    if (end !== undefined && !isInIdentifier(text, start, end)) findings.push({ kind: 'name', start, end });
  }
  return findings;
}

/** Of the longest name that goes on from a word; undefined where none does. */
function endOfName(
  text: string,
  node: Node<string>,
  { words, index }: { readonly words: readonly Word[]; readonly index: number },
): number | undefined {
  let end = node.isEnd ? words[index]?.end : undefined;
  let last: Node<string> | undefined = node;
  for (let at = index + 1; last.next.size > 0; at++) {
    const next: Word | undefined = words[at];
    last = next !== undefined && isTogether(text, words[at - 1], next) ? last.next.get(next.text) : undefined;
    if (last === undefined) break;
    if (last.isEnd) end = next?.end;
  }
  return end;
}

/** `ann_lee` is a name of code; `_Ann_` is one that is stressed. */
function isInIdentifier(text: string, start: number, end: number): boolean {
  const around = [text.slice(start - 2, start), text.slice(end, end + 2)];
  return (start > 1 && /^\w_$/.test(around[0] ?? '')) || /^_\w$/.test(around[1] ?? '');
}

/** Without the letter of an escape of JSON, in a text within a text. */
function unescape(text: string, { text: escaped, start }: Word): string {
  return text.charAt(start - 1) === '\\' && /^[nrtbf]/.test(escaped) ? escaped.slice(1) : '';
}

function isTogether(text: string, before: Word | undefined, { start }: Word): boolean {
  if (before === undefined || start - before.end > longestGap) return false;
  return gap.test(text.slice(before.end, start));
}

function findLetters(text: string, letters: Node<number>): Finding[] {
  const findings: Finding[] = [];
  if (letters.next.size === 0) return findings;
  for (let start = 0; start < text.length; start++) {
    let at = start;
    let end = -1;
    let node: Node<number> | undefined = letters;
    for (;;) {
      const code = text.codePointAt(at);
      node = code === undefined ? undefined : node.next.get(code);
      if (node === undefined || code === undefined) break;
      at += code > 0xffff ? 2 : 1;
      if (node.isEnd) end = at;
    }
    if (end >= 0) findings.push({ kind: 'name', start, end });
  }
  return findings;
}
