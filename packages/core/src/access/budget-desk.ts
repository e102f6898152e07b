import { GatewayError } from '../errors.ts';
import type {
  AccountLine,
  AccountState,
  AccountStore,
  HoldRequest,
  HoldResult,
  LostHold,
  Settlement,
} from '../protocol/account.ts';
import type { BudgetRules } from '../protocol/budget.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Principal } from '../protocol/principal.ts';
import { BudgetBook, type BudgetLine, type BudgetOwner } from './budget-book.ts';
import { type BudgetState, stateOf } from './budget-state.ts';
import { HolderLease } from './holder-lease.ts';
import { RecentMap } from './recent-map.ts';
import { refuseBudget } from './refuse-budget.ts';
import { SettleQueue } from './settle-queue.ts';
import { type BudgetWarning, SoftLimits } from './soft-limits.ts';

/** Milliseconds between two looks for what processes that have died have left. */
const sweeping = 60_000;

export interface BudgetDeskParts {
  /** What the option `budgets` says; undefined: nothing, and only callers bring budgets. */
  readonly rules: BudgetRules | undefined;
  /** Belongs to whoever made it: it is not closed here. */
  readonly accounts: AccountStore;
  readonly clock: Clock;
  /** This process, by a name that no other has. */
  readonly holder: string;
  readonly logger: Logger;
  /** A budget has passed its soft share: once in its period, and from each process. */
  readonly onSoft: (warning: BudgetWarning) => void;
  /** Holds that were counted as spent, because nobody has settled them. */
  readonly onLost: (holds: readonly LostHold[]) => void;
}

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

interface UnderWay {
  readonly granted: number;
  isSettling: boolean;
}

/** Sees to it that no budget is passed: holds what a call may cost before it is made, and settles what it did. */
export class BudgetDesk {
  readonly #parts: BudgetDeskParts;
  readonly #book: BudgetBook;
  readonly #soft: SoftLimits;
  readonly #lease: HolderLease;
  readonly #queue: SettleQueue;
  /** Holds that this process is to settle, and has not yet. */
  readonly #underWay = new Map<string, UnderWay>();
  /** By account, as it was last held from. */
  readonly #lines = new RecentMap<BudgetLine>(10_000);
  #sweeper: unknown;
  #isClosed = false;

