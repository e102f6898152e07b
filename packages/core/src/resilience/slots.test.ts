import { describe, expect, test, vi } from 'vitest';
import { GatewayError } from '../errors.ts';
import { RetryBudget } from './retry-budget.ts';
import { Slots } from './slots.ts';

const ignore = (): void => {};

describe('Slots', () => {
  test('are taken up to the limit, and those who wait are served in their order', async () => {
    const slots = new Slots(2);
    expect([slots.tryTake(), slots.tryTake(), slots.tryTake()]).toEqual([true, true, false]);
    const served: string[] = [];
    const first = slots.take(ignore).then(() => served.push('first'));
    const second = slots.take(ignore).then(() => served.push('second'));
    expect(slots).toMatchObject({ taken: 2, waiting: 2, isFull: true, isOverrun: true });
    slots.release();
    await first;
    expect(served).toEqual(['first']);
    slots.release();
    await second;
    expect(slots).toMatchObject({ taken: 2, waiting: 0, isOverrun: false });
    slots.release();
    slots.release();
    expect(slots).toMatchObject({ taken: 0, isFull: false });
  });

  test('one that is called off while it waits takes no slot', async () => {
    const slots = new Slots(1);
    slots.tryTake();
    let cancel: (error: GatewayError) => void = ignore;
    const waiting = slots.take((given) => {
      cancel = given;
    });
    const next = slots.take(ignore);
    const gone = new GatewayError('VE_CLIENT_CLOSED');
    cancel(gone);
    await expect(waiting).rejects.toBe(gone);
    expect(slots.waiting).toBe(1);
    slots.release();
    await next;
    expect(slots.taken).toBe(1);
    // Calling off late changes nothing.
    cancel(gone);
    slots.release();
    expect(slots).toMatchObject({ taken: 0, waiting: 0 });
  });

  test('calling off one that has its slot does not take it away', async () => {
    const slots = new Slots(1);
    slots.tryTake();
    const cancel = vi.fn<(error: GatewayError) => void>();
    const served = slots.take((given) => cancel.mockImplementation(given));
    slots.release();
    cancel(new GatewayError('VE_CLIENT_CLOSED'));
    await expect(served).resolves.toBeUndefined();
    expect(slots.taken).toBe(1);
  });
});

describe('RetryBudget', () => {
  test('2,000 calls that all want a retry make at most 2,400 attempts and what was saved', () => {
    const budget = new RetryBudget(0.2, 100);
    let attempts = 0;
    for (let call = 0; call < 2000; call++) {
      budget.earn();
      attempts++;
      while (budget.spend()) attempts++;
    }
    expect(attempts).toBeLessThanOrEqual(2500);
    // It is not stingy either.
    expect(attempts).toBeGreaterThan(2490);
  });

  test('saves no more than it may', () => {
    const budget = new RetryBudget(1, 3);
    for (let call = 0; call < 100; call++) budget.earn();
    expect(Array.from({ length: 5 }, () => budget.spend())).toEqual([true, true, true, false, false]);
  });

  test('with nothing earned and nothing saved there are no retries', () => {
    const budget = new RetryBudget(0, 0);
    budget.earn();
    expect(budget.spend()).toBe(false);
  });
});
