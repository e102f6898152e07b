import type { Extra } from '../../protocol/content.ts';

/** Collects the names of what cannot be said in this dialect, each once. */
export interface Drops {
  add(name: string): void;
  /** Names the fields of other dialects; `place` is put before them. */
  addForeign(extra: Extra | undefined, place?: string): void;
  list(): readonly string[];
}

export function collectDrops(): Drops {
  const names = new Set<string>();
  return {
    add: (name) => {
      names.add(name);
    },
    addForeign: (extra, place = '') => {
      for (const [dialect, fields] of Object.entries(extra ?? {})) {
        if (dialect === 'anthropic-messages' || fields === undefined) continue;
        for (const name of Object.keys(fields)) names.add(`${place}${name}`);
      }
    },
    list: () => [...names],
  };
}
