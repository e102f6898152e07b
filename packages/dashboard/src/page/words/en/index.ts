import { calls } from './calls.ts';
import { filter } from './filter.ts';
import { jobs } from './jobs.ts';
import { keys } from './keys.ts';
import { overview } from './overview.ts';
import { playground } from './playground.ts';
import { shell } from './shell.ts';
import { ui } from './ui.ts';
import { upstreams } from './upstreams.ts';

/** Everything that the page says, by where it says it. Every other language has the same keys. */
export interface Words {
  readonly calls: typeof calls;
  readonly filter: typeof filter;
  readonly jobs: typeof jobs;
  readonly keys: typeof keys;
  readonly overview: typeof overview;
  readonly playground: typeof playground;
  readonly shell: typeof shell;
  readonly ui: typeof ui;
  readonly upstreams: typeof upstreams;
}

export const en: Words = { calls, filter, jobs, keys, overview, playground, shell, ui, upstreams };
