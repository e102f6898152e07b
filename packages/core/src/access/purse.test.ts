import { describe, expect, test } from 'vitest';
import { dollar, openDesk, PlainAccounts } from '../../test/account-world.ts';
import type { BudgetHold } from './held.ts';

const alice = { path: 'acme/research/alice' };
const looking = 100;

/** A desk whose caller has come often enough to have a purse. */
async function openBusy(limit = 1000, given: Parameters<typeof openDesk>[1] = {}) {
  const world = openDesk({ acme: { limit } }, given);
  const call = async (cost = 0.01): Promise<BudgetHold> => {
    const hold = await world.hold(alice, cost);
    if (hold === undefined) throw new Error('nothing is limited');
    return hold;
  };
  for (let turn = 0; turn < 2; turn++) {
    for (const held of await Promise.all(Array.from({ length: 8 }, () => call())))
      held.settle(0.005 * dollar);
    await world.clock.advance(looking);
  }
  // Until what was settled is.
  await world.clock.advance(10);
  const asked = (method: string): number => world.accounts.asked[method] ?? 0;
  return { ...world, call, asked, spent: 0.08 };
}

describe('a caller who comes often', () => {
  test('is paid for from one hold, and the store is asked twice for many calls', async () => {
    const { accounts, asked, call, clock, desk, spent } = await openBusy();
    const [holds, settlements] = [asked('hold'), asked('settle')];
    for (let turn = 0; turn < 10; turn++) {
      for (let count = 0; count < 8; count++) (await call()).settle(0.002 * dollar);
      await clock.advance(looking);
      accounts.check();
    }
    expect(asked('hold') - holds).toBeLessThanOrEqual(10);
    expect(asked('settle') - settlements).toBeLessThanOrEqual(10);
    const [state] = await desk.state(alice);
    expect(state).toMatchObject({ spent: spent + 10 * 8 * 0.002, held: 0 });
    await desk.close();
  });

  test('and has budgets of its own only has a purse, too', async () => {
    const { accounts, clock, hold } = openDesk(undefined);
    const bob = { tenant: 'globex', id: 'bob', budgets: [{ limit: 1000 }] };
    const callOften = async (): Promise<void> => {
      for (let count = 0; count < 8; count++) (await hold(bob, 0.01))?.settle(0.01 * dollar);
      await clock.advance(looking);
    };
    await callOften();
    await callOften();
    const { hold: before } = accounts.asked;
    await callOften();
    expect((accounts.asked['hold'] ?? 0) - (before ?? 0)).toBeLessThan(3);
  });

  test('is let in at once, whatever the store takes', async () => {
    const { accounts, desk } = await openBusy();
    const { promise, resolve } = Promise.withResolvers<void>();
    accounts.gate = () => promise;
    const request = { id: 'x', principal: alice, prompt: 1, most: 10, expiresAt: 2e12 };
    const hold = desk.hold(request);
    expect(hold).not.toBeInstanceOf(Promise);
    expect(hold).toMatchObject({ granted: 10 });
    expect(desk.draw(desk.linesOf(alice), 10, 2e12)).toMatchObject({ granted: 10 });
    expect(desk.draw(desk.linesOf(alice), Number.NaN, 2e12)).toBeUndefined();
    resolve();
  });

  test('sees what was spent while other calls are under way, and what these hold', async () => {
    const { accounts, asked, call, clock, desk, spent } = await openBusy();
    const long = await call(0.02);
    (await call()).settle(0.01 * dollar);
    await clock.advance(looking);
    expect(await desk.state(alice)).toMatchObject([{ spent: spent + 0.01, held: 0.02 }]);
    // It is left alone until something changes.
    await clock.advance(looking);
    const holds = asked('hold');
    await clock.advance(100 * looking);
    expect(asked('hold')).toBe(holds);
    expect(accounts.holds).toBe(1);
    long.settle(0.02 * dollar);
    long.settle(0.02 * dollar);
    await clock.advance(10 * looking);
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent: 0.11 * dollar, held: 0 });
    expect(accounts.holds).toBe(0);
  });

  test('has nothing held once it is silent', async () => {
    const { accounts, clock } = await openBusy();
    expect(accounts.holds).toBe(1);
    await clock.advance(2 * looking);
    expect(accounts.holds).toBe(0);
  });

  test('may have more for a call than its purse has, and less', async () => {
    const { accounts, call, desk, spent } = await openBusy();
    const hold = await call();
    expect(await hold.resize(0.004 * dollar)).toBe(0.004 * dollar);
    expect(await hold.resize(0.01 * dollar)).toBe(0.01 * dollar);
    expect(await hold.resize(5 * dollar)).toBe(5 * dollar);
    expect(hold.granted).toBe(5 * dollar);
    expect(await hold.resize(3 * dollar)).toBe(3 * dollar);
    expect(await desk.state(alice)).toMatchObject([{ held: 3 }]);
    expect(await hold.resize(2000 * dollar)).toBeLessThan(1000 * dollar);
    accounts.check();
    hold.settle(2 * dollar);
    await desk.flush();
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent: (2 + spent) * dollar, held: 0 });
    expect(await hold.resize(dollar)).toBe(0);
  });

  test('has all of it held, also what was taken while the store was asked for less', async () => {
    const { accounts, call, clock, desk } = await openBusy();
    const long = await call();
    const { promise, resolve } = Promise.withResolvers<void>();
    accounts.gate = () => promise;
    await clock.advance(looking);
    const others = await Promise.all(Array.from({ length: 3 }, () => call()));
    accounts.gate = () => {};
    resolve();
    await clock.advance(10);
    expect(accounts.check()['acme month 2026-11']?.held).toBeGreaterThanOrEqual(0.04 * dollar);
    for (const one of [long, ...others]) one.settle(0.01 * dollar);
    await desk.flush();
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent: 0.12 * dollar, held: 0 });
  });

  test('a cost that is no number is all that the call held', async () => {
    const { accounts, call, desk, logged, spent } = await openBusy();
    (await call()).settle(Number.NaN);
    await desk.flush();
    expect(accounts.check()['acme month 2026-11']?.spent).toBeCloseTo((0.01 + spent) * dollar, 3);
    expect(logged).toEqual(['a cost is no whole number of nano-dollars']);
  });

  test('what nobody settles counts as spent when no call can last as long', async () => {
    const { accounts, call, clock, desk } = await openBusy();
    const lost = await call();
    await clock.advance(3_700_000);
    expect(accounts.holds).toBe(0);
    const { spent = 0 } = accounts.check()['acme month 2026-11'] ?? {};
    expect(spent).toBe(0.09 * dollar);
    for (let count = 0; count < 8; count++) (await call()).refund();
    await clock.advance(looking);
    lost.settle(0.01 * dollar);
    await desk.flush();
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent, held: 0 });
  });
});

