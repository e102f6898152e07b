/** What stands for all names that are none of ours, or too many. */
export const otherName = 'other';
/** What stands where there is no name. */
export const noName = 'none';

/** Names as values of a label: only known ones, and at most so many, so that nobody can make any number of them up. */
export class BoundedNames {
  readonly #isKnown: (name: string) => boolean;
  readonly #most: number;
  readonly #seen = new Set<string>();

  constructor(isKnown: (name: string) => boolean, most: number) {
    this.#isKnown = isKnown;
    this.#most = most;
  }

  /** The name itself, `other`, or `none` for one that is left out or empty. */
  of(name: string | undefined): string {
    if (name === undefined || name === '') return noName;
    if (this.#seen.has(name)) return name;
    if (this.#seen.size >= this.#most || !this.#isKnown(name)) return otherName;
    this.#seen.add(name);
    return name;
  }
}
