/** Ours on bare `node:http`: with everything that says who may spend what, with what is on by default, and with nothing of it. */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createGateway,
  type Gateway,
  type Ledger,
  memoryLedger,
  openaiCompatible,
  type Principal,
  toNodeListener,
} from '@vector-engine/core';
import { listen } from '../listen.ts';
import { livenessOf } from './liveness-of.ts';
import type { Subject } from './subject.ts';

/** Dollars for a million tokens. */
const PRICE = { input: 2, output: 8 } as const;
/** So much that nothing is ever refused: in a minute, at once, and in dollars. */
const PLENTY = 1_000_000_000;
/** A small integer to the engine, as limits in use are. */
const LIMITS = { rpm: PLENTY, tpm: 2 * PLENTY } as const;
const USERS = 20;
/** Rows, as many as a gateway keeps by itself. */
export const KEPT_IN_MEMORY = 10_000;

/** What a host has of its users in its own tables. */
const users: readonly Required<Pick<Principal, 'limits' | 'budgets'>>[] = Array.from(
  { length: USERS },
  () => ({
    limits: { ...LIMITS, concurrency: 10_000 },
    budgets: [{ limit: 1_000_000, window: 'month' }],
  }),
);

let asked = 0;

/** Made anew for each request, as hosts do. */
function identify(): Principal {
  const place = asked++ % USERS;
  const id = `user-${place}`;
  return { tenant: 'acme', id, path: `acme/research/${id}`, ...users[place] };
}

function optionsAt(upstreamPort: number) {
  return {
    upstreams: { up: openaiCompatible({ baseURL: `http://127.0.0.1:${upstreamPort}/v1`, apiKey: 'k' }) },
    models: { 'bench-model': 'up/bench-model-upstream' },
    prices: { 'up/bench-model-upstream': PRICE },
  } as const;
}

async function serve(gateway: Gateway): Promise<Subject> {
  return { port: await listen(createServer(toNodeListener(gateway))), live: livenessOf(gateway) };
}

/** Nobody is told apart, and nothing is written down. */
export function startUnbooked(upstreamPort: number): Promise<Subject> {
  return serve(createGateway({ ...optionsAt(upstreamPort), open: true, ledger: false }));
}

/** As a gateway is whose options say nothing of it: the last calls are in memory. */
export function startDefault(upstreamPort: number): Promise<Subject> {
  return serve(createGateway({ ...optionsAt(upstreamPort), open: true }));
}

/** Callers in a tree, limits and budgets of theirs and of the tree's, and a row for each call. */
export async function startBooked(
  upstreamPort: number,
  ledger: Ledger = memoryLedger({ entries: KEPT_IN_MEMORY }),
): Promise<Subject> {
  const gateway = createGateway({
    ...optionsAt(upstreamPort),
    identify,
    ledger,
    limits: { tenant: LIMITS },
    budgets: { acme: { limit: PLENTY / 1_000 }, 'acme/research': { limit: PLENTY / 1_000, window: 'day' } },
  });
  return {
    ...(await serve(gateway)),
    async books() {
      const [budget] = await gateway.budgets.read('acme');
      while ((gateway.stats().ledger?.queued ?? 0) > 0) await sleep(10);
      const [rows] = await ledger.totals({}, []);
      return { rows: rows?.calls ?? 0, spent: budget?.spent ?? 0, held: budget?.held ?? 0 };
    },
  };
}
