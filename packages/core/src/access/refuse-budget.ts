import { type BudgetFacts, GatewayError } from '../errors.ts';
import type { AccountState } from '../protocol/account.ts';
import type { BudgetLine } from './budget-book.ts';
import { toDollars, wordDollars } from './dollars.ts';
import { isoOf, limitOf } from './soft-limits.ts';

/** Milliseconds after which calls that are under way may have given something back. */
const soon = 1000;

export interface Refusal {
  readonly lines: readonly BudgetLine[];
  /** In the order of the lines. */
  readonly states: readonly AccountState[];
  /** What the call needs at least, in nano-dollars. */
  readonly minimum: number;
  /** Place of the line that has the least room. */
  readonly refusedBy: number;
  readonly now: number;
}

/** Names the budget that has no room: of those that are spent, the one that stays so for longest. */
export function refuseBudget({ lines, states, minimum, refusedBy, now }: Refusal): GatewayError {
  let found: readonly [BudgetLine, AccountState] | undefined;
  for (const [index, line] of lines.entries()) {
    const state = states[index];
    if (state === undefined || state.spent + minimum <= limitOf(line, state)) continue;
    if (found === undefined || line.resetsAt > found[0].resetsAt) found = [line, state];
  }
  const line = found?.[0] ?? lines[refusedBy];
  const state = found?.[1] ?? states[refusedBy];
  if (line === undefined || state === undefined)
    return new GatewayError('VE_BUDGET_EXCEEDED', { isFinal: true });
  const isHeld = found === undefined;
  const { owner, window, resetsAt } = line;
  const reset = isoOf(resetsAt);
  const budget: BudgetFacts = {
    ...owner,
    window,
    limit: toDollars(limitOf(line, state)),
    spent: toDollars(state.spent),
    held: toDollars(state.held),
    ...(reset === undefined ? {} : { resetsAt: reset }),
    isHeld,
  };
  const wait = isHeld ? soon : resetsAt - now;
  return new GatewayError('VE_BUDGET_EXCEEDED', {
    reason: wordRefusal(line, state, { isHeld, minimum }),
    budget,
    ...(Number.isFinite(wait) ? { retryAfter: Math.max(0, wait) } : {}),
    ...(isHeld ? {} : { isFinal: true }),
  });
}

const periods: Readonly<Record<BudgetLine['window'], string>> = {
  day: ' of this day',
  week: ' of this week',
  month: ' of this month',
  total: '',
  credit: '',
};

function wordRefusal(
  line: BudgetLine,
  state: AccountState,
  { isHeld, minimum }: { readonly isHeld: boolean; readonly minimum: number },
): string {
  const { owner, window, resetsAt } = line;
  const whose = owner.path === undefined ? `the key "${owner.key}"` : `"${owner.path}"`;
  const what = window === 'credit' ? 'the credit' : `the budget${periods[window]}`;
  const limit = wordDollars(limitOf(line, state));
  const spent = `${wordDollars(state.spent)} of the ${limit}${window === 'credit' ? ' that were paid in' : ''} are spent`;
  const needs = `it needs ${wordDollars(minimum)} at least`;
  if (isHeld)
    return `of ${what} of ${whose}, ${spent}, ${wordDollars(state.held)} are held for calls under way, and ${needs}. Try again when they are done`;
  const reset = isoOf(resetsAt);
  const cure =
    reset === undefined
      ? window === 'credit'
        ? 'Top it up'
        : 'It never begins anew'
      : `It begins anew at ${reset}`;
  return `of ${what} of ${whose}, ${spent}, and ${needs}. ${cure}`;
}
