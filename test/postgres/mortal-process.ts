import { randomUUID } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import type { LedgerEntry } from '@vector-engine/core';
import { postgres } from '@vector-engine/postgres';

/* A process that holds, settles and writes down until it is killed, and tells the id of each entry that is kept. */

// The next one begins where this has left off: what is killed keeps nothing.
flushCompileCache();

const [connectionString = '', limit = ''] = process.argv.slice(2);
const ledger = postgres({ connectionString });
const holder = randomUUID();
const lines = ['acme', 'acme/research'].map((name) => ({
  account: `${name} month`,
  period: '2026-11',
  limit: Number(limit),
}));

async function call(): Promise<LedgerEntry> {
  const id = randomUUID();
  const wish = { id, holder, amount: 1000, minimum: 1000, lines, expiresAt: Date.now() + 3_600_000 };
  const result = await ledger.accounts.hold(wish);
  const isGranted = 'granted' in result;
  if (isGranted) await ledger.accounts.settle([{ id, cost: 400 }]);
  return entry(id, isGranted);
}

/** A few at once, as the gateway writes them down. */
async function callSome(): Promise<void> {
  const entries = await Promise.all([call(), call(), call()]);
  await ledger.append(entries);
  for (const { id } of entries) process.send?.(id);
}

function entry(id: string, isGranted: boolean): LedgerEntry {
  return {
    id,
    time: Date.now(),
    tenant: 'acme',
    path: 'acme/research',
    principal: undefined,
    key: undefined,
    model: 'writer',
    served: isGranted ? 'gpt-5.2' : undefined,
    upstream: isGranted ? 'openai' : undefined,
    requestId: undefined,
    upstreamKey: undefined,
    operation: 'chat',
    status: isGranted ? 200 : 402,
    error: isGranted ? undefined : 'VE_BUDGET_EXCEEDED',
    attempts: isGranted ? 1 : 0,
    inputTokens: 10,
    cachedTokens: undefined,
    cacheWriteTokens: undefined,
    outputTokens: 10,
    reasoningTokens: undefined,
    units: undefined,
    cost: isGranted ? 400 : undefined,
    priceSource: undefined,
    isEstimated: false,
    saved: undefined,
    milliseconds: 1,
    firstByteMilliseconds: undefined,
    cache: undefined,
    stream: false,
    tags: [],
    dropped: [],
    adjusted: [],
    redacted: undefined,
    notes: undefined,
    traceless: false,
    steps: undefined,
  };
}

async function work(): Promise<void> {
  await ledger.accounts.renew(holder, Date.now() + 3_600_000);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (;;) await callSome();
    }),
  );
}

process.once('message', () => void work());
process.once('disconnect', () => process.exit());
process.send?.('ready');
