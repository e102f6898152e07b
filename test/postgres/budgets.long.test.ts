import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { postgres } from '@vector-engine/postgres';
import { expect, onTestFinished, test } from 'vitest';
import { postgresServer, startPostgres } from './postgres-server.ts';

interface Counts {
  readonly spent: number;
  readonly taken: number;
  readonly entered: number;
}

const processes = 4;
const calls = 10_000;

async function startSpender(connectionString: string): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'spender.ts'), [connectionString, String(calls / processes)], {
    execArgv: ['--conditions=@vector-engine/source'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child, 'message');
  return child;
}

test.skipIf(postgresServer === undefined)(
  'four processes, one Postgres, 10,000 calls: budgets, counters and places that are enough for some are for exactly so many',
  { timeout: 60_000 },
  async () => {
    await using server = await startPostgres();
    const { connectionString } = server;
    const spenders = await Promise.all(
      Array.from({ length: processes }, () => startSpender(connectionString)),
    );
    const start = performance.now();
    const results = spenders.map(async (child): Promise<Counts> => {
      const told = once(child, 'message');
      const ended = once(child, 'exit');
      child.send('go');
      const [counts] = (await told) as [Counts];
      expect(await ended).toEqual([0, null]);
      return counts;
    });
    const all = await Promise.all(results);
    console.info(`${calls} calls in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    const sum = (name: keyof Counts): number => all.reduce((total, counts) => total + counts[name], 0);
    expect({ spent: sum('spent'), taken: sum('taken'), entered: sum('entered') }).toEqual({
      spent: 5000,
      taken: 5000,
      entered: 100,
    });
    const ledger = postgres({ connectionString });
    const limit = 5_000_000;
    const lines = ['acme', 'acme/research'].map((name) => ({
      account: `${name} month`,
      period: '2026-11',
      limit,
    }));
    expect(await ledger.accounts.read(lines)).toEqual(lines.map(() => ({ spent: limit, held: 0, limit })));
    await ledger.close();
  },
);
