import type { Extra } from '../../protocol/content.ts';

/** Collects the names of what cannot be said in this dialect, each once. */
export interface Drops {
  add(name: string): void;
  /** Names the fields of other dialects. */
  addForeign(extra: Extra | undefined): void;
  list(): readonly string[];
}

export function collectDrops(): Drops {
  const names = new Set<string>();
  return {
    add: (name) => {
      names.add(name);
    },
    addForeign: (extra = {}) => {
      for (const [dialect, fields] of Object.entries(extra)) {
        if (dialect !== 'openai-chat') for (const name of Object.keys(fields ?? {})) names.add(name);
      }
    },
    list: () => [...names],
  };
}
