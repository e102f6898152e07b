import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

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

  test('no schedule of calls and retries spends more than was saved and earned in any stretch of it, or sticks', () => {
    const step = fc.constantFrom('call', 'retry');
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 300 }),
        fc.constantFrom(0, 0.1, 0.2, 0.5, 1, 3),
        fc.integer({ min: 0, max: 10 }),
        (schedule, ratio, savings) => {
          const budget = new RetryBudget(ratio, savings);
          let [model, earned, spent] = [savings, 0, 0];
          let wrong = false;
          for (const current of schedule) {
            if (current === 'call') {
              budget.earn();
              earned += ratio;
              model = Math.min(savings, model + ratio);
            } else {
              const isAllowed = budget.spend();
              wrong ||= isAllowed !== model >= 1;
              if (isAllowed) [model, spent] = [model - 1, spent + 1];
            }
            expect(wrong).toBe(false);
            expect(spent).toBeLessThanOrEqual(savings + earned + 1e-9);
          }
          // However it was used up, calls that do well fill it again.
          if (ratio === 0 || savings === 0) return;
          for (let call = 0; call < Math.ceil(savings / ratio) + 1; call++) budget.earn();
          for (let retry = 0; retry < savings; retry++) expect(budget.spend()).toBe(true);
          expect(budget.spend()).toBe(false);
        },
      ),
    );
  });
});
