import type { Words } from '../en/index.ts';
import { calls } from './calls.ts';
import { filter } from './filter.ts';
import { jobs } from './jobs.ts';
import { keys } from './keys.ts';
import { overview } from './overview.ts';
import { playground } from './playground.ts';
import { shell } from './shell.ts';
import { ui } from './ui.ts';
import { upstreams } from './upstreams.ts';

export const zh: Words = { calls, filter, jobs, keys, overview, playground, shell, ui, upstreams };
