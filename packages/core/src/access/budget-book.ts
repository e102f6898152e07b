import { toNanoDollars } from '../catalog/price.ts';
import { GatewayError } from '../errors.ts';
import type { AccountLine } from '../protocol/account.ts';
import type { BudgetOptions, BudgetRules } from '../protocol/budget.ts';
import { type Principal, pathOf } from '../protocol/principal.ts';
import { BudgetWindow } from './budget-window.ts';
import { readBudgets } from './read-limits.ts';
import { RecentMap } from './recent-map.ts';

/** Whose a budget is: what is at a path and below it, or a virtual key. */
export type BudgetOwner =
  | { readonly path: string; readonly key?: undefined }
  | { readonly key: string; readonly path?: undefined };

/** A budget, in the window of a moment. */
export interface BudgetLine extends AccountLine {
  readonly owner: BudgetOwner;
  readonly window: NonNullable<BudgetOptions['window']>;
  /** The share of the limit from which on it is told. */
  readonly soft: number;
  /** Infinity where it never begins anew. */
  readonly resetsAt: number;
}

interface Budget {
  readonly periods: BudgetWindow;
  readonly facts: Omit<BudgetLine, 'period' | 'resetsAt'>;
  /** Of the period that was asked for last. */
  line: BudgetLine | undefined;
}

const noLines: readonly BudgetLine[] = [];
const noBudgets: readonly Budget[] = [];

/** What holds for a caller: a principal is the same object with each call, and nothing is worked out again. */
interface Known {
  readonly path: string;
  /** The caller's own. */
  readonly own: readonly Budget[];
  /** Undefined before they were asked for. */
  ruling: readonly Budget[] | undefined;
  lines: readonly BudgetLine[];
  /** In which time the lines are these. */
  from: number;
  until: number;
}

/**
 * Which budgets a call has to fit into. An account is one by its owner, its window, and where a period of it begins: two
 * budgets that agree in these are spent together, and the smaller one holds.
 */
export class BudgetBook {
  readonly #rules: BudgetRules | undefined;
  /** By path: what holds there, its parents' included. */
  readonly #byPath = new RecentMap<readonly Budget[]>(10_000);
  readonly #callers = new WeakMap<Principal, Known>();

  /** To make one takes long where it has a time zone. */
  readonly #windows = new RecentMap<BudgetWindow>(1000);

  constructor(rules: BudgetRules | undefined) {
    this.#rules = rules;
  }

