import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'vitest';
import { memoryLedger } from '../../packages/core/src/ledger/memory/memory-ledger.ts';
import { sqlite } from '../../packages/core/src/ledger/sqlite/sqlite.ts';
import { playAccounts, turns } from './play-accounts.ts';

test('no order of holds, settlements, losses and crashes spends more than a limit, or leaves anything held: in memory', async () => {
  const { accounts } = memoryLedger();
  await fc.assert(
    fc.asyncProperty(turns, (all) => playAccounts([accounts], all)),
    { numRuns: 300 },
  );
});

test('no order of holds, settlements, losses and crashes spends more than a limit, or leaves anything held: two on one file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vector-accounts-'));
  const ledgers = [sqlite(join(folder, 'a.db')), sqlite(join(folder, 'a.db'))] as const;
  await fc.assert(
    fc.asyncProperty(turns, (all) => playAccounts([ledgers[0].accounts, ledgers[1].accounts], all)),
    { numRuns: 60 },
  );
  for (const ledger of ledgers) await ledger.close();
  rmSync(folder, { recursive: true });
});
