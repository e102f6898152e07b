/** The value below which `part` of the ascending values lie. */
export function quantile(ascending: readonly number[], part: number): number {
  const index = Math.min(ascending.length - 1, Math.floor(ascending.length * part));
  return ascending[index] ?? Number.NaN;
}

/** NaN where there is nothing to take the median of. */
export function median(values: readonly number[]): number {
  const ascending = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const middle = ascending.length / 2;
  if (ascending.length % 2 === 1) return ascending[Math.floor(middle)] ?? Number.NaN;
  return ((ascending[middle - 1] ?? Number.NaN) + (ascending[middle] ?? Number.NaN)) / 2;
}