  /** What holds at a path is so for ever. */
  get #isFixed(): boolean {
    return this.#rules === undefined || this.#rules.isFixed;
  }

  /**
   * None where nothing is limited. The same array until one of the periods is over.
   *
   * @throws GatewayError `VE_IDENTIFY_FAILED` where the caller's own budgets are none, or nobody's; `VE_OPTIONS_INVALID` where
   *   the function of the option `budgets` gives none
   */
  linesOf(principal: Principal, now: number): readonly BudgetLine[] {
    if (this.#rules === undefined && principal.budgets === undefined) return noLines;
    const known = this.#know(principal);
    const ruling = (this.#isFixed ? known.ruling : undefined) ?? this.#ruling(known.path);
    if (known.ruling === ruling && now >= known.from && now < known.until) return known.lines;
    const budgets = [...ruling, ...known.own];
    const periods = budgets.map((budget) => budget.periods.at(now));
    known.ruling = ruling;
    known.from = Math.max(...periods.map(({ start }) => start));
    known.until = Math.min(...periods.map(({ end }) => end));
    known.lines = tightest(budgets.map((budget) => lineAt(budget, now)));
    return known.lines;
  }

  /**
   * Those of one owner alone: of a path what the option says of exactly that, of a key what is `given`.
   *
   * @throws GatewayError `VE_OPTIONS_INVALID`, `VE_IDENTIFY_FAILED` as `linesOf`
   */
  linesAt(owner: BudgetOwner, given: readonly BudgetOptions[], now: number): readonly BudgetLine[] {
    const options = owner.path === undefined ? (readBudgets('budgets', given) ?? []) : this.#at(owner.path);
    return tightest(options.map((one) => lineAt(this.#budgetOf(owner, one), now)));
  }

  #at(path: string): readonly BudgetOptions[] {
    return this.#rules?.at(path) ?? [];
  }

  #ruling(path: string): readonly Budget[] {
    if (this.#rules === undefined || path === '') return noBudgets;
    const known = this.#byPath.get(path);
    if (known !== undefined) return known;
    const steps = path.split('/');
    if (steps.includes('')) throw broken(new TypeError(`a path with an empty step: ${JSON.stringify(path)}`));
    const rules = this.#rules;
    const budgets = steps.flatMap((_, index) => {
      const place = steps.slice(0, index + 1).join('/');
      return rules.at(place).map((options) => this.#budgetOf({ path: place }, options));
    });
    if (rules.isFixed) this.#byPath.set(path, budgets);
    return budgets;
  }

  #know(principal: Principal): Known {
    const known = this.#callers.get(principal);
    if (known !== undefined) return known;
    const { budgets: given } = principal;
    const path = pathOf(principal);
    const own = given === undefined ? [] : this.#ownOf(principal, given, path);
    const made: Known = { path, own, ruling: undefined, lines: noLines, from: Infinity, until: -Infinity };
    this.#callers.set(principal, made);
    return made;
  }

  #ownOf(principal: Principal, given: readonly BudgetOptions[], path: string): readonly Budget[] {
    if (given.length === 0) return [];
    if (principal.key === undefined && path === '')
      throw broken(new TypeError('budgets of a caller without a path, tenant or id'));
    const owner: BudgetOwner = principal.key === undefined ? { path } : { key: principal.key };
    try {
      return (readBudgets('budgets', given) ?? []).map((options) => this.#budgetOf(owner, options));
    } catch (cause) {
      throw broken(cause);
    }
  }

  /** What is paid in. */
  creditOf(owner: BudgetOwner): BudgetLine {
    return lineAt(this.#budgetOf(owner, { window: 'credit' }), 0);
  }

  #budgetOf(owner: BudgetOwner, options: BudgetOptions): Budget {
    const { limit, window = 'month', timeZone = 'UTC', startDay = 1, soft = 0.8 } = options;
    const isEndless = window === 'total' || window === 'credit';
    const begins = isEndless || window === 'day' || startDay === 1 ? '' : ` ${startDay}`;
    const zone = isEndless || (timeZone === 'UTC' && begins === '') ? '' : ` ${timeZone}`;
    const name = `${window}${zone}${begins}`;
    const periods = this.#windows.get(name) ?? new BudgetWindow({ window, timeZone, startDay });
    this.#windows.set(name, periods);
    const account = `${prefixOf(owner)} ${name}`;
    const amount = window === 'credit' ? 'credit' : toNanoDollars(limit ?? 0);
    return { periods, facts: { account, limit: amount, owner, window, soft }, line: undefined };
  }
}

function broken(cause: unknown): GatewayError {
  return new GatewayError('VE_IDENTIFY_FAILED', {}, { cause });
}

/** No path begins with a slash. */
function prefixOf({ path, key }: BudgetOwner): string {
  return path ?? `/key/${key}`;
}

function lineAt(budget: Budget, now: number): BudgetLine {
  const { name, end } = budget.periods.at(now);
  if (budget.line?.period !== name) budget.line = { ...budget.facts, period: name, resetsAt: end };
  return budget.line;
}

/** Each account once. */
function tightest(lines: readonly BudgetLine[]): readonly BudgetLine[] {
  const byAccount = new Map<string, BudgetLine>();
  for (const line of lines) {
    const known = byAccount.get(line.account);
    if (known === undefined || Number(line.limit) < Number(known.limit)) byAccount.set(line.account, line);
  }
  return byAccount.size === lines.length ? lines : [...byAccount.values()];
}