test('a call that was given up neither gives back nor takes', async () => {
  const { accounts, call, clock, desk, spent } = await openBusy();
  const [one, other] = [await call(), await call()];
  await clock.advance(3_700_000);
  for (let count = 0; count < 8; count++) (await call()).refund();
  await clock.advance(looking);
  expect(await one.resize(0.001 * dollar)).toBe(0.01 * dollar);
  expect(await other.resize(0.03 * dollar)).toBe(0.03 * dollar);
  one.settle(0);
  other.settle(0.02 * dollar);
  await desk.flush();
  await clock.advance(10 * looking);
  // What the first two had held counts as spent, and what one of them has used beyond that.
  expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent: (spent + 0.03) * dollar, held: 0 });
});

/** Somebody else has so much that only a few dollars are left beside a purse from which some calls of a dollar are paid. */
async function openTight(left: number) {
  const world = await openBusy();
  const mine: BudgetHold[] = [];
  for (let count = 0; count < 12; count++) mine.push(await world.call(1));
  await world.clock.advance(10);
  const { spent = 0, held = 0 } = world.accounts.check()['acme month 2026-11'] ?? {};
  await world.hold({ path: 'acme/sales/eve' }, 1000 - left - (spent + held) / dollar);
  return { ...world, mine };
}

