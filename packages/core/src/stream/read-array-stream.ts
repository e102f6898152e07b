import type { Buffer } from 'node:buffer';
import { GrowingBytes } from './growing-bytes.ts';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * The objects of a JSON array that is sent piece by piece, `[{…},\n{…}]`, each as its JSON text: what Google streams without
 * `alt=sse`. An object that stands alone (an error) is taken for an array of one. Linear time, whatever the pieces.
 */
export class ArrayStreamReader {
  readonly #limit: number;
  readonly #element = new GrowingBytes();
  /** What stands before the next element, or, inside of one, what will stand behind it. */
  #place: 'before' | 'first' | 'after-element' | 'after-comma' | 'after' = 'before';
  #isInElement = false;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  /** `limit`: bytes that one element may have. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws Error where an element is larger than the limit, or the text is no array of objects */
  push(chunk: Buffer): string[] {
    const elements: string[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (!this.#isInElement && !this.#begins(chunk[at])) {
        at++;
        continue;
      }
      this.#isInElement = true;
      const end = this.#findEnd(chunk, at);
      const piece = chunk.subarray(at, end);
      if (this.#element.length + piece.length > this.#limit)
        throw new Error(`an element is larger than ${this.#limit} bytes`);
      if (this.#depth > 0) this.#element.append(piece);
      else {
        elements.push(this.#element.take(piece).toString('utf8'));
        this.#isInElement = false;
      }
      at = end;
    }
    return elements;
  }

  /**
   * The stream has ended. A missing `]` is for the dialect to judge: it knows whether the answer is complete.
   * @throws Error where it ended inside an element
   */
  end(): string[] {
    if (this.#isInElement) throw new Error('the stream ended inside an element');
    return [];
  }

  /** Whether an element begins with this byte. */
  #begins(byte: number | undefined): boolean {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return false;
    const place = this.#place;
    if (byte === openBrace && (place === 'before' || place === 'first' || place === 'after-comma')) {
      this.#place = place === 'before' ? 'after' : 'after-element';
      return true;
    }
    if (byte === openBracket && place === 'before') this.#place = 'first';
    else if (byte === comma && place === 'after-element') this.#place = 'after-comma';
    // A comma before the end is not JSON, but nothing is lost by it.
    else if (byte === closeBracket && place !== 'before' && place !== 'after') this.#place = 'after';
    else throw new Error('the stream is not an array of objects');
    return false;
  }

  /** The index behind the element's last byte in this chunk. */
  #findEnd(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#isInString = false;
      } else if (byte === quote) this.#isInString = true;
      else if (byte === openBrace || byte === openBracket) this.#depth++;
      else if ((byte === closeBrace || byte === closeBracket) && --this.#depth === 0) return at + 1;
    }
    return chunk.length;
  }
}
