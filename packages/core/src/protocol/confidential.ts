const hidden = '[confidential]';

/**
 * Something that people have asked or were answered. It is no text: no log, event, error or ledger takes it, and where it
 * gets into one all the same, nothing of it is shown. `reveal()` is for those who are meant to have it.
 */
export class Confidential {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }
}
