import type { BudgetOptions } from './key-shapes.ts';

export const budgetWindows = ['day', 'week', 'month', 'total', 'credit'] as const;
export type BudgetWindow = (typeof budgetWindows)[number];

/** One budget of a form, as it is typed. */
export interface BudgetField {
  /** Tells rows apart while the form is open. */
  readonly row: number;
  readonly window: BudgetWindow;
  /** Dollars. */
  readonly limit: string;
  readonly timeZone: string;
  readonly startDay: string;
  /** Percent. */
  readonly soft: string;
}

export function emptyBudgetField(row: number): BudgetField {
  return { row, window: 'month', limit: '', timeZone: '', startDay: '', soft: '' };
}

export function budgetFieldOf(budget: BudgetOptions, row: number): BudgetField {
  return {
    row,
    window: budget.window ?? 'month',
    limit: budget.limit === undefined ? '' : String(budget.limit),
    timeZone: budget.timeZone ?? '',
    startDay: budget.startDay === undefined ? '' : String(budget.startDay),
    soft: budget.soft === undefined ? '' : String(Math.round(budget.soft * 1000) / 10),
  };
}

/** What is wrong with a budget: the name of a word of the page. */
export type BudgetFieldError = 'errorDollars' | 'errorSoft' | 'errorStartDay';

/** A budget, or what is wrong. What does not belong to its window is left out. */
export function readBudgetField(field: BudgetField): BudgetOptions | BudgetFieldError {
  const { window } = field;
  const limit = readNumber(field.limit);
  if (window !== 'credit' && !(limit !== undefined && limit >= 0 && limit <= 9_007_199))
    return 'errorDollars';
  const soft = readNumber(field.soft);
  if (soft !== undefined && !(soft >= 0 && soft <= 100)) return 'errorSoft';
  const startDay = hasStartDay(window) ? readNumber(field.startDay) : undefined;
  const last = window === 'week' ? 7 : 28;
  if (startDay !== undefined && !(Number.isInteger(startDay) && startDay >= 1 && startDay <= last))
    return 'errorStartDay';
  const timeZone = hasPeriod(window) ? field.timeZone.trim() : '';
  return {
    window,
    ...(window === 'credit' || limit === undefined ? {} : { limit }),
    ...(timeZone === '' ? {} : { timeZone }),
    ...(startDay === undefined ? {} : { startDay }),
    ...(soft === undefined ? {} : { soft: soft / 100 }),
  };
}

/** Whether it begins anew. */
export function hasPeriod(window: BudgetWindow): boolean {
  return window !== 'total' && window !== 'credit';
}

export function hasStartDay(window: BudgetWindow): boolean {
  return window === 'week' || window === 'month';
}

/** NaN where it is no number; undefined where there is none. A comma may stand for the point. */
export function readNumber(text: string): number | undefined {
  const trimmed = text.trim().replace(/^\$/, '').replace(/[_\s]/g, '');
  if (trimmed === '') return undefined;
  return Number(
    /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed.replace(',', '.'),
  );
}
