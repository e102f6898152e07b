import type { BudgetState } from './key-shapes.ts';

/** How full a budget is. */
export interface BudgetShares {
  /** Of the limit, 0 to 1, together at most 1: what a bar can show. */
  readonly spent: number;
  readonly held: number;
  /** Of the limit, as it is: above 1 where more was spent. */
  readonly share: number;
  readonly level: BudgetLevel;
}

/** `near`: more than four fifths. */
export type BudgetLevel = 'fine' | 'near' | 'over';

/** What counts as near a limit. */
const nearShare = 0.8;

export function sharesOf({
  limit,
  spent,
  held,
}: Pick<BudgetState, 'limit' | 'spent' | 'held'>): BudgetShares {
  const part = (dollars: number): number => (limit > 0 ? dollars / limit : dollars > 0 ? 1 : 0);
  const spentPart = clamp(part(spent));
  const share = part(spent);
  return { spent: spentPart, held: clamp(part(held), 1 - spentPart), share, level: levelOf(share, limit) };
}

export function levelOf(share: number | null, limit = 1): BudgetLevel {
  // Of a budget of nothing, all is spent.
  if (limit === 0 || (share ?? 0) >= 1) return 'over';
  return (share ?? 0) >= nearShare ? 'near' : 'fine';
}

function clamp(value: number, most = 1): number {
  return Math.min(Math.max(value, 0), most);
}