describe('near its limit', () => {
  test('a budget is counted call by call', async () => {
    const { accounts, asked, call, clock } = await openBusy(10);
    const holds = asked('hold');
    for (let count = 0; count < 8; count++) (await call(0.5)).settle(0.001 * dollar);
    expect(asked('hold') - holds).toBe(8);
    await clock.advance(looking);
    accounts.check();
  });

  test('what a purse does not need is given back where others have taken all the rest', async () => {
    const accounts = new PlainAccounts();
    const { call, clock, desk, spent } = await openBusy(1000, { accounts });
    const under = await call();
    (await call()).settle(0.002 * dollar);
    for (let count = 0; count < 4; count++) (await call()).refund();
    const other = openDesk({ acme: { limit: 1000 } }, { accounts, clock, holder: 'there' });
    const all = await other.hold(alice, 1, 2000);
    await clock.advance(looking + 10);
    expect(accounts.holds).toBe(2);
    const { held = 0 } = accounts.check()['acme month 2026-11'] ?? {};
    expect(held - (all?.granted ?? 0)).toBe(0.012 * dollar);
    all?.refund();
    under.settle(0.01 * dollar);
    await clock.advance(1000);
    await Promise.all([desk.flush(), other.desk.flush()]);
    expect(accounts.check()['acme month 2026-11']).toMatchObject({
      spent: (spent + 0.012) * dollar,
      held: 0,
    });
  });

  test('nobody is refused for what a purse has left, and a lone call is given all of it', async () => {
    const { call, hold } = await openBusy(20);
    (await call(0.001)).settle(0);
    expect((await hold(alice, 0.01, 50))?.granted).toBe((20 - 0.08) * dollar);
  });

  test('nobody is refused for what is held twice while a purse is made anew', async () => {
    const { accounts, clock, hold, mine } = await openTight(6);
    mine.at(-1)?.settle(0.001 * dollar);
    const { promise, resolve } = Promise.withResolvers<void>();
    accounts.after = (method) => {
      if (method !== 'hold') return undefined;
      accounts.after = () => {};
      return promise;
    };
    await clock.advance(looking);
    const other = hold({ path: 'acme/sales/bob' }, 5);
    await new Promise((over) => setImmediate(over));
    resolve();
    expect((await other)?.granted).toBe(5 * dollar);
    accounts.check();
  });

  test('what calls did not need is there for others, though the purse could not be made anew', async () => {
    const { accounts, clock, hold, mine } = await openTight(0);
    const drawn = mine.filter(({ id }) => id === undefined);
    drawn[0]?.settle(0.001 * dollar);
    await clock.advance(looking);
    for (const one of drawn.slice(2)) one.settle(0.001 * dollar);
    expect(drawn.length).toBeGreaterThan(4);
    expect((await hold({ path: 'acme/sales/bob' }, 3))?.granted).toBe(3 * dollar);
    accounts.check();
  });

  test('whoever is refused does not disturb those who have budgets of their own', async () => {
    const { accounts, clock, hold } = openDesk({ acme: { limit: 1000 }, globex: { limit: 1 } });
    const callOften = async (): Promise<void> => {
      for (let count = 0; count < 8; count++) (await hold(alice, 0.01))?.settle(0.01 * dollar);
    };
    await callOften();
    await clock.advance(looking);
    await callOften();
    await clock.advance(looking / 2);
    const { hold: before = 0, settle = 0 } = accounts.asked;
    await Promise.allSettled(Array.from({ length: 20 }, () => hold({ tenant: 'globex' }, 2)));
    expect([accounts.asked['hold'], accounts.asked['settle']]).toEqual([before + 20, settle]);
  });

  test('four processes spend exactly the budget, however many ask', async () => {
    const accounts = new PlainAccounts();
    const { clock } = openDesk(undefined);
    const desks = [1, 2, 3, 4].map((name) =>
      openDesk({ acme: { limit: 20_000 } }, { accounts, clock, holder: `process ${name}` }),
    );
    let [served, refused] = [0, 0];
    for (let turn = 0; turn < 300; turn++) {
      const calls = desks.flatMap(({ hold }) => Array.from({ length: 20 }, () => hold(alice, 1)));
      for (const result of await Promise.allSettled(calls)) {
        if (result.status === 'rejected') refused++;
        else {
          result.value?.settle(dollar);
          served++;
        }
      }
      await clock.advance(looking / 2);
      accounts.check();
    }
    for (const { desk } of desks) await desk.close();
    expect([served, refused]).toEqual([20_000, 4000]);
    expect(accounts.asked['hold']).toBeLessThan(16_000);
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent: 20_000 * dollar, held: 0 });
  });
});

