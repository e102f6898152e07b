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
import { type BudgetRequest, wantedBy, wholeCost } from './budget-request.ts';
import { type BudgetState, stateOf } from './budget-state.ts';
import type { MaybePromise } from './guarded-limits.ts';
import { type BudgetHold, Held, type StoredHold } from './held.ts';
import { HolderLease } from './holder-lease.ts';
import { AllLeftOver, type LeftOver } from './left-over.ts';
import { LostHolds } from './lost-holds.ts';
import type { PurseRequest } from './purse.ts';
import { Purses } from './purses.ts';
import { RecentMap } from './recent-map.ts';
import { refuseBudget } from './refuse-budget.ts';
import { SettleQueue } from './settle-queue.ts';
import { type BudgetWarning, limitOf, SoftLimits } from './soft-limits.ts';
import { type BudgetAsked, readStatesAt } from './states-at.ts';
import { asking, takeHold } from './take-hold.ts';

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

const noWarnings: readonly BudgetWarning[] = [];

/** Sees to it that no budget is passed: holds what a call may cost before it is made, and settles what it did. */
export class BudgetDesk {
  readonly #parts: BudgetDeskParts;
  readonly #book: BudgetBook;
  readonly #soft: SoftLimits;
  readonly #lease: HolderLease;
  readonly #queue: SettleQueue;
  readonly #purses: Purses;
  readonly #lost: LostHolds;
  /** Holds that this process is to settle, and has not yet. */
  readonly #underWay = new Map<string, Held>();
  /** Of jobs, which are settled much later: by account, as it was last held from. */
  readonly #ofJobs = new RecentMap<BudgetLine>(10_000);
  #isClosed = false;
  /** Holds that were made for purses. */
  #opened = 0;
  /** What others of this process have left over. */
  readonly #leftOver: LeftOver;

