import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../errors.ts';
import { Transactions } from './transactions.ts';

function open() {
  let begun = 0;
  const state: { problem: Error | undefined } = { problem: undefined };
  const transactions = new Transactions({
    transact(act) {
      begun++;
      const result = act();
      if (state.problem !== undefined) throw state.problem;
      return result;
    },
  });
  return { transactions, state, begun: () => begun };
}

describe('what is asked for in the same turn', () => {
  test('is one transaction, and nobody is told before it is done', async () => {
    const { transactions, begun } = open();
    const all = Promise.all(Array.from({ length: 50 }, (_, index) => transactions.add(() => index)));
    expect(begun()).toBe(0);
    expect(await all).toHaveLength(50);
    expect(begun()).toBe(1);
    await transactions.add(() => 1);
    expect(begun()).toBe(2);
  });

  test('is refused by itself, or fails together', async () => {
    const { transactions, state } = open();
    const refused = transactions.add(() => {
      throw new GatewayError('VE_STORE_FAILED', { reason: 'not you' });
    });
    const fine = transactions.add(() => 'fine');
    await expect(refused).rejects.toThrow('not you');
    expect(await fine).toBe('fine');
    state.problem = new Error('disk full');
    for (const promise of [transactions.add(() => 1), transactions.add(() => 2)])
      await expect(promise).rejects.toMatchObject({ code: 'VE_STORE_FAILED', cause: state.problem });
  });
});
