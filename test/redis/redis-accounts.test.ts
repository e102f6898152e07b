import type { AccountLine, AccountStore, HoldRequest } from '@vector-engine/core';
import { redisAccounts } from '@vector-engine/redis';
import { checkAccounts } from '@vector-engine/testing';
import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { redisServer, startRedis } from './redis-server.ts';

const month: AccountLine = { account: 'acme month', period: '2026-11', limit: 1000 };
const total: AccountLine = { account: 'acme/alice total', period: 'ever', limit: 300 };
const credit: AccountLine = { account: 'acme credit', period: 'ever', limit: 'credit' };
const most = Number.MAX_SAFE_INTEGER;

const wish = (id: string, fields: Partial<HoldRequest> = {}): HoldRequest => ({
  id,
  holder: undefined,
  amount: 100,
  minimum: 1,
  lines: [month],
  expiresAt: most,
  ...fields,
});

async function withAccounts(run: (accounts: AccountStore, other: AccountStore) => Promise<void>) {
  await using redis = await startRedis();
  await run(redisAccounts(await redis.connect()), redisAccounts(await redis.connect()));
}

describe.skipIf(redisServer === undefined)('redisAccounts', () => {
  test('passes every check of a store of accounts, also as two processes', () =>
    withAccounts(async (accounts, other) => {
      const findings = await checkAccounts(accounts, { other });
      expect(findings.filter(({ passed }) => !passed)).toEqual([]);
      expect(findings.length).toBeGreaterThan(10);
    }));

  test('holds in every line what all have room for, and says where there is none', () =>
    withAccounts(async (accounts, other) => {
      expect(await accounts.hold(wish('a', { amount: 250, lines: [month, total] }))).toEqual({
        granted: 250,
        states: [
          { spent: 0, held: 250, limit: 1000 },
          { spent: 0, held: 250, limit: 300 },
        ],
      });
      expect(await other.hold(wish('b', { amount: 200, lines: [month, total] }))).toMatchObject({
        granted: 50,
      });
      expect(await accounts.hold(wish('c', { lines: [month, total] }))).toEqual({
        refusedBy: 1,
        states: [
          { spent: 0, held: 300, limit: 1000 },
          { spent: 0, held: 300, limit: 300 },
        ],
      });
      await expect(other.hold(wish('a'))).rejects.toThrow('there is a hold "a" already');
      expect(await accounts.hold(wish('d', { lines: [] }))).toEqual({ granted: 100, states: [] });
    }));

  test('settles once, to the last digit, and gives the states of the lines', () =>
    withAccounts(async (accounts, other) => {
      const large = { ...month, limit: most };
      await accounts.hold(wish('a', { amount: most - 10, lines: [large] }));
      expect(await other.settle([{ id: 'a', cost: most - 10 }])).toEqual([
        { ...large, spent: most - 10, held: 0 },
      ]);
      expect(await accounts.settle([{ id: 'a', cost: 5 }])).toEqual([]);
      expect(await accounts.hold(wish('b', { lines: [large] }))).toMatchObject({ granted: 10 });
      await accounts.hold(wish('c', { lines: [total] }));
      const states = await accounts.settle([
        { id: 'b', cost: 12 },
        { id: 'gone', cost: 1 },
        { id: 'c', cost: 0 },
      ]);
      expect(states).toEqual([
        { ...large, spent: most + 2, held: 0 },
        { ...total, spent: 0, held: 0 },
      ]);
    }));

  test('resizes up to what has room, and what is not there to nothing', () =>
    withAccounts(async (accounts) => {
      await accounts.hold(wish('a', { lines: [month, total] }));
      await accounts.hold(wish('b', { lines: [total] }));
      expect(await accounts.resize('a', 1000)).toBe(200);
      expect(await accounts.resize('a', 30)).toBe(30);
      expect(await accounts.resize('c', 30)).toBe(0);
      expect(await accounts.read([month, total])).toEqual([
        { spent: 0, held: 30, limit: 1000 },
        { spent: 0, held: 130, limit: 300 },
      ]);
      await accounts.settle([{ id: 'b', cost: 1000 }]);
      expect(await accounts.resize('a', 50)).toBe(30);
    }));

  test('what is lost is counted as spent: with its holder, or with its time', () =>
    withAccounts(async (accounts, other) => {
      await accounts.renew('one', 1000);
      await accounts.hold(wish('of one', { holder: 'one' }));
      await accounts.hold(wish('job', { amount: 7, expiresAt: 5000 }));
      await accounts.hold(wish('of nobody known', { amount: 3, holder: 'two' }));
      expect(await other.sweep(999)).toEqual([{ id: 'of nobody known', cost: 3 }]);
      await accounts.renew('one', 2000);
      expect(await other.sweep(1000)).toEqual([]);
      expect(await other.sweep(2000)).toEqual([{ id: 'of one', cost: 100 }]);
      expect(await other.sweep(5000)).toEqual([{ id: 'job', cost: 7 }]);
      expect(await other.sweep(most)).toEqual([]);
      expect(await accounts.settle([{ id: 'of one', cost: 1 }])).toEqual([]);
      expect(await accounts.read([month])).toEqual([{ spent: 110, held: 0, limit: 1000 }]);
    }));

  test('more are swept than are swept in one go', () =>
    withAccounts(async (accounts) => {
      const line = { ...month, limit: 10_000 };
      const ids = Array.from({ length: 1200 }, (_, index) => `hold ${index}`);
      await Promise.all(
        ids.map((id) => accounts.hold(wish(id, { holder: 'gone', amount: 1, lines: [line] }))),
      );
      const lost = await accounts.sweep(1);
      expect(new Set(lost.map(({ id }) => id)).size).toBe(1200);
      expect(await accounts.read([line])).toEqual([{ spent: 1200, held: 0, limit: 10_000 }]);
    }));

  test('a credit is what was paid in, each payment once', () =>
    withAccounts(async (accounts, other) => {
      const lines = [credit];
      expect(await accounts.hold(wish('a', { lines }))).toEqual({
        refusedBy: 0,
        states: [{ spent: 0, held: 0, limit: 0 }],
      });
      expect(await accounts.topUp(credit.account, 500, 'payment 1')).toEqual({
        spent: 0,
        held: 0,
        limit: 500,
      });
      await other.topUp(credit.account, 500, 'payment 1');
      expect(await other.hold(wish('a', { amount: 800, lines }))).toMatchObject({ granted: 500 });
      expect(await accounts.topUp(credit.account, -200, 'payment 2')).toEqual({
        spent: 0,
        held: 500,
        limit: 300,
      });
      await accounts.settle([{ id: 'a', cost: 100 }]);
      expect(await other.read([credit, month])).toEqual([
        { spent: 100, held: 0, limit: 300 },
        { spent: 0, held: 0, limit: 1000 },
      ]);
    }));

  test('names may be made of anything', () =>
    withAccounts(async (accounts) => {
      const names = ['a b', 'a', ' ', '', '"', 'é\u0000\u{1f600}', '\ud800', '{x}', '-', '__proto__'];
      const lines = names.flatMap((account) => names.map((period) => ({ account, period, limit: 5 })));
      for (const id of names) {
        await accounts.hold(wish(id, { holder: id, amount: 1, lines: lines.slice(0, 40) }));
        expect(await accounts.settle([{ id, cost: 0 }])).toHaveLength(40);
      }
      await accounts.hold(wish('last', { amount: 2, lines: lines.slice(1) }));
      expect(await accounts.read(lines.slice(0, 2))).toEqual([
        { spent: 0, held: 0, limit: 5 },
        { spent: 0, held: 2, limit: 5 },
      ]);
    }));

  test('periods of a calendar are forgotten long after their end, what has no end never', async () => {
    await using redis = await startRedis();
    const client = await redis.connect();
    const accounts = redisAccounts(client);
    await accounts.topUp(credit.account, 500, 'payment');
    await accounts.hold(wish('a', { lines: [month, total, credit] }));
    const times = await Promise.all((await client.keys('*')).map((key) => client.pTTL(key)));
    const dated = times.filter((time) => time !== -1);
    expect(dated).toHaveLength(1);
    expect(dated[0]).toBeGreaterThan(399 * 86_400_000);
  });

  test('while Redis is out of reach it rejects at once', async () => {
    const client = createClient({ url: 'redis://127.0.0.1:1' });
    const accounts = redisAccounts(client);
    client.connect().catch(() => {});
    await expect(accounts.hold(wish('a'))).rejects.toThrow('Redis is out of reach');
    await expect(accounts.renew('a', 1)).rejects.toThrow('Redis is out of reach');
    client.destroy();
  });
});
