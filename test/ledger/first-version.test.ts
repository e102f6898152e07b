import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { ledgerMigrations } from '../../packages/core/src/ledger/sql/migrations.ts';
import { accountTables, plainHolds } from '../../packages/core/src/ledger/sqlite/account-tables.ts';
import { sqlite } from '../../packages/core/src/ledger/sqlite/sqlite.ts';
import { expectGoesOn, firstVersionRows } from './first-version.ts';

test('a file that the first version has written is gone on with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'first-version-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'gateway.db');
  const file = new DatabaseSync(path);
  const [entryTables = []] = ledgerMigrations('sqlite');
  for (const sql of [...entryTables, accountTables, plainHolds, ...firstVersionRows]) file.exec(sql);
  file.exec('CREATE TABLE vector_ledger_schema (version INTEGER NOT NULL) STRICT');
  file.exec('INSERT INTO vector_ledger_schema (version) VALUES (3)');
  file.close();
  const ledger = sqlite(path);
  await expectGoesOn(ledger);
  await ledger.close();
  // Once is enough.
  const again = sqlite(path);
  expect((await again.totals({}, []))[0]?.calls).toBe(25);
  await again.close();
});
