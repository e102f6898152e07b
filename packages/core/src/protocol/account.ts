/**
 * Money is in whole nano-dollars (1e-9 of a dollar), time in whole milliseconds since the epoch.
 *
 * A budget in one of its windows: what may be spent there, what was, and what is held for calls under way. At any moment
 * `spent + held <= limit`.
 */
export interface AccountLine {
  /** Whose budget, and which of them: `acme/research month`. */
  readonly account: string;
  /** The window: `2026-11`, say; the same for all time where there are no windows. */
  readonly period: string;
  /** The most that may be spent in it; `credit`: what was paid in so far. */
  readonly limit: number | 'credit';
}

export interface AccountState {
  readonly spent: number;
  readonly held: number;
  /** Of a credit: what was paid in so far. */
  readonly limit: number;
}

export interface HoldRequest {
  /** That no other hold has. */
  readonly id: string;
  /** The process that will settle it, by a name that no other has; a hold whose holder is not heard of any more is settled by others. Undefined: nobody's in particular, it lasts until it is settled. */
  readonly holder: string | undefined;
  /** What is wanted at most, and the least that is of use. */
  readonly amount: number;
  readonly minimum: number;
  /** Every one of them has to have room for it. */
  readonly lines: readonly AccountLine[];
  /** When it is taken for lost, and counted as spent, should nobody settle it. */
  readonly expiresAt: number;
}

/** Held is the same amount in every line, between the minimum and what was wanted. */
export type HoldResult =
  | { readonly granted: number; readonly states: readonly AccountState[] }
  /** Place of the line that has the least room; nothing is held. */
  | { readonly refusedBy: number; readonly states: readonly AccountState[] };

export interface Settlement {
  /** Of the hold. */
  readonly id: string;
  /** What was spent; what was held beyond it is free again. It may be more than was held, where more was used than anybody could foresee. */
  readonly cost: number;
}

/** A hold that was counted as spent, because its process died, or its time ran out. */
export interface LostHold {
  readonly id: string;
  /** As much as was held. */
  readonly cost: number;
}

/**
 * Where budgets are kept. Every method is atomic, also among processes; it has no clock, and is told what time it is. What
 * rejects means that nothing is known: the gateway refuses.
 */
export interface AccountStore {
  hold(request: HoldRequest): Promise<HoldResult>;
  /** The same, of a store that can do it at once; it throws what `hold` rejects with. */
  holdNow?(request: HoldRequest): HoldResult;
  /** Makes a hold that is there larger or smaller, up to what has room; gives what is held then, 0 where there is no such hold. */
  resize(id: string, amount: number): Promise<number>;
  /** A hold that is not there any more was settled: nothing happens. Gives the states of the lines of all that were, by their accounts. */
  settle(settlements: readonly Settlement[]): Promise<readonly (AccountLine & AccountState)[]>;
  /** The same of one, of a store that can do it at once. */
  settleNow?(settlement: Settlement): readonly (AccountLine & AccountState)[];
  /** The holder lives: its holds are not lost before `until`. Also before its first hold. */
  renew(holder: string, until: number): Promise<void>;
  /** Counts as spent what was lost, of holders that are not heard of any more and of holds that have expired. */
  sweep(now: number): Promise<readonly LostHold[]>;
  /** In the order of the lines. */
  read(lines: readonly AccountLine[]): Promise<readonly AccountState[]>;
  /** Pays into a credit. The same `id` a second time does nothing. An amount below 0 takes back. */
  topUp(account: string, amount: number, id: string): Promise<AccountState>;
  close(): Promise<void>;
}
