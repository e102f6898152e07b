import type { Pool as PoolType } from 'undici';
// undici's entry replaces the dispatcher of the host's own `fetch` (nodejs/undici#5500), with properties that cannot be
// deleted afterwards, and loads its own fetch, WebSocket and caches: a third of our import time. The pool alone does neither.
// @ts-expect-error -- no types for it by this path; they are those of the entry
import untypedPool from 'undici/lib/dispatcher/pool.js';

export const Pool: typeof PoolType = untypedPool;
