/** A number from 0 to 1, and not 1: `Math.random`, or one that is the same each time. */
export type Random = () => number;

/** One of several, those with more weight more often. */
export function pick<Item extends { readonly weight: number }>(random: Random, items: readonly Item[]): Item {
  let left = random() * items.reduce((sum, { weight }) => sum + weight, 0);
  for (const item of items) {
    left -= item.weight;
    if (left < 0) return item;
  }
  const last = items.at(-1);
  if (last === undefined) throw new Error('there is nothing to choose from');
  return last;
}

/** Most of them near `middle`, few several times as much: as times and sizes are spread. */
export function around(random: Random, middle: number): number {
  return middle * Math.exp((random() + random() + random() - 1.5) * 1.2);
}

/** The same numbers for the same seed: https://en.wikipedia.org/wiki/Linear_congruential_generator */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
