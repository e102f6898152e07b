import { toNanoDollars } from '../catalog/price.ts';
import { GatewayError } from '../errors.ts';
import type { BudgetOwner } from './budget-book.ts';
import type { BudgetDesk } from './budget-desk.ts';
import type { BudgetState } from './budget-state.ts';

/** `gateway.budgets`: what may be spent, and what was. Dollars. */
export interface Budgets {
  /**
   * Pays into the credit of a path or of a virtual key (`{ key: id }`), or takes back what is below 0. What was paid in with the
   * same `id` before is not paid in again: take the id of the payment.
   */
  topUp(
    owner: string | { readonly key: string },
    dollars: number,
    options: TopUpOptions,
  ): Promise<BudgetState>;
  /** The budgets that the option `budgets` says of whoever is at this path, the root's first. */
  read(path: string): Promise<readonly BudgetState[]>;
}

export interface TopUpOptions {
  readonly id: string;
}

/** What is more than whole nano-dollars can count, or less than one. */
const most = Math.floor(Number.MAX_SAFE_INTEGER / 1e9);

export function openBudgets(desk: BudgetDesk): Budgets {
  return {
    async topUp(owner, dollars, { id }) {
      if (!Number.isFinite(dollars) || Math.abs(dollars) > most || toNanoDollars(dollars) === 0)
        throw invalid('dollars', `it must be a number of dollars, not 0 and at most ${most}`);
      if (typeof id !== 'string' || id === '')
        throw invalid('id', 'it must be a text that no other payment has');
      return desk.topUp(ownerOf(owner), toNanoDollars(dollars), id);
    },
    async read(path) {
      return desk.state({ path: checkPath(path) });
    },
  };
}

function ownerOf(owner: string | { readonly key: string }): BudgetOwner {
  if (typeof owner === 'string') return { path: checkPath(owner) };
  if (owner.key === '') throw invalid('key', 'it must be the id of a virtual key');
  return { key: owner.key };
}

function checkPath(path: string): string {
  if (path.split('/').includes(''))
    throw invalid('path', 'it must be names with a slash between them, "acme/research" say');
  return path;
}

function invalid(parameter: string, reason: string): GatewayError {
  return new GatewayError('VE_PARAMETER_INVALID', { parameter, reason });
}
