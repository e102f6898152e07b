import type { BudgetOptions } from '../protocol/budget.ts';
import type { BudgetLine, BudgetOwner } from './budget-book.ts';
import type { BudgetState } from './budget-state.ts';

/** Whose budgets are asked for; `budgets`: what is said of a key. */
export interface BudgetAsked {
  readonly owner: BudgetOwner;
  readonly budgets?: readonly BudgetOptions[] | undefined;
}

export interface StatesParts {
  readonly linesAt: (owner: BudgetOwner, given: readonly BudgetOptions[]) => readonly BudgetLine[];
  readonly read: (lines: readonly BudgetLine[]) => Promise<readonly BudgetState[]>;
  /** Told of budgets that cannot be read: there are none then. */
  readonly onFailure: (error: unknown, owner: BudgetOwner) => void;
}

/** Accounts that a store is asked for at once. */
const readAtOnce = 1000;

/** The budgets of each of these, in their order; the store is asked once for every thousand accounts. Rejects as `read`. */
export async function readStatesAt(
  places: readonly BudgetAsked[],
  { linesAt, read, onFailure }: StatesParts,
): Promise<readonly (readonly BudgetState[])[]> {
  const lines = places.map(({ owner, budgets = [] }) => {
    try {
      return linesAt(owner, budgets);
    } catch (error) {
      onFailure(error, owner);
      return [];
    }
  });
  const all = lines.flat();
  const states: BudgetState[] = [];
  for (let start = 0; start < all.length; start += readAtOnce)
    states.push(...(await read(all.slice(start, start + readAtOnce))));
  let end = 0;
  return lines.map(({ length }) => states.slice(end, (end += length)));
}
