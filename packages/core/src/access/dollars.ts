/** Nano-dollars as people count. */
export function toDollars(nano: number): number {
  return nano / 1e9;
}

/** Nano-dollars in words: `$12.50`, `$0.000375`, `-$4.00`. */
export function wordDollars(nano: number): string {
  const amount = toDollars(Math.abs(nano))
    .toFixed(6)
    .replace(/0{1,4}$/, '');
  return `${nano < 0 ? '-' : ''}$${amount}`;
}
