/** What the reader has chosen, kept in this browser. Where that is forbidden, it holds until the page is left. */
const prefix = 'vector-engine.';

export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(prefix + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** `undefined` forgets it. */
export function remember(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, value);
  } catch {
    // It is chosen again the next time.
  }
}
