import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sqlite } from '../../packages/core/src/ledger/sqlite/sqlite.ts';
import { killProcesses } from './kill-processes.ts';

const kills = 50;
const processes = 5;
const module = new URL('../../packages/core/src/ledger/sqlite/sqlite.ts', import.meta.url);

test('50 times killed under load, no entry that was acknowledged is lost, and no budget passed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vector-kill-'));
  const path = join(folder, 'gateway.db');
  const [account, limit] = ['acme month', 1_500_000];
  const line = { account, period: 'all', limit } as const;
  const settled = new Map<string, number>();
  const written = new Map<string, number>();
  let refused = 0;
  let lost = 0;
  for (let round = 0; round < kills / processes; round++) {
    // Two of three at a moment of the first hundred milliseconds.
    const after = (round * 61) % 150;
    const report = await killProcesses({
      module,
      opener: 'sqlite',
      parameters: [path],
      account,
      limit,
      processes,
      after,
    });
    for (const [id, cost] of report.settled) settled.set(id, cost);
    for (const [id, cost] of report.written) written.set(id, cost);
    refused += report.refused;
    const ledger = sqlite(path);
    const [during] = await ledger.accounts.read([line]);
    expect((during?.spent ?? 0) + (during?.held ?? 0)).toBeLessThanOrEqual(limit);
    const swept = await ledger.accounts.sweep(Date.now() + 120_000);
    lost += swept.length;
    // Whoever was told that it had settled has: it is not settled again.
    expect(swept.filter(({ id }) => settled.has(id))).toEqual([]);
    for (const { id, cost } of swept) settled.set(id, cost);
    const [afterwards] = await ledger.accounts.read([line]);
    expect(afterwards?.held).toBe(0);
    expect(afterwards?.spent).toBeLessThanOrEqual(limit);
    await ledger.close();
  }
  const ledger = sqlite(path);
  const there = new Map<string, number | undefined>();
  let cursor: string | undefined;
  do {
    const page = await ledger.query({ limit: 1000, cursor });
    for (const { id, cost } of page.entries) there.set(id, cost);
    ({ cursor } = page);
  } while (cursor !== undefined);
  expect([...written].filter(([id, cost]) => there.get(id) !== cost)).toEqual([]);
  const [total] = await ledger.totals({}, []);
  expect(total?.calls).toBe(there.size);
  expect(total?.cost).toBe([...there.values()].reduce((sum: number, cost) => sum + (cost ?? 0), 0));
  const [state] = await ledger.accounts.read([line]);
  const acknowledged = [...settled.values()].reduce((sum, cost) => sum + cost, 0);
  console.log(
    `${written.size} entries acknowledged, ${there.size} there; ${lost} holds lost; ${state?.spent} of ${limit} spent, ${acknowledged} acknowledged; ${refused} refused`,
  );
  expect(state?.spent).toBeGreaterThanOrEqual(acknowledged);
  expect(written.size).toBeGreaterThan(500);
  await ledger.close();
  rmSync(folder, { recursive: true });
});
