/** A module as the browser reads it. */
export interface PageModule {
  readonly text: string;
  /** Names of those that are there before it begins. */
  readonly needs: readonly string[];
}

/** All modules that are needed before these begin, these first. */
export function reachModules(
  modules: ReadonlyMap<string, Pick<PageModule, 'needs'>>,
  begin: readonly string[],
): string[] {
  const found = new Set(begin);
  // What is added is gone through, too.
  for (const name of found) for (const needed of modules.get(name)?.needs ?? []) found.add(needed);
  return [...found];
}
