import type { Telling } from '../protocol/telling.ts';

/** Characters at the end of what was said in which a repetition is looked for. */
const lookBehind = 400;
/** A shorter repetition may be chance. */
const shortest = 8;
/** So are lines, dots and spaces: a repetition has at least so many different characters. */
const fewestLetters = 5;
/** A longer answer that is said from its beginning again is not waited for. */
const longestAgain = 65_536;

/** How an answer begins that is gone on with. */
export type Begun = Pick<Telling, 'said' | 'seam' | 'isEchoed'>;

/**
 * Takes off what a continuation repeats: the end of what was said, or all of it. What may still turn out to be a
 * repetition is held back.
 */
export class OverlapTrimmer {
  readonly #said: string;
  readonly #tail: string;
  readonly #seam: string;
  readonly #shortestAgain: number;
  #held = '';
  #isDecided = false;

  constructor({ said, seam, isEchoed }: Begun) {
    this.#said = said;
    this.#seam = seam;
    this.#shortestAgain = isEchoed ? 1 : shortest;
    this.#tail = said.slice(-lookBehind);
  }

  /** The next piece; returns what is new of it, as far as that is certain. */
  push(text: string): string {
    if (this.#isDecided) return text;
    this.#held += text;
    return this.#mayRepeat() ? '' : this.end();
  }

  /** Nothing more comes: what is new of what was held back. */
  end(): string {
    const held = this.#held;
    this.#held = '';
    if (this.#isDecided) return held;
    this.#isDecided = true;
    return held.slice(this.#repeated(held));
  }

  /** Whether more of it could make it a repetition, or a longer one. */
  #mayRepeat(): boolean {
    const held = this.#held;
    const tail = this.#tail;
    if (this.#isAgain(held) && held.length < this.#said.length) return true;
    if (held.length < this.#seam.length && this.#seam.startsWith(held)) return true;
    const found = tail.indexOf(held);
    return found >= 0 && found + held.length < tail.length;
  }

  /** It begins as the whole answer does. */
  #isAgain(held: string): boolean {
    const said = this.#said;
    if (said.length < this.#shortestAgain || said.length > longestAgain) return false;
    return held.length < said.length ? said.startsWith(held) : held.startsWith(said);
  }

  #repeated(held: string): number {
    if (this.#isAgain(held) && held.length >= this.#said.length) return this.#said.length;
    for (let length = Math.min(held.length, this.#tail.length); length >= shortest; length--) {
      const end = held.slice(0, length);
      if (this.#tail.endsWith(end) && new Set(end).size >= fewestLetters) return length;
    }
    let same = 0;
    while (same < this.#seam.length && this.#seam[same] === held[same]) same++;
    return same;
  }
}
