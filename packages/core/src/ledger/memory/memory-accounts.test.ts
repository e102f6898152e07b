import { expect, test } from 'vitest';
import { MemoryAccounts } from './memory-accounts.ts';

test('a window in which nothing is held, but for a call that is under way, is not forgotten', async () => {
  const accounts = new MemoryAccounts();
  const hold = (period: string, amount: number): string => {
    const lines = [{ account: 'acme day', period, limit: 100 }];
    accounts.holdNow({ id: period, holder: undefined, amount, minimum: 0, lines, expiresAt: Infinity });
    return period;
  };
  hold('day 0', 0);
  for (let day = 1; day < 20; day++) accounts.settleNow({ id: hold(`day ${day}`, 1), cost: 1 });
  accounts.settleNow({ id: 'day 0', cost: 7 });
  const [first] = await accounts.read([{ account: 'acme day', period: 'day 0', limit: 100 }]);
  expect(first).toMatchObject({ spent: 7, held: 0 });
});
