import { randomUUID } from 'node:crypto';
import type { AccountLine, Ledger } from '@vector-engine/core';
import { postgres } from '@vector-engine/postgres';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, postgresServer, startPostgres } from './postgres-server.ts';

/** What one of several processes does with the hold that it has made last. */
const step = fc.record({
  process: fc.nat(2),
  act: fc.constantFrom('hold', 'hold', 'hold', 'settle', 'refund', 'resize', 'die', 'expire', 'pay'),
  lines: fc.subarray(['acme', 'acme/a', 'acme/b', 'acme/a/1', 'credit'], { minLength: 1 }),
  isReversed: fc.boolean(),
  amount: fc.integer({ min: 0, max: 120 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

describe.skipIf(postgresServer === undefined)('accounts in Postgres', () => {
  let server: PostgresServer;
  let ledgers: readonly Ledger[];

  beforeAll(async () => {
    server = await startPostgres();
    const { connectionString } = server;
    ledgers = [0, 1, 2].map(() => postgres({ connectionString, connections: 2 }));
    await ledgers[0]?.query({});
  });

  afterAll(async () => {
    await Promise.all(ledgers.map((ledger) => ledger.close()));
    await server[Symbol.asyncDispose]();
  });

  /** Runs the steps of three processes at once, in whatever order the database lets them. */
  async function run(steps: readonly Step[], lineOf: (name: string) => AccountLine): Promise<void> {
    const holders = ledgers.map(() => randomUUID());
    await Promise.all(ledgers.map(({ accounts }, index) => accounts.renew(holders[index] ?? '', 1000)));
    const held: { id: string; granted: number }[] = [];
    const act = async ({ process, act: what, lines, isReversed, amount, share }: Step): Promise<void> => {
      const accounts = ledgers[process]?.accounts;
      if (accounts === undefined) return;
      const last = what === 'hold' ? undefined : held.pop();
      if (what === 'pay') await accounts.topUp(lineOf('credit').account, amount, randomUUID());
      else if (what === 'hold') {
        const id = randomUUID();
        const named = (isReversed ? lines.toReversed() : lines).map(lineOf);
        const wish = {
          id,
          holder: holders[process],
          amount,
          minimum: amount / 2,
          lines: named,
          expiresAt: 1000,
        };
        const result = await accounts.hold({ ...wish, minimum: Math.floor(wish.minimum) });
        if ('granted' in result) held.push({ id, granted: result.granted });
      } else if (what === 'expire') await accounts.sweep(999);
      else if (last === undefined) return;
      else if (what === 'settle')
        await accounts.settle([{ id: last.id, cost: Math.floor(last.granted * share) }]);
      else if (what === 'refund') await accounts.settle([{ id: last.id, cost: 0 }]);
      else if (what === 'resize') held.push({ id: last.id, granted: await accounts.resize(last.id, amount) });
    };
    const lines = ['acme', 'acme/a', 'acme/b', 'acme/a/1', 'credit'].map(lineOf);
    const watcher = ledgers[2]?.accounts;
    for (let place = 0; place < steps.length; place += 12) {
      await Promise.all(steps.slice(place, place + 12).map(act));
      for (const { spent, held: holding, limit } of (await watcher?.read(lines)) ?? [])
        expect(spent + holding).toBeLessThanOrEqual(limit);
    }
    // Nobody is heard of any more.
    await Promise.all(ledgers.map(({ accounts }) => accounts.sweep(1001)));
    for (const state of (await watcher?.read(lines)) ?? []) {
      expect(state.held).toBe(0);
      expect(state.spent).toBeLessThanOrEqual(state.limit);
    }
  }

  test('whatever three processes do at once: spent and held are never more than the limit, and nothing stays held', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 80 }), async (steps) => {
        const world = randomUUID();
        await run(steps, (name) => ({
          account: `${world} ${name}`,
          period: '2026-11',
          limit: name === 'credit' ? 'credit' : 300,
        }));
      }),
      { numRuns: 25 },
    );
    const { rows } = await server
      .connect()
      .query("SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'");
    expect(rows).toEqual([{ deadlocks: '0' }]);
  });
});
