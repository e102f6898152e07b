import type { AccountState } from '../protocol/account.ts';
import type { BudgetLine } from './budget-book.ts';
import { toDollars } from './dollars.ts';
import { isoOf, limitOf } from './soft-limits.ts';

/** How a budget stands. Money is in dollars. */
export interface BudgetState {
  /** Where in the tree of who pays; undefined where it is a virtual key's. */
  readonly path?: string | undefined;
  /** Id of the virtual key whose it is. */
  readonly key?: string | undefined;
  readonly window: 'day' | 'week' | 'month' | 'total' | 'credit';
  /** Of a credit: what was paid in so far. */
  readonly limit: number;
  readonly spent: number;
  /** For calls under way. */
  readonly held: number;
  /** Neither spent nor held; never below 0. */
  readonly left: number;
  /** ISO time at which it begins anew; undefined where it never does. */
  readonly resetsAt: string | undefined;
}

export function stateOf(line: BudgetLine, state: AccountState): BudgetState {
  const limit = limitOf(line, state);
  return {
    ...line.owner,
    window: line.window,
    limit: toDollars(limit),
    spent: toDollars(state.spent),
    held: toDollars(state.held),
    left: toDollars(Math.max(0, limit - state.spent - state.held)),
    resetsAt: isoOf(line.resetsAt),
  };
}
