import { GatewayError } from '../errors.ts';
import type { AccountLine, AccountState, HoldRequest } from '../protocol/account.ts';

/* What is so with budgets wherever they are kept in this room. */

export const largest: number = Number.MAX_SAFE_INTEGER;

/** @throws GatewayError `VE_STORE_FAILED` for what is no amount of money that can be counted exactly */
export function checkAmount(amount: number, name: string): void {
  if (!Number.isSafeInteger(amount) || amount < 0)
    throw new GatewayError('VE_STORE_FAILED', {
      reason: `${name} must be a whole number of nano-dollars, from 0 to ${largest}`,
    });
}

/** Of what was paid in so far, and is now. */
export function checkTopUp(paid: number, amount: number): void {
  checkAmount(Math.abs(amount), 'a top-up');
  checkAmount(Math.abs(paid + amount), 'what was paid in');
}

export function checkHold({ amount, minimum, lines }: HoldRequest): void {
  checkAmount(amount, 'amount');
  checkAmount(minimum, 'minimum');
  for (const { limit } of lines) if (limit !== 'credit') checkAmount(limit, 'limit');
}

export const roomIn = ({ limit, spent, held }: AccountState): number => limit - spent - held;

export type Grant = { readonly granted: number } | { readonly refusedBy: number };

/** How much there is room for in all of the lines. */
export function grantOf({ amount, minimum }: HoldRequest, states: readonly AccountState[]): Grant {
  let least = amount;
  let tightest = 0;
  let room = Infinity;
  for (let index = 0; index < states.length; index++) {
    const state = states[index];
    const left = state === undefined ? Infinity : roomIn(state);
    least = Math.min(least, left);
    if (left >= room) continue;
    room = left;
    tightest = index;
  }
  if (least < Math.min(minimum, amount)) return { refusedBy: tightest };
  return { granted: least };
}

/** Lines that are looked at pair by pair, which is faster for so few. */
const few = 8;

/** The same window of the same budget counts once, whoever names it twice. */
export function distinctLines(lines: readonly AccountLine[]): readonly AccountLine[] {
  if (lines.length <= few && !lines.some((line, index) => isNamedBefore(line, lines, index))) return lines;
  const known = new Map(lines.map((line) => [JSON.stringify([line.account, line.period]), line]));
  return known.size === lines.length ? lines : [...known.values()];
}

function isNamedBefore(
  { account, period }: AccountLine,
  lines: readonly AccountLine[],
  end: number,
): boolean {
  for (let index = 0; index < end; index++) {
    const other = lines[index];
    if (other?.account === account && other.period === period) return true;
  }
  return false;
}

/** As much as can be counted; beyond it nobody is told less, only not more. */
export const addSpent = (spent: number, cost: number): number => Math.min(largest, spent + cost);
