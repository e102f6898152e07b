import { GatewayError } from '../errors.ts';
import type { Principal } from '../protocol/principal.ts';
import type { BudgetLine } from './budget-book.ts';

/** Money in whole nano-dollars. */
export interface BudgetRequest {
  /** Of the hold: that no other has. */
  readonly id: string;
  readonly principal: Principal;
  /** What `linesOf` says of the caller, where that is known already. */
  readonly lines?: readonly BudgetLine[] | undefined;
  /** What the call costs at least: its prompt. */
  readonly prompt: number;
  /** What it costs at most, its prompt included. */
  readonly most: number;
  /** When it is counted as spent, should nobody settle it: milliseconds since the epoch. */
  readonly expiresAt: number;
  /** It is not lost with this process: a job goes on, and another settles it. */
  readonly isJob?: boolean | undefined;
}

/** Never less than it costs. */
export function wholeCost(cost: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.ceil(cost)));
}

/** What is held for it, and the least that is of use. @throws GatewayError `VE_INTERNAL` for a cost that is no number */
export function wantedBy({ prompt, most }: BudgetRequest): {
  readonly amount: number;
  readonly minimum: number;
} {
  if (Number.isNaN(prompt) || Number.isNaN(most))
    throw new GatewayError('VE_INTERNAL', {}, { cause: new TypeError('a cost that is not a number') });
  const minimum = wholeCost(prompt);
  return { amount: Math.max(minimum, wholeCost(most)), minimum };
}
