/** Nano-dollars as people count. */
export function toDollars(nano: number): number {
  return nano / 1e9;
}

/** Nano-dollars in words: `$12.50`, `$0.000375`. */
export function wordDollars(nano: number): string {
  return `$${toDollars(nano)
    .toFixed(6)
    .replace(/0{1,4}$/, '')}`;
}
