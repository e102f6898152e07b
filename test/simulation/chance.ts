/** The same in every run: mulberry32. */
export function seededChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time between two that come by chance, `mean` apart on average. */
export function drawGap(random: () => number, mean: number): number {
  return -Math.log(1 - random()) * mean;
}

/**
 * Lognormal, 1 on average: most answers take a little less than usual, and a few take three times as long. Its normal
 * number is a sum of twelve, because the last digit of a cosine differs from one engine to another.
 */
export function drawFactor(random: () => number, spread = 0.5): number {
  let normal = -6;
  for (let count = 0; count < 12; count++) normal += random();
  return Math.exp(spread * normal - (spread * spread) / 2);
}
