import { describe, expect, test } from 'vitest';
import { dollar, openDesk, PlainAccounts } from '../../test/account-world.ts';
import { GatewayError } from '../errors.ts';

const alice = { path: 'acme/research/alice' };
const minute = 60_000;

describe('holding', () => {
  test('who has no budget waits for nothing', () => {
    const { desk, accounts } = openDesk({ globex: { limit: 1 } });
    const request = { id: '1', principal: alice, prompt: 1, most: 2, expiresAt: 0 };
    expect(desk.hold(request)).toBeUndefined();
    expect(openDesk(undefined).desk.hold(request)).toBeUndefined();
    expect(desk.hold({ ...request, principal: {} })).toBeUndefined();
    expect(accounts.asked['hold']).toBeUndefined();
  });

  test('what the call may cost is held, and what it did not is free again', async () => {
    const { accounts, desk, hold } = openDesk({ acme: { limit: 10 } });
    const held = await hold(alice, 1, 4);
    expect(held?.granted).toBe(4 * dollar);
    expect(accounts.check()).toEqual({
      'acme month 2026-11': { spent: 0, held: 4 * dollar, limit: 10 * dollar },
    });
    held?.settle(1.5 * dollar);
    held?.settle(9 * dollar);
    held?.refund();
    await desk.flush();
    expect(accounts.check()).toEqual({
      'acme month 2026-11': { spent: 1.5 * dollar, held: 0, limit: 10 * dollar },
    });
    (await hold(alice, 1, 4))?.refund();
    await desk.flush();
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent: 1.5 * dollar, held: 0 });
  });

  test('a lone call near the limit is given what is left', async () => {
    const { desk, hold } = openDesk({ acme: { limit: 1 } });
    const first = await hold(alice, 0.1, 50);
    expect(first?.granted).toBe(dollar);
    first?.settle(0.3 * dollar);
    // The first is not in the store yet.
    const second = await hold(alice, 0.1, 50);
    expect(second?.granted).toBe(0.7 * dollar);
    second?.settle(0.6 * dollar);
    expect((await hold(alice, 0.1, 50))?.granted).toBe(0.1 * dollar);
    await desk.close();
  });

  test('what is about to be settled is there for a call that could have less without it', async () => {
    const { hold } = openDesk({ acme: { limit: 10 } });
    const first = await hold(alice, 1, 6);
    first?.settle(dollar);
    expect((await hold(alice, 1, 9))?.granted).toBe(9 * dollar);
  });

  test('of all levels the one with the least room decides', async () => {
    const { accounts, hold, refused } = openDesk({
      acme: { limit: 100 },
      'acme/*': { limit: 5, window: 'day' },
      'acme/research/alice': [
        { limit: 50, window: 'total' },
        { limit: 3, window: 'week' },
      ],
    });
    expect((await hold(alice, 1, 20))?.granted).toBe(3 * dollar);
    const { details } = await refused(alice, 1);
    expect(details.budget).toMatchObject({ path: 'acme/research/alice', window: 'week', isHeld: true });
    // Nothing is held where one refuses.
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ held: 3 * dollar });
    const bob = await hold({ path: 'acme/research/bob' }, 1, 20);
    expect(bob?.granted).toBe(2 * dollar);
    expect((await hold({ path: 'acme/sales/eve' }, 1, 20))?.granted).toBe(5 * dollar);
  });

  test("a caller's own budget is one more, and a key's is its own", async () => {
    const { hold, refused } = openDesk({ acme: { limit: 10 } });
    const budgets = [{ limit: 2 }];
    expect((await hold({ ...alice, budgets }, 1, 5))?.granted).toBe(2 * dollar);
    expect((await hold({ ...alice, budgets, key: 'key_1' }, 1, 5))?.granted).toBe(2 * dollar);
    expect((await hold({ ...alice, budgets, key: 'key_2' }, 1, 5))?.granted).toBe(2 * dollar);
    expect((await hold(alice, 1, 50))?.granted).toBe(4 * dollar);
    const error = await refused({ tenant: 'globex', budgets: [{ limit: 0 }], key: 'key_3' }, 1);
    expect(error.details.budget).toMatchObject({ key: 'key_3', window: 'month', limit: 0 });
    expect(error.message).toBe(
      'of the budget of this month of the key "key_3", $0.00 of the $0.00 are spent, and it needs $1.00 at least. It begins anew at 2026-12-01T00:00:00.000Z',
    );
  });

  test('two that say the same of a place are one, and the smaller holds', async () => {
    const { accounts, hold } = openDesk({ 'acme/research/alice': { limit: 10 } });
    expect((await hold({ ...alice, budgets: [{ limit: 3 }] }, 1, 20))?.granted).toBe(3 * dollar);
    expect(Object.keys(accounts.check())).toEqual(['acme/research/alice month 2026-11']);
  });

  test('with the next period all is there again', async () => {
    const { clock, hold, refused } = openDesk({
      acme: { limit: 1, window: 'day', timeZone: 'Asia/Kathmandu' },
    });
    (await hold(alice, 1))?.settle(dollar);
    const { details } = await refused(alice, 0.5);
    expect(details).toMatchObject({
      retryAfter: (18 * 60 + 15) * minute - 0,
      budget: { resetsAt: '2026-11-21T18:15:00.000Z', isHeld: false },
    });
    await clock.advance(details.retryAfter ?? 0);
    expect((await hold(alice, 1))?.granted).toBe(dollar);
  });

  test('a clock that jumps back finds what was spent then', async () => {
    let now = Date.UTC(2026, 10, 21);
    const { accounts, desk, hold, refused } = openDesk(
      { acme: { limit: 1, window: 'day' } },
      { clock: { ...openDesk({}).clock, now: () => now } },
    );
    (await hold(alice, 1))?.settle(dollar);
    await desk.flush();
    now += 24 * 60 * minute;
    (await hold(alice, 1))?.settle(dollar);
    await desk.flush();
    now -= 25 * 60 * minute;
    expect((await hold(alice, 1))?.granted).toBe(dollar);
    now += 2 * 60 * minute;
    expect((await refused(alice, 1)).code).toBe('VE_BUDGET_EXCEEDED');
    accounts.check();
  });
});