describe('a store that fails', () => {
  test('lets in what is held already, then nobody; and is told of all when it is well', async () => {
    const { accounts, call, clock, desk, spent } = await openBusy();
    accounts.gate = () => {
      throw new Error('gone');
    };
    let paid = 0;
    const paying = async (): Promise<never> => {
      for (;;) {
        (await call()).settle(0.01 * dollar);
        paid++;
      }
    };
    await expect(paying()).rejects.toMatchObject({ code: 'VE_STORE_FAILED' });
    expect(paid).toBeGreaterThan(0);
    await clock.advance(10 * looking);
    await expect(call()).rejects.toMatchObject({ code: 'VE_STORE_FAILED' });
    await expect(desk.flush()).rejects.toThrow('gone');
    accounts.gate = () => {};
    await clock.advance(20_000);
    expect(accounts.check()['acme month 2026-11']).toMatchObject({
      spent: Math.round((spent + paid * 0.01) * dollar),
      held: 0,
    });
    await desk.close();
    expect(accounts.holds).toBe(0);
  });

  test('and does not know of a purse that it has made is told to forget it', async () => {
    const { accounts, call, clock } = await openBusy();
    (await call()).settle(0);
    accounts.after = (method) => {
      if (method === 'hold') throw new Error('reset by peer');
    };
    for (let count = 0; count < 8; count++) await call().catch(() => {});
    await clock.advance(looking);
    accounts.after = () => {};
    await clock.advance(4_000_000);
    expect(accounts.holds).toBe(0);
    accounts.check();
  });
});

test('a process that dies has spent what its purse held', async () => {
  const accounts = new PlainAccounts();
  const { call, clock, spent } = await openBusy(1000, { accounts });
  for (let count = 0; count < 3; count++) (await call()).settle(0.01 * dollar);
  const { held = 0 } = accounts.check()['acme month 2026-11'] ?? {};
  expect(held).toBeGreaterThanOrEqual(0.03 * dollar);
  accounts.gate = () => Promise.withResolvers<void>().promise;
  await clock.advance(61_000);
  accounts.gate = () => {};
  const other = openDesk({ acme: { limit: 1000 } }, { accounts, clock, holder: 'there' });
  await other.hold(alice, 1);
  expect(other.lost).toEqual([{ id: expect.any(String), cost: held }]);
  expect(accounts.check()['acme month 2026-11']?.spent).toBe(spent * dollar + held);
});

test('a store that fails at the end is not asked for ever', async () => {
  const { accounts, call, clock, desk } = await openBusy();
  const under = [await call(), await call()];
  accounts.gate = () => {
    throw new Error('gone');
  };
  const closing = desk.close();
  await clock.advance(60_000);
  await closing;
  const { hold = 0, resize = 0 } = accounts.asked;
  under[0]?.settle(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect((accounts.asked['hold'] ?? 0) - hold).toBeLessThan(3);
  expect((accounts.asked['resize'] ?? 0) - resize).toBeLessThan(3);
});

test('at the end all is settled, and no timer is left', async () => {
  const { accounts, call, clock, desk, spent } = await openBusy();
  const under = await call();
  (await call()).settle(0.01 * dollar);
  await desk.close();
  expect(accounts.check()['acme month 2026-11']).toMatchObject({
    spent: (spent + 0.01) * dollar,
    held: 0.01 * dollar,
  });
  under.settle(0.005 * dollar);
  await clock.advance(0);
  await desk.flush();
  expect(accounts.check()['acme month 2026-11']?.held).toBe(0);
  expect(clock.pending).toBe(0);
});
