/** Names, each once, in the order in which they came; others speak of them by their places, from 1 as SQL counts. */
export class Numbering {
  readonly #places = new Map<string, number>();

  placeOf(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.#places.size + 1);
    return this.#places.size;
  }

  get names(): string[] {
    return [...this.#places.keys()];
  }
}
