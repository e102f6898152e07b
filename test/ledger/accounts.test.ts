import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryLedger } from '../../packages/core/src/ledger/memory/memory-ledger.ts';
import { sqlite } from '../../packages/core/src/ledger/sqlite/sqlite.ts';
import { playAccounts, turns } from './play-accounts.ts';

test('no order of holds, settlements, losses and crashes spends more than a limit, or leaves anything held: in memory', async () => {
  const { accounts } = memoryLedger();
  const property = fc.asyncProperty(turns, (all) => playAccounts([accounts], all));
  await expect(fc.assert(property, { numRuns: 300 })).resolves.toBeUndefined();
});

test('no order of holds, settlements, losses and crashes spends more than a limit, or leaves anything held: two on one file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vector-accounts-'));
  const ledgers = [sqlite(join(folder, 'a.db')), sqlite(join(folder, 'a.db'))] as const;
  const stores = [ledgers[0].accounts, ledgers[1].accounts] as const;
  const property = fc.asyncProperty(turns, (all) => playAccounts(stores, all));
  await expect(fc.assert(property, { numRuns: 60 })).resolves.toBeUndefined();
  for (const ledger of ledgers) await ledger.close();
  rmSync(folder, { recursive: true });
});