  constructor(parts: BudgetDeskParts) {
    const { rules, accounts, clock, holder, logger, onLost, onSoft } = parts;
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
    this.#purses = new Purses({
      clock,
      hold: (request) => this.#holdForPurse(request, this.#queue),
      holdForCall: (request) => this.#holdForPurse(request, this.#leftOver),
      wholeCost: ({ id, granted }, cost) => this.#wholeCost(id, cost, granted) ?? granted,
    });
    this.#leftOver = new AllLeftOver(this.#queue, this.#purses);
    this.#lost = new LostHolds({ accounts, clock, logger, onLost });
    if (rules !== undefined) this.#lost.begin();
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
    this.#lost.begin();
    try {
      return this.#hold(request, lines);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * What `hold` would do, where that is a matter of this process alone: a caller who comes often has enough at hand. Undefined
   * elsewhere. `lines`: see `linesOf`; `most` and `expiresAt`: see `BudgetRequest`.
   */
  draw(lines: readonly BudgetLine[], most: number, expiresAt: number): BudgetHold | undefined {
    return this.#isClosed ? undefined : this.#purses.find(lines)?.draw(wholeCost(most), expiresAt);
  }

  /** What limits what a caller may spend now; nothing may. `now`: milliseconds since the epoch. @throws GatewayError as `hold` does at once */
  linesOf(principal: Principal, now: number = wallTime(this.#parts.clock)): readonly BudgetLine[] {
    return this.#linesOf(principal, now);
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
    const whole = this.#wholeCost(id, cost, known?.granted);
    if (whole !== undefined) this.#settle({ id, cost: whole }, known);
  }

  /** What is no number must not be taken for nothing: then it is all that was held, now or when the hold has expired. */
  #wholeCost(id: string | undefined, cost: number, granted: number | undefined): number | undefined {
    const whole = Number.isFinite(cost)
      ? Math.round(Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, cost)))
      : granted;
    if (whole !== cost)
      this.#parts.logger.warn(
        { hold: id, cost, settled: whole },
        'a cost is no whole number of nano-dollars',
      );
    return whole;
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
    await this.#flush(lines.map(({ account }) => account)).catch(() => {});
    return this.#read(lines);
  }

  /**
   * The budgets of each of these alone, without those of its parents, in the order in which they are asked for.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async statesAt(places: readonly BudgetAsked[]): Promise<readonly (readonly BudgetState[])[]> {
    const { clock, logger } = this.#parts;
    await this.flush().catch(() => {});
    return readStatesAt(places, {
      linesAt: (owner, given) => this.#book.linesAt(owner, given, wallTime(clock)),
      read: (lines) => this.#read(lines),
      onFailure: (error, owner) => logger.error({ error, ...owner }, 'a budget cannot be read'),
    });
  }

  /** All that was settled until now is in the store. Rejects where that fails. */
  flush(): Promise<void> {
    return this.#flush(undefined);
  }

  /** In these accounts at least. */
  async #flush(accounts: readonly string[] | undefined): Promise<void> {
    await this.#purses.rest(accounts);
    await this.#queue.flush();
  }

  /** Settles what is left. Holds that nobody has settled by then are counted as spent, when this process is not heard of any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#lost.close();
    await this.#purses.close();
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
    if (this.#isClosed) throw new GatewayError('VE_CLOSING');
    const { amount, minimum } = wantedBy(request);
    const expiresAt = Math.ceil(request.expiresAt);
    // A job is settled by its name, and perhaps by another process. What may be another budget with each call has no purse.
    const purse = isJob || this.#parts.rules?.isFixed === false ? undefined : this.#purses.of(lines);
    const drawn = purse?.draw(amount, expiresAt);
    if (drawn !== undefined) return drawn;
    const wanted = { id, holder: isJob ? undefined : this.#parts.holder, amount, minimum, lines, expiresAt };
    const holding = this.#holdLeased(wanted, lines, this.#leftOver);
    if (purse === undefined) return holding;
    const told = (held: Held): Held => {
      purse.missed(amount, expiresAt, held.room);
      return held;
    };
    return holding instanceof Promise ? holding.then(told) : told(holding);
  }

  #holdForPurse({ lines, ...wanted }: PurseRequest, leftOver: LeftOver): MaybePromise<StoredHold> {
    const id = `${this.#parts.holder}/${this.#opened++}`;
    return this.#holdLeased({ ...wanted, id, holder: this.#parts.holder, lines }, lines, leftOver);
  }

  #holdLeased(wanted: HoldRequest, lines: readonly BudgetLine[], leftOver: LeftOver): MaybePromise<Held> {
    const renewing = wanted.holder === undefined ? undefined : this.#lease.ready();
    return renewing === undefined
      ? this.#holdFrom(wanted, lines, leftOver)
      : asking(renewing).then(() => this.#holdFrom(wanted, lines, leftOver));
  }

  #holdFrom(wanted: HoldRequest, lines: readonly BudgetLine[], leftOver: LeftOver): MaybePromise<Held> {
    const isLeased = wanted.holder !== undefined;
    if (isLeased) this.#lease.enter();
    const failed = (error: unknown): never => {
      if (isLeased) this.#lease.leave();
      throw error;
    };
    try {
      const taking = takeHold(wanted, this.#parts.accounts, leftOver);
      return taking instanceof Promise
        ? taking.then((result) => this.#held(wanted, lines, result)).catch(failed)
        : this.#held(wanted, lines, taking);
    } catch (error) {
      return failed(error);
    }
  }

  /** @throws GatewayError `VE_BUDGET_EXCEEDED` */
  #held({ id, holder, minimum }: HoldRequest, lines: readonly BudgetLine[], result: HoldResult): Held {
    if ('refusedBy' in result)
      throw refuseBudget({ ...result, lines, minimum, now: wallTime(this.#parts.clock) });
    const { granted, states } = result;
    let warnings: BudgetWarning[] | undefined;
    let room = Infinity;
    for (let index = 0; index < lines.length; index++) {
      const [line, state] = [lines[index], states[index]];
      if (line === undefined || state === undefined) continue;
      room = Math.min(room, limitOf(line, state) - state.spent - state.held);
      const warning = this.#soft.look(line, state);
      if (warning !== undefined) (warnings ??= []).push(warning);
    }
    const held = new Held(id, { granted, warnings: warnings ?? noWarnings, room, lines }, this);
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
    if (line?.period === state.period) this.#soft.look(line, state);
  }
}