describe('refusing', () => {
  test('names the budget that is spent, and stays so for longest, before one that is only held', async () => {
    const { hold, refused } = openDesk({
      acme: [
        { limit: 10, window: 'day' },
        { limit: 10, window: 'month' },
      ],
      'acme/research': { limit: 10.5, window: 'total' },
    });
    (await hold(alice, 9.5))?.settle(9.5 * dollar);
    await hold(alice, 0.4);
    const { details, message } = await refused(alice, 0.55);
    expect(details).toEqual({
      reason: message,
      retryAfter: Date.UTC(2026, 11, 1) - Date.UTC(2026, 10, 21),
      isFinal: true,
      budget: {
        path: 'acme',
        window: 'month',
        limit: 10,
        spent: 9.5,
        held: 0.4,
        resetsAt: '2026-12-01T00:00:00.000Z',
        isHeld: false,
      },
    });
    expect(message).toContain('of the budget of this month of "acme", $9.50 of the $10.00 are spent');
  });

  test('what only calls under way are in the way of may be tried again soon', async () => {
    const { hold, refused } = openDesk({ acme: { limit: 10 } });
    (await hold(alice, 2))?.settle(2 * dollar);
    const under = await hold(alice, 7.5);
    const { details, message } = await refused(alice, 1);
    expect(details.retryAfter).toBe(1000);
    expect(details.isFinal).toBeUndefined();
    expect(details.budget).toMatchObject({ isHeld: true, spent: 2, held: 7.5 });
    expect(message).toBe(
      'of the budget of this month of "acme", $2.00 of the $10.00 are spent, $7.50 are held for calls under way, and it needs $1.00 at least. Try again when they are done',
    );
    under?.refund();
    expect((await hold(alice, 1, 20))?.granted).toBe(8 * dollar);
  });

  test('what is settled while the store is asked is in nobody’s way', async () => {
    const { accounts, desk, hold } = openDesk({ acme: { limit: 10 } });
    for (const wished of [8, 20]) {
      const under = await hold(alice, 1, 10);
      accounts.after = async (method) => {
        if (method !== 'hold') return;
        accounts.after = () => {};
        under?.refund();
        await desk.flush();
      };
      const next = await hold(alice, 1, wished);
      expect(next?.granted).toBe(Math.min(wished, 10) * dollar);
      next?.refund();
    }
  });

  test('a credit is to be topped up, and what is for ever has no end', async () => {
    const { refused } = openDesk({ acme: { window: 'credit' }, globex: { limit: 0, window: 'total' } });
    const credit = await refused(alice, 0.000_375);
    expect(credit.message).toBe(
      'of the credit of "acme", $0.00 of the $0.00 that were paid in are spent, and it needs $0.000375 at least. Top it up',
    );
    expect(credit.details).not.toHaveProperty('retryAfter');
    const total = await refused({ tenant: 'globex' }, 1);
    expect(total.message).toContain('It never begins anew');
    expect(total.details.budget).not.toHaveProperty('resetsAt');
  });

  test.each<[object, RegExp]>([
    [{ budgets: [{ limit: -1 }] }, /limit/],
    [{ budgets: [{ limit: Number.NaN }] }, /limit/],
    [{ budgets: [{ limit: 1, timeZone: 'Nowhere/Land' }] }, /time zone/],
    [{ budgets: 5 }, /array/],
    [{ budgets: [{}] }, /limit/],
    [{ path: 'acme//alice' }, /empty step/],
    [{ path: '', budgets: [{ limit: 1 }] }, /without a path/],
  ])('%j is refused, and told', async (principal, cause) => {
    const { accounts, logged, refused } = openDesk({ acme: { limit: 10 } });
    const error = await refused({ ...alice, ...principal }, 1);
    expect(error.code).toBe('VE_IDENTIFY_FAILED');
    expect(error.cause).toMatchObject({ message: expect.stringMatching(cause) });
    expect(logged).toEqual(['a budget cannot be read; the call is refused']);
    expect(accounts.asked['hold']).toBeUndefined();
  });

  test('a function that gives no budget refuses', async () => {
    const { refused } = openDesk(() => ({ limit: -1 }));
    expect((await refused(alice, 1)).code).toBe('VE_OPTIONS_INVALID');
  });

  test('a cost that is no number refuses, and one that is settled is all that was held', async () => {
    const { accounts, desk, hold, refused } = openDesk({ acme: { limit: 10 } });
    expect((await refused(alice, Number.NaN)).code).toBe('VE_INTERNAL');
    (await hold(alice, 1, 4))?.settle(Number.NaN);
    await desk.flush();
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent: 4 * dollar, held: 0 });
    // Without a bound, it is all that is left.
    expect((await hold(alice, 1, Infinity))?.granted).toBe(6 * dollar);
  });
});

