/** Pieces that are joined at a time. */
const together = 1024;

/**
 * A text that grows by small pieces and is read rarely. A string would keep every piece as an object of its own until
 * somebody reads it, and take ten times the memory of what is said.
 */
export class GrowingText {
  readonly #joined: string[] = [];
  #pieces: string[] = [];

  get isEmpty(): boolean {
    return this.#joined.length === 0 && this.#pieces.length === 0;
  }

  /** A piece of nothing adds nothing. */
  add(piece: string): void {
    if (piece === '' || this.#pieces.push(piece) < together) return;
    this.#joined.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  toString(): string {
    return this.#joined.join('') + this.#pieces.join('');
  }
}
