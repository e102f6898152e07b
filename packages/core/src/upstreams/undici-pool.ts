// oxlint-disable-next-line typescript/triple-slash-reference -- whoever compiles this source needs the declaration, too
/// <reference path="./undici-modules.d.ts" />
import type { buildConnector as BuildConnector, Pool as PoolType } from 'undici';
// undici's entry replaces the dispatcher of the host's own `fetch` (nodejs/undici#5500), with properties that cannot be
// deleted afterwards, and loads its own fetch, WebSocket and caches: a fifth of our import time. The pool alone does neither.
import undiciConnector from 'undici/lib/core/connect.js';
import UndiciPool from 'undici/lib/dispatcher/pool.js';

/** Typed by undici's entry: what is emitted must not need our declaration of the module. */
export const Pool: typeof PoolType = UndiciPool;
/** Makes what makes connections as the pool does. */
export const buildConnector: typeof BuildConnector = undiciConnector;