describe('soft limits', () => {
  test('are told once in a period, and to every caller', async () => {
    const { clock, desk, hold, warned } = openDesk({ acme: { limit: 10, soft: 0.5, window: 'day' } });
    (await hold(alice, 1, 10))?.settle(4.9 * dollar);
    await desk.flush();
    expect(warned).toEqual([]);
    (await hold(alice, 1))?.settle(dollar);
    await desk.flush();
    const warning = {
      owner: { path: 'acme' },
      window: 'day',
      share: 0.59,
      limit: 10,
      spent: 5.9,
      resetsAt: '2026-11-22T00:00:00.000Z',
    };
    expect(warned).toEqual([warning]);
    expect((await hold(alice, 1))?.warnings).toEqual([warning]);
    expect(warned).toHaveLength(1);
    await clock.advance(24 * 60 * minute);
    expect((await hold(alice, 9))?.warnings).toEqual([]);
  });

  test('of another process are told by the next hold', async () => {
    const accounts = new PlainAccounts();
    const one = openDesk({ acme: { limit: 10 } }, { accounts });
    const other = openDesk({ acme: { limit: 10 } }, { accounts, holder: 'there' });
    (await one.hold(alice, 9))?.settle(9 * dollar);
    await one.desk.flush();
    expect((await other.hold(alice, 0.1))?.warnings).toMatchObject([{ share: 0.9 }]);
    expect([one.warned.length, other.warned.length]).toEqual([1, 1]);
  });

  test('a credit that was topped up is told anew', async () => {
    const { desk, hold, warned } = openDesk({ acme: { window: 'credit' } });
    for (const id of ['first', 'second']) {
      await desk.topUp({ path: 'acme' }, 10 * dollar, id);
      (await hold(alice, 9))?.settle(9 * dollar);
      await desk.flush();
    }
    expect(warned.map(({ share }) => share)).toEqual([0.9, 0.9]);
  });
});

