import { describe, expect, test } from 'vitest';
import { openDesk } from '../../test/account-world.ts';
import { openBudgets } from './budgets.ts';

describe('gateway.budgets', () => {
  test('pays in and reads, in dollars', async () => {
    const { desk, hold } = openDesk({ acme: { window: 'credit' }, 'acme/*': { limit: 20, window: 'total' } });
    const budgets = openBudgets(desk);
    await budgets.topUp('acme', 0.1, { id: '1' });
    await budgets.topUp('acme', 0.2, { id: '2' });
    await budgets.topUp('acme', 0.2, { id: '2' });
    // Not 0.30000000000000004: what is counted is whole nano-dollars.
    expect(await budgets.topUp('acme', 10, { id: '3' })).toMatchObject({
      path: 'acme',
      limit: 10.3,
      left: 10.3,
    });
    expect(await budgets.topUp('acme', -0.3, { id: '4' })).toMatchObject({ limit: 10 });
    (await hold({ path: 'acme/research' }, 1))?.refund();
    await desk.flush();
    expect(await budgets.read('acme/research')).toEqual([
      { path: 'acme', window: 'credit', limit: 10, spent: 0, held: 0, left: 10, resetsAt: undefined },
      { path: 'acme/research', window: 'total', limit: 20, spent: 0, held: 0, left: 20, resetsAt: undefined },
    ]);
    expect(await budgets.read('globex')).toEqual([]);
  });

  test("a key's credit is its own", async () => {
    const { desk, hold } = openDesk(undefined);
    const budgets = openBudgets(desk);
    await budgets.topUp({ key: 'key_1' }, 5, { id: '1' });
    const principal = { tenant: 'acme', key: 'key_1', budgets: [{ window: 'credit' as const }] };
    expect((await hold(principal, 1, 50))?.granted).toBe(5e9);
    expect(await desk.state(principal)).toMatchObject([{ key: 'key_1', limit: 5, held: 5 }]);
  });

  test.each<[string, number, string, RegExp]>([
    ['acme//x', 1, '1', /names with a slash/],
    ['', 1, '1', /names with a slash/],
    ['acme', Number.NaN, '1', /number of dollars/],
    ['acme', Infinity, '1', /number of dollars/],
    ['acme', 0, '1', /number of dollars/],
    ['acme', 1e12, '1', /number of dollars/],
    ['acme', 1, '', /no other payment/],
  ])('topUp(%j, %d, %j) is a mistake', async (path, dollars, id, told) => {
    const { accounts, desk } = openDesk(undefined);
    await expect(openBudgets(desk).topUp(path, dollars, { id })).rejects.toMatchObject({
      code: 'VE_PARAMETER_INVALID',
      message: expect.stringMatching(told),
    });
    expect(accounts.asked).toEqual({});
  });
});
