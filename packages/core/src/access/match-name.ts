/** Whether one of the patterns is the name, or its beginning with `*` behind it. Nothing said: every name. */
export function matchesName(patterns: readonly string[] | undefined, name: string): boolean {
  if (patterns === undefined) return true;
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name,
  );
}
