import { randomUUID } from 'node:crypto';
import { postgres, postgresLimits } from '@vector-engine/postgres';
import { describe, expect, onTestFinished, test } from 'vitest';
import { postgresServer, startPostgres } from './postgres-server.ts';

const limit = 1_000_000_000;
const lines = [{ account: 'acme month', period: '2026-11', limit }];

interface Tally {
  /** Of what was acknowledged. */
  readonly settled: string[];
  readonly errors: unknown[];
  /** Milliseconds of the one that took longest. */
  slowest: number;
}

async function more(what: readonly unknown[], count: number): Promise<void> {
  const enough = what.length + count;
  while (what.length < enough) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.skipIf(postgresServer === undefined)('a Postgres that goes away and comes back', () => {
  test('killed under load, twice: all that is asked meanwhile is refused in time, and what it acknowledged is there', {
    timeout: 60_000,
  }, async () => {
    await using server = await startPostgres({ isSafe: true });
    const { connectionString } = server;
    const ledger = postgres({ connectionString, patience: 1500 });
    const limits = postgresLimits({ connectionString, patience: 1500 });
    onTestFinished(async () => {
      await Promise.all([ledger.close(), limits.close()]);
    });
    const tally: Tally = { settled: [], errors: [], slowest: 0 };
    const state = { isOver: false };
    const call = async (): Promise<void> => {
      const id = randomUUID();
      const counter = { key: 'acme', limit, window: 86_400_000, amount: 1 };
      await limits.take([counter]);
      await ledger.accounts.hold({ id, holder: undefined, amount: 10, minimum: 10, lines, expiresAt: 1e13 });
      await ledger.accounts.settle([{ id, cost: 10 }]);
      tally.settled.push(id);
    };
    const work = async (): Promise<void> => {
      while (!state.isOver) {
        const start = performance.now();
        await call().catch((error: unknown) => {
          tally.errors.push(error);
          return new Promise((resolve) => setTimeout(resolve, 20));
        });
        tally.slowest = Math.max(tally.slowest, performance.now() - start);
      }
    };
    const workers = Array.from({ length: 20 }, work);
    for (let outage = 0; outage < 2; outage++) {
      await more(tally.settled, 200);
      await server.kill();
      await more(tally.errors, 100);
      await server.restart();
    }
    await more(tally.settled, 200);
    state.isOver = true;
    await Promise.all(workers);

    console.info(
      `${tally.settled.length} settled, ${tally.errors.length} refused, slowest ${tally.slowest.toFixed()} ms`,
    );
    for (const error of tally.errors) expect(error).toMatchObject({ code: 'VE_STORE_FAILED' });
    // Three questions, one after the other.
    expect(tally.slowest).toBeLessThan(3 * 2000);
    await ledger.accounts.sweep(2e13);
    const [account] = await ledger.accounts.read(lines);
    expect(account?.held).toBe(0);
    // What was never answered may have been done.
    expect(account?.spent).toBeGreaterThanOrEqual(10 * tally.settled.length);
    expect(account?.spent).toBeLessThanOrEqual(10 * (tally.settled.length + tally.errors.length));
  });
});
