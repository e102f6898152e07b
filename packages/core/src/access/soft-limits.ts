import type { AccountState } from '../protocol/account.ts';
import type { BudgetLine, BudgetOwner } from './budget-book.ts';
import { toDollars } from './dollars.ts';
import { RecentMap } from './recent-map.ts';

/** A budget of which more than its soft share is spent. Money is in dollars. */
export interface BudgetWarning {
  readonly owner: BudgetOwner;
  readonly window: BudgetLine['window'];
  /** Of the limit; 0.83, say. */
  readonly share: number;
  readonly limit: number;
  readonly spent: number;
  /** ISO time at which it begins anew; undefined where it never does. */
  readonly resetsAt: string | undefined;
}

interface Told {
  readonly period: string;
  readonly limit: number;
}

/**
 * Which budgets are spent beyond their soft share; each is told once in its period, and by each process. What was made larger
 * meanwhile (another plan, a payment) is told again.
 */
export class SoftLimits {
  readonly #onSoft: (warning: BudgetWarning) => void;
  /** By account, when it was told last. */
  readonly #told = new RecentMap<Told>(10_000);

  constructor(onSoft: (warning: BudgetWarning) => void) {
    this.#onSoft = onSoft;
  }

  /** Undefined where it is not so far. */
  look(line: BudgetLine, state: AccountState): BudgetWarning | undefined {
    const limit = limitOf(line, state);
    if (limit <= 0 || state.spent < limit * line.soft) return undefined;
    const warning: BudgetWarning = {
      owner: line.owner,
      window: line.window,
      share: state.spent / limit,
      limit: toDollars(limit),
      spent: toDollars(state.spent),
      resetsAt: isoOf(line.resetsAt),
    };
    const told = this.#told.get(line.account);
    if (told?.period !== line.period || limit > told.limit) {
      this.#told.set(line.account, { period: line.period, limit });
      this.#onSoft(warning);
    }
    return warning;
  }
}

/** In nano-dollars; of a credit, what was paid in. */
export function limitOf({ limit }: Pick<BudgetLine, 'limit'>, state: AccountState): number {
  return limit === 'credit' ? state.limit : limit;
}

export function isoOf(time: number): string | undefined {
  return time === Infinity ? undefined : new Date(time).toISOString();
}

/**
 * For the header `x-vector-budget-warning`, in the form of RFC 9651: `"acme/research";window=month;spent=0.83`, a virtual
 * key's as `"key_1";key;window=day;spent=0.9`. Undefined where there is nothing to warn of.
 */
export function wordWarnings(warnings: readonly BudgetWarning[]): string | undefined {
  if (warnings.length === 0) return undefined;
  return warnings
    .map(({ owner, window, share, resetsAt }) => {
      const name = encodeURI((owner.path ?? owner.key).toWellFormed()).replaceAll(
        /["\\]/g,
        encodeURIComponent,
      );
      const reset = resetsAt === undefined ? '' : `;resets="${resetsAt}"`;
      return `"${name}"${owner.key === undefined ? '' : ';key'};window=${window};spent=${floor(share)}${reset}`;
    })
    .join(', ');
}

/** It never says 1 of what is not all spent. */
function floor(share: number): number {
  return Math.floor(share * 100) / 100;
}
