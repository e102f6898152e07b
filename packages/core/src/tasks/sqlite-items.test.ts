import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkStore, manualClock } from '@vector-engine/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { sqliteStorage } from './sqlite-storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-items-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what is kept between requests, in SQLite', () => {
  test('is kept as every store keeps it', async () => {
    const clock = manualClock();
    const storage = sqliteStorage({ path: join(folder, 'one.sqlite'), clock });
    const { store } = storage;
    if (store === undefined) throw new Error('it has no store');
    const findings = await checkStore(store, { pass: (milliseconds) => clock.advance(milliseconds) });
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    await storage.close();
  });

  test('outlives its process', async () => {
    const path = join(folder, 'two.sqlite');
    const key = { tenant: 'acme', kind: 'object', id: 'file-1' } as const;
    const before = sqliteStorage({ path });
    await before.store?.set(key, 'kept', 60_000);
    await before.close();
    const after = sqliteStorage({ path });
    expect(await after.store?.get(key)).toBe('kept');
    expect(await after.store?.get({ ...key, tenant: 'other' })).toBeUndefined();
    await after.close();
  });
});
