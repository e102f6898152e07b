/** Names of `known` that somebody may have meant by `wanted`, best first, at most three. */
export function findNearNames(wanted: string, known: Iterable<string>): string[] {
  const target = fold(wanted);
  const scored: { name: string; distance: number }[] = [];
  for (const name of known) {
    const candidate = fold(name);
    const contained = target.length >= 3 && (candidate.includes(target) || target.includes(candidate));
    const distance = contained
      ? 1
      : editDistance(target, candidate, Math.ceil(Math.max(target.length, 3) / 3));
    if (distance !== undefined) scored.push({ name, distance });
  }
  return scored
    .toSorted((a, b) => a.distance - b.distance || a.name.length - b.name.length)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Long names from outside are cut: the distance takes time in the square of the length. */
function fold(name: string): string {
  return name
    .slice(0, 64)
    .toLowerCase()
    .replace(/[\s_.-]/g, '');
}

/** Levenshtein's distance, or undefined above `limit`. */
function editDistance(a: string, b: string, limit: number): number | undefined {
  if (Math.abs(a.length - b.length) > limit) return undefined;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  const distance = previous[b.length] ?? limit + 1;
  return distance <= limit ? distance : undefined;
}
