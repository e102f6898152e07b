import type { BudgetLine } from './budget-book.ts';
import type { BudgetWarning } from './soft-limits.ts';

/** What a call may spend. */
export interface BudgetHold {
  readonly id: string;
  /** In nano-dollars: at least what the prompt costs, and less than was wanted where no more is left. */
  readonly granted: number;
  /** Budgets that are nearly spent. */
  readonly warnings: readonly BudgetWarning[];
  /** What was spent, in nano-dollars. What comes after the first time is ignored. */
  settle(cost: number): void;
  /** Nothing was spent. */
  refund(): void;
}

/** Settles a hold by its name. */
interface Settling {
  settleById(id: string, cost: number): void;
}

export class Held implements BudgetHold {
  readonly id: string;
  readonly granted: number;
  readonly warnings: readonly BudgetWarning[];
  /** Where it is held; the same array with each call of a caller. */
  readonly lines: readonly BudgetLine[];
  isSettling = false;
  readonly #desk: Settling;

  constructor(
    id: string,
    { granted, warnings, lines }: Pick<Held, 'granted' | 'warnings' | 'lines'>,
    desk: Settling,
  ) {
    this.id = id;
    this.granted = granted;
    this.warnings = warnings;
    this.lines = lines;
    this.#desk = desk;
  }

  settle(cost: number): void {
    this.#desk.settleById(this.id, cost);
  }

  refund(): void {
    this.#desk.settleById(this.id, 0);
  }
}
