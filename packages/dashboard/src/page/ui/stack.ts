/** Sums from the first on: what stands on what, for stacked bars. What is not known counts as nothing. */
export function stack(rows: readonly (readonly (number | null)[])[]): number[][] {
  const sums: number[] = [];
  return rows.map((row) =>
    row.map((value, at) => {
      const sum = (sums[at] ?? 0) + (value ?? 0);
      sums[at] = sum;
      return sum;
    }),
  );
}

/** Which of the values that stand on each other a height meets, from the first on; undefined above all of them. */
export function rowAtHeight(values: readonly (number | null)[], height: number): number | undefined {
  let sum = 0;
  for (const [row, value] of values.entries()) {
    sum += value ?? 0;
    if (height <= sum && (value ?? 0) > 0) return row;
  }
  return undefined;
}

/** Which of the values is nearest to a height; undefined where there are none. */
export function nearestRow(values: readonly (number | null)[], height: number): number | undefined {
  let nearest: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [row, value] of values.entries()) {
    const distance = value === null ? Number.POSITIVE_INFINITY : Math.abs(value - height);
    if (distance < least) [nearest, least] = [row, distance];
  }
  return nearest;
}