describe('the store', () => {
  test('that fails refuses; what it may have held all the same is given back', async () => {
    const { accounts, clock, desk, refused } = openDesk({ acme: { limit: 10 } });
    accounts.after = (method) => {
      if (method === 'hold') throw new Error('reset by peer');
    };
    const error = await refused(alice, 1);
    expect(error).toMatchObject({ code: 'VE_STORE_FAILED', cause: { message: 'reset by peer' } });
    expect(accounts.holds).toBe(1);
    await clock.advance(10);
    expect(accounts.holds).toBe(0);
    accounts.gate = () => {
      throw new Error('gone');
    };
    expect((await refused(alice, 1)).code).toBe('VE_STORE_FAILED');
    await expect(desk.state(alice)).rejects.toThrow(GatewayError);
    await expect(desk.topUp({ path: 'acme' }, 1, '1')).rejects.toMatchObject({ code: 'VE_STORE_FAILED' });
  });

  test('is told that this process lives before its first hold, and for as long as it has some', async () => {
    const { accounts, clock, hold } = openDesk({ acme: { limit: 10 } });
    const renewals = (): number => accounts.asked['renew'] ?? 0;
    expect(renewals()).toBe(0);
    const held = await hold(alice, 1);
    expect(renewals()).toBe(1);
    await clock.advance(10 * minute);
    expect(renewals()).toBe(31);
    expect(accounts.holds).toBe(1);
    held?.settle(dollar);
    await clock.advance(10 * minute);
    expect(renewals()).toBe(31);
    // Long after: before the next.
    (await hold(alice, 1))?.refund();
    expect(renewals()).toBe(32);
  });

  test('a process that cannot be heard of for a minute loses its holds, counted as spent', async () => {
    const accounts = new PlainAccounts();
    const one = openDesk({ acme: { limit: 10 } }, { accounts });
    const { clock } = one;
    const held = await one.hold(alice, 1, 3);
    accounts.gate = (method) => {
      if (method === 'renew') throw new Error('gone');
    };
    const other = openDesk({ acme: { limit: 10 } }, { accounts, clock, holder: 'there' });
    await clock.advance(59_000);
    expect(accounts.holds).toBe(1);
    await clock.advance(61_000);
    expect([...one.lost, ...other.lost]).toEqual([{ id: 'here 0', cost: 3 * dollar }]);
    held?.settle(dollar);
    await one.desk.flush();
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent: 3 * dollar, held: 0 });
  });

  test('a job outlives its process, and another settles it', async () => {
    const accounts = new PlainAccounts();
    const { clock, desk } = openDesk({ acme: { limit: 10 } }, { accounts });
    await desk.hold({
      id: 'video',
      principal: alice,
      prompt: dollar,
      most: 2 * dollar,
      expiresAt: clock.now() + 60 * minute,
      isJob: true,
    });
    expect(accounts.asked['renew']).toBeUndefined();
    await desk.close();
    const other = openDesk({ acme: { limit: 10 } }, { accounts, clock, holder: 'there' });
    await clock.advance(30 * minute);
    other.desk.settleById('video', 1.5 * dollar);
    other.desk.settleById('video', 1.5 * dollar);
    await other.desk.flush();
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent: 1.5 * dollar, held: 0 });
    expect(other.lost).toEqual([]);
  });

  test('a hold that nobody settles in time is spent', async () => {
    const { clock, hold, lost } = openDesk({ acme: { limit: 10 } });
    await hold(alice, 1, 2);
    await clock.advance(61 * minute);
    expect(lost).toEqual([{ id: 'here 0', cost: 2 * dollar }]);
  });

  test('nothing is asked of it, and no timer set, where there are no budgets', () => {
    const { accounts, clock, desk } = openDesk(undefined);
    expect(desk.hold({ id: '1', principal: alice, prompt: 1, most: 1, expiresAt: 0 })).toBeUndefined();
    expect([clock.pending, accounts.asked]).toEqual([0, {}]);
  });

  test('is settled with at the end, and no timer is left', async () => {
    const { accounts, clock, desk, hold, refused } = openDesk({ acme: { limit: 10 } });
    const held = await Promise.all([1, 2, 3].map(() => hold(alice, 1)));
    for (const one of held) one?.settle(dollar);
    await desk.close();
    expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent: 3 * dollar, held: 0 });
    expect(clock.pending).toBe(0);
    expect((await refused(alice, 1)).code).toBe('VE_CLOSING');
  });
});

test('the state of all budgets of a caller is told in dollars', async () => {
  const { desk, hold } = openDesk({ acme: { limit: 10 }, 'acme/*': { window: 'credit' } });
  expect(await desk.topUp({ path: 'acme/research' }, 5 * dollar, 'payment 1')).toMatchObject({ limit: 5 });
  await desk.topUp({ path: 'acme/research' }, 5 * dollar, 'payment 1');
  (await hold(alice, 1))?.settle(0.25 * dollar);
  await hold(alice, 1, 2);
  await desk.flush();
  expect(await desk.state(alice)).toEqual([
    {
      path: 'acme',
      window: 'month',
      limit: 10,
      spent: 0.25,
      held: 2,
      left: 7.75,
      resetsAt: '2026-12-01T00:00:00.000Z',
    },
    {
      path: 'acme/research',
      window: 'credit',
      limit: 5,
      spent: 0.25,
      held: 2,
      left: 2.75,
      resetsAt: undefined,
    },
  ]);
  expect(await desk.state({ path: 'globex' })).toEqual([]);
});
