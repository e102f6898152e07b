import type { Sample } from './family.ts';

/** Numbers by two names. */
export class Tally<First extends string = string, Second extends string = string> {
  readonly #labels: readonly [first: string, second: string];
  readonly #counts = new Map<First, Map<Second, number>>();

  /** `labels`: what the names are the values of. */
  constructor(labels: readonly [first: string, second: string]) {
    this.#labels = labels;
  }

  add(first: First, second: Second, by = 1): void {
    let counts = this.#counts.get(first);
    if (counts === undefined) this.#counts.set(first, (counts = new Map()));
    counts.set(second, (counts.get(second) ?? 0) + by);
  }

  samples(): Sample[] {
    const [one, other] = this.#labels;
    return [...this.#counts].flatMap(([first, counts]) =>
      [...counts].map(([second, value]) => ({ labels: { [one]: first, [other]: second }, value })),
    );
  }
}
