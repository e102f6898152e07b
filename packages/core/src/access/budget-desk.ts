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
import type { MaybePromise } from './guarded-limits.ts';
import { type BudgetHold, Held } from './held.ts';
import { HolderLease } from './holder-lease.ts';
import { RecentMap } from './recent-map.ts';
import { refuseBudget } from './refuse-budget.ts';
import { SettleQueue } from './settle-queue.ts';
import { type BudgetWarning, SoftLimits } from './soft-limits.ts';
import { type BudgetAsked, readStatesAt } from './states-at.ts';
import { asking, takeHold } from './take-hold.ts';

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

const noWarnings: readonly BudgetWarning[] = [];

/** Sees to it that no budget is passed: holds what a call may cost before it is made, and settles what it did. */
export class BudgetDesk {
  readonly #parts: BudgetDeskParts;
  readonly #book: BudgetBook;
  readonly #soft: SoftLimits;
  readonly #lease: HolderLease;
  readonly #queue: SettleQueue;
  /** Holds that this process is to settle, and has not yet. */
  readonly #underWay = new Map<string, Held>();
  /** Of jobs, which are settled much later: by account, as it was last held from. */
  readonly #ofJobs = new RecentMap<BudgetLine>(10_000);
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
   * Holds what the call may cost, or what is left of it: at once, where the store can. Undefined where the caller has no budget.
   *
   * @throws GatewayError `VE_BUDGET_EXCEEDED` where not even the prompt fits, and `VE_STORE_FAILED` where nobody knows, as
   *   rejections; at once `VE_IDENTIFY_FAILED` or `VE_OPTIONS_INVALID` where a budget is none
   */
  hold(request: BudgetRequest): MaybePromise<BudgetHold> | undefined {
    const lines = request.lines ?? this.linesOf(request.principal);
    if (lines.length === 0) return undefined;
    this.#begin();
    try {
      return this.#hold(request, lines);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** What limits what a caller may spend, at the moment; nothing may. @throws GatewayError as `hold` does at once */
  linesOf(principal: Principal): readonly BudgetLine[] {
    return this.#linesOf(principal, wallTime(this.#parts.clock));
  }

  /** Makes a hold larger or smaller, as far as there is room; gives what is held then. @throws GatewayError `VE_STORE_FAILED` */
  resize(id: string, amount: number): Promise<number> {
    return asking(this.#parts.accounts.resize(id, Math.ceil(amount)));
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
    if (whole !== undefined) this.#settle({ id, cost: whole }, known);
  }

  /** At once where the store can; what it does not take is tried again. */
  #settle(settlement: Settlement, known: Held | undefined): void {
    const { accounts } = this.#parts;
    if (accounts.settleNow === undefined || this.#queue.size > 0) return this.#queue.add(settlement);
    let states: readonly (AccountLine & AccountState)[];
    try {
      states = accounts.settleNow(settlement);
    } catch {
      return this.#queue.add(settlement);
    }
    if (known !== undefined) this.#forget(settlement.id);
    for (const state of states)
      this.#lookAt(
        known?.lines.find(({ account }) => account === state.account),
        state,
      );
  }

  #forget(id: string): void {
    this.#underWay.delete(id);
    this.#lease.leave();
  }

  /** The budgets that hold for a caller, those of its parents first. What is over is settled in them. */
  async state(principal: Principal): Promise<readonly BudgetState[]> {
    const lines = this.#linesOf(principal, wallTime(this.#parts.clock));
    if (lines.length === 0) return [];
    // Where the store takes nothing, it is asked all the same: perhaps it can be read.
    await this.#queue.flush().catch(() => {});
    return this.#read(lines);
  }

  /**
   * The budgets of each of these alone, without those of its parents, in the order in which they are asked for.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async statesAt(places: readonly BudgetAsked[]): Promise<readonly (readonly BudgetState[])[]> {
    const { clock, logger } = this.#parts;
    await this.#queue.flush().catch(() => {});
    return readStatesAt(places, {
      linesAt: (owner, given) => this.#book.linesAt(owner, given, wallTime(clock)),
      read: (lines) => this.#read(lines),
      onFailure: (error, owner) => logger.error({ error, ...owner }, 'a budget cannot be read'),
    });
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
    return stateOf(line, await asking(this.#parts.accounts.topUp(line.account, amount, id)));
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

  #hold(request: BudgetRequest, lines: readonly BudgetLine[]): MaybePromise<BudgetHold> {
    const { id, isJob = false } = request;
    const isLeased = !isJob;
    if (this.#isClosed) throw new GatewayError('VE_CLOSING');
    const { amount, minimum } = wantedBy(request);
    const wanted: HoldRequest = {
      id,
      holder: isLeased ? this.#parts.holder : undefined,
      amount,
      minimum,
      lines,
      expiresAt: Math.ceil(request.expiresAt),
    };
    const renewing = isLeased ? this.#lease.ready() : undefined;
    return renewing === undefined
      ? this.#holdFrom(wanted, lines, isLeased)
      : asking(renewing).then(() => this.#holdFrom(wanted, lines, isLeased));
  }

  #holdFrom(wanted: HoldRequest, lines: readonly BudgetLine[], isLeased: boolean): MaybePromise<BudgetHold> {
    if (isLeased) this.#lease.enter();
    const failed = (error: unknown): never => {
      if (isLeased) this.#lease.leave();
      throw error;
    };
    try {
      const taking = takeHold(wanted, this.#parts.accounts, this.#queue);
      return taking instanceof Promise
        ? taking.then((result) => this.#held(wanted, lines, result)).catch(failed)
        : this.#held(wanted, lines, taking);
    } catch (error) {
      return failed(error);
    }
  }

  /** @throws GatewayError `VE_BUDGET_EXCEEDED` */
  #held({ id, holder, minimum }: HoldRequest, lines: readonly BudgetLine[], result: HoldResult): BudgetHold {
    if ('refusedBy' in result)
      throw refuseBudget({ ...result, lines, minimum, now: wallTime(this.#parts.clock) });
    const { granted, states } = result;
    let warnings: BudgetWarning[] | undefined;
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index];
      const warning = line && this.#look(line, states[index]);
      if (warning !== undefined) (warnings ??= []).push(warning);
    }
    const held = new Held(id, { granted, warnings: warnings ?? noWarnings, lines }, this);
    if (holder !== undefined) this.#underWay.set(id, held);
    else for (const line of lines) this.#ofJobs.set(line.account, line);
    return held;
  }

  async #read(lines: readonly BudgetLine[]): Promise<readonly BudgetState[]> {
    const states = await asking(this.#parts.accounts.read(lines));
    return lines.flatMap((line, index) => {
      const state = states[index];
      return state === undefined ? [] : [stateOf(line, state)];
    });
  }

  #onSettled(settlements: readonly Settlement[], states: readonly (AccountLine & AccountState)[]): void {
    const settled = new Set<readonly BudgetLine[]>();
    for (const { id } of settlements) {
      const known = this.#underWay.get(id);
      if (known === undefined) continue;
      this.#forget(id);
      settled.add(known.lines);
    }
    const byAccount = new Map<string, BudgetLine>();
    for (const lines of settled) for (const line of lines) byAccount.set(line.account, line);
    for (const state of states) this.#lookAt(byAccount.get(state.account), state);
  }

  /** `held`: in the name of whom, where that is known. */
  #lookAt(held: BudgetLine | undefined, state: AccountLine & AccountState): void {
    const line = held ?? this.#ofJobs.get(state.account);
    if (line?.period === state.period) this.#look(line, state);
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
