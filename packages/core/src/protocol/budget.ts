/** What may be spent, and in which time. */
export interface BudgetOptions {
  /** Dollars; left out for a prepaid credit, which is what was paid in (`gateway.budgets.topUp`). */
  readonly limit?: number | undefined;
  /**
   * `total`: for all time. `credit`: what was paid in before, for all time. The others begin anew with each day, week or
   * month. Default `month`.
   */
  readonly window?: 'day' | 'week' | 'month' | 'total' | 'credit' | undefined;
  /** In which days begin: `Europe/Berlin`. Default `UTC`. */
  readonly timeZone?: string | undefined;
  /** The day on which a week begins, from 1 for Monday to 7, or a month, from 1 to 28. Default 1. */
  readonly startDay?: number | undefined;
  /** The share of the limit from which on callers and the operator are told. Default 0.8. */
  readonly soft?: number | undefined;
}

/** What the option `budgets` says, by places in the tree. */
export interface BudgetRules {
  /** Those of exactly this place: not of what it is part of. */
  at(path: string): readonly BudgetOptions[];
  /** The places that are named as they are; others may have budgets all the same. */
  readonly paths: readonly string[];
  /** They were checked when the gateway was made, and never change. */
  readonly isFixed: boolean;
}
