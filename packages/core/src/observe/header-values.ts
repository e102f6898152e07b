/* What is told of an answer in its headers. */

/** Of nano-dollars, with all of their digits: `0.000125`. */
export function toDollars(nanoDollars: number): string {
  const digits = (nanoDollars / 1e9).toFixed(9);
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, digits[end - 1] === '.' ? end - 1 : end);
}

export function toHundredths(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}

/** A model's name may hold any character; a header may not. */
export function toHeaderValue(name: string): string {
  return /^[\x21-\x7e]*$/.test(name) ? name : encodeURIComponent(name.toWellFormed());
}