  constructor(parts: BudgetDeskParts) {
    const { rules, accounts, clock, holder, logger, onSoft } = parts;
    this.#parts = parts;
    this.#book = new BudgetBook(rules);
    this.#soft = new SoftLimits(onSoft);
    this.#lease = new HolderLease({
      accounts,
      clock,
      holder,
      onFailure: (error) =>
        logger.error({ error }, 'the store of budgets was not told that this process lives'),
    });
    this.#queue = new SettleQueue({
      accounts,
      clock,
      onSettled: (settlements, states) => this.#onSettled(settlements, states),
      onFailure: (error, waiting) =>
        logger.error({ error, waiting }, 'what was spent could not be settled yet, and is tried again'),
    });
    if (rules !== undefined) this.#begin();
  }

  /**
   * Holds what the call may cost, or what is left of it. Undefined, and at once, where the caller has no budget.
   *
   * @throws GatewayError `VE_BUDGET_EXCEEDED` where not even the prompt fits; `VE_STORE_FAILED` where nobody knows; at once
   *   `VE_IDENTIFY_FAILED` or `VE_OPTIONS_INVALID` where a budget is none
   */
  hold(request: BudgetRequest): Promise<BudgetHold> | undefined {
    const lines = request.lines ?? this.linesOf(request.principal);
    if (lines.length === 0) return undefined;
    this.#begin();
    return this.#hold(request, lines);
  }

  /** What limits what a caller may spend, at the moment; nothing may. @throws GatewayError as `hold` does at once */
  linesOf(principal: Principal): readonly BudgetLine[] {
    return this.#linesOf(principal, wallTime(this.#parts.clock));
  }

  /** Makes a hold larger or smaller, as far as there is room; gives what is held then. @throws GatewayError `VE_STORE_FAILED` */
  resize(id: string, amount: number): Promise<number> {
    return this.#asking(this.#parts.accounts.resize(id, Math.ceil(amount)));
  }

  /** Settles a hold of any process's: a job's. */
  settleById(id: string, cost: number): void {
    const known = this.#underWay.get(id);
    if (known?.isSettling === true) return;
    if (known !== undefined) known.isSettling = true;
    // What is no number must not be taken for nothing: then it is all that was held, now or when the hold has expired.
    const whole = Number.isFinite(cost)
      ? Math.round(Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, cost)))
      : known?.granted;
    if (whole !== cost)
      this.#parts.logger.warn(
        { hold: id, cost, settled: whole },
        'a cost is no whole number of nano-dollars',
      );
    if (whole !== undefined) this.#queue.add({ id, cost: whole });
  }

  /** The budgets that hold for a caller, those of its parents first. What is over is settled in them. */
  async state(principal: Principal): Promise<readonly BudgetState[]> {
    const lines = this.#linesOf(principal, wallTime(this.#parts.clock));
    if (lines.length === 0) return [];
    // Where the store takes nothing, it is asked all the same: perhaps it can be read.
    await this.#queue.flush().catch(() => {});
    return this.#read(lines);
  }

  /** All that was settled until now is in the store. Rejects where that fails. */
  flush(): Promise<void> {
    return this.#queue.flush();
  }

  /** Settles what is left. Holds that nobody has settled by then are counted as spent, when this process is not heard of any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#parts.clock.clearTimeout(this.#sweeper);
    await this.#queue.close();
    this.#lease.close();
  }

  /** Pays into a credit, or takes back. The same `id` a second time does nothing. */
  async topUp(owner: BudgetOwner, amount: number, id: string): Promise<BudgetState> {
    const line = this.#book.creditOf(owner);
    return stateOf(line, await this.#asking(this.#parts.accounts.topUp(line.account, amount, id)));
  }

  #linesOf(principal: Principal, now: number): readonly BudgetLine[] {
    try {
      return this.#book.linesOf(principal, now);
    } catch (error) {
      const { tenant, id, key } = principal;
      this.#parts.logger.error({ error, tenant, id, key }, 'a budget cannot be read; the call is refused');
      throw error;
    }
  }

  async #hold(request: BudgetRequest, lines: readonly BudgetLine[]): Promise<BudgetHold> {
    const { id, isJob = false } = request;
    const isLeased = !isJob;
    if (this.#isClosed) throw new GatewayError('VE_CLOSING');
    const { amount, minimum } = wantedBy(request);
    const held: HoldRequest = {
      id,
      holder: isLeased ? this.#parts.holder : undefined,
      amount,
      minimum,
      lines,
      expiresAt: Math.ceil(request.expiresAt),
    };
    if (isLeased) {
      const renewing = this.#lease.ready();
      if (renewing !== undefined) await this.#asking(renewing);
      this.#lease.enter();
    }
    try {
      const result = await this.#take(held);
      if ('refusedBy' in result)
        throw refuseBudget({ ...result, lines, minimum, now: wallTime(this.#parts.clock) });
      if (isLeased) this.#underWay.set(id, { granted: result.granted, isSettling: false });
      const warnings: BudgetWarning[] = [];
      lines.forEach((line, index) => {
        if (this.#lines.get(line.account) !== line) this.#lines.set(line.account, line);
        const warning = this.#look(line, result.states[index]);
        if (warning !== undefined) warnings.push(warning);
      });
      return {
        id,
        granted: result.granted,
        warnings,
        settle: (cost) => this.settleById(id, cost),
        refund: () => this.settleById(id, 0),
      };
    } catch (error) {
      if (isLeased) this.#lease.leave();
      throw error;
    }
  }

  /** What others of this process have left over is there at once, and not only when it is settled with the next. */
  async #take(request: HoldRequest): Promise<HoldResult> {
    const { accounts } = this.#parts;
    const { settled } = this.#queue;
    let result: HoldResult;
    try {
      result = await accounts.hold(request);
    } catch (cause) {
      throw this.#notHeld(request, cause);
    }
    const isWhole = 'granted' in result && result.granted >= request.amount;
    // Nothing waits, and nothing was settled behind the back of the store's answer.
    const isLatest = this.#queue.size === 0 && this.#queue.settled === settled;
    if (isWhole || isLatest) return result;
    try {
      await this.#queue.flush();
    } catch {
      return result;
    }
    if ('refusedBy' in result) return this.#tryAgain(request);
    return { ...result, granted: await this.#asking(accounts.resize(request.id, request.amount)) };
  }

  async #tryAgain(request: HoldRequest): Promise<HoldResult> {
    try {
      return await this.#parts.accounts.hold(request);
    } catch (cause) {
      throw this.#notHeld(request, cause);
    }
  }

  /** It may be held all the same. */
  #notHeld({ id }: HoldRequest, cause: unknown): GatewayError {
    this.#queue.add({ id, cost: 0 });
    return failed(cause);
  }

  async #read(lines: readonly BudgetLine[]): Promise<readonly BudgetState[]> {
    const states = await this.#asking(this.#parts.accounts.read(lines));
    return lines.flatMap((line, index) => {
      const state = states[index];
      return state === undefined ? [] : [stateOf(line, state)];
    });
  }

  async #asking<Result>(asked: Promise<Result> | Result): Promise<Result> {
    try {
      return await asked;
    } catch (cause) {
      throw failed(cause);
    }
  }

  #onSettled(settlements: readonly Settlement[], states: readonly (AccountLine & AccountState)[]): void {
    for (const { id } of settlements) if (this.#underWay.delete(id)) this.#lease.leave();
    for (const state of states) {
      const line = this.#lines.get(state.account);
      if (line?.period === state.period) this.#look(line, state);
    }
  }

  #look(line: BudgetLine, state: AccountState | undefined): BudgetWarning | undefined {
    return state && this.#soft.look(line, state);
  }

  /** From now on, what dead processes have left is looked for. */
  #begin(): void {
    if (this.#sweeper !== undefined || this.#isClosed) return;
    this.#sweeper = this.#parts.clock.setTimeout(() => {
      this.#sweeper = undefined;
      this.#begin();
    }, sweeping);
    void this.#sweep();
  }

  async #sweep(): Promise<void> {
    const { accounts, clock, logger, onLost } = this.#parts;
    try {
      const lost = await accounts.sweep(Math.floor(wallTime(clock)));
      if (lost.length > 0) onLost(lost);
    } catch (error) {
      logger.error({ error }, 'what dead processes have left of budgets could not be looked for');
    }
  }
}

function failed(cause: unknown): GatewayError {
  return new GatewayError('VE_STORE_FAILED', {}, { cause });
}

/** Never less than it costs. */
function wholeCost(cost: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.ceil(cost)));
}

function wantedBy({ prompt, most }: BudgetRequest): { readonly amount: number; readonly minimum: number } {
  if (Number.isNaN(prompt) || Number.isNaN(most))
    throw new GatewayError('VE_INTERNAL', {}, { cause: new TypeError('a cost that is not a number') });
  const minimum = wholeCost(prompt);
  return { amount: Math.max(minimum, wholeCost(most)), minimum };
}
