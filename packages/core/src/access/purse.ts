import { toGatewayError } from '../errors.ts';
import type { BudgetLine } from './budget-book.ts';
import type { MaybePromise } from './guarded-limits.ts';
import type { BudgetHold, StoredHold } from './held.ts';
import type { BudgetWarning } from './soft-limits.ts';

/** What is asked of the store for a purse. Money in whole nano-dollars. */
export interface PurseRequest {
  readonly lines: readonly BudgetLine[];
  readonly amount: number;
  /** Less is of no use. */
  readonly minimum: number;
  readonly expiresAt: number;
}

export interface PurseParts {
  /** Holds it in the store; throws, or rejects, where that cannot be. */
  readonly hold: (request: PurseRequest) => MaybePromise<StoredHold>;
  /** The same for a call: what is left over in purses is there for it, too. */
  readonly holdForCall: (request: PurseRequest) => MaybePromise<StoredHold>;
  /** What is settled where a call says that it cost so much. */
  readonly wholeCost: (hold: BudgetHold, cost: number) => number;
  /** It has something to settle, or to give back: it is to be looked at soon. */
  readonly wake: (purse: Purse) => void;
  readonly now: () => number;
}

/** Calls between two looks from which on a purse is worth its while. */
const few = 4;
/** How much there is in it, for each nano-dollar that was wanted since the last look. */
const ahead = 1.5;
/** Budgets have so many times as much left: near its limit a budget is counted call by call. */
const plenty = 64;
/** Looks that are left out after a failure, at most. */
const longestPause = 200;

const noWarnings: readonly BudgetWarning[] = [];

/**
 * Calls of one caller that come quickly one after the other are paid from what is held in the store for all of them together,
 * so that the store is asked twice for many, and not twice for each. What the process leaves of it when it dies is counted
 * as spent, as with any hold.
 *
 * At any moment what is in use and what is spent is not more than what is held for it.
 */
export class Purse {
  /** It waits to be looked at. */
  isAwake = false;
  readonly #lines: readonly BudgetLine[];
  readonly #parts: PurseParts;
  #hold: StoredHold | undefined;
  /** Held for calls under way, and spent by those that are over, since the hold was made. */
  #inUse = 0;
  #spent = 0;
  /** Since the last look: calls, and what they wanted, those included that it could not pay for. */
  #asked = 0;
  #wanted = 0;
  /** Neither held nor spent in the budgets, as was told last. */
  #room = 0;
  #warnings = noWarnings;
  /** When no call can be under way any more, and when the hold is lost: milliseconds since the epoch. */
  #expiresAt = 0;
  #lostAt = 0;
  #changing: Promise<void> | undefined;
  /** Nothing more is taken from it. */
  #isShut = false;
  #failures = 0;
  #pause = 0;
  /** How often what was left under way was given up. */
  #givenUp = 0;

  constructor(lines: readonly BudgetLine[], parts: PurseParts) {
    this.#lines = lines;
    this.#parts = parts;
  }

  /** Undefined where it has not so much. */
  draw(amount: number, expiresAt: number): BudgetHold | undefined {
    if (!this.take(amount)) return undefined;
    this.#want(amount, expiresAt);
    return new Drawn(amount, this);
  }

  /** A call that it could not pay for was held for by itself; so much is left then. */
  missed(amount: number, expiresAt: number, room: number): void {
    this.#room = room;
    this.#want(amount, expiresAt);
    // Not only at the next look: whoever comes so quickly has many calls until then.
    if (this.#asked >= few && this.#changing === undefined && this.#pause === 0) this.#fill();
  }

  /** It is held in one of these accounts. */
  isIn(accounts: readonly string[]): boolean {
    return this.#lines.some(({ account }) => accounts.includes(account));
  }

  /** Nothing is held that nobody needs, and nothing is to be settled. */
  get isAtRest(): boolean {
    return this.#changing === undefined && this.#spent === 0 && (this.#hold?.granted ?? 0) === this.#inUse;
  }

  get warnings(): readonly BudgetWarning[] {
    return this.#warnings;
  }

  get givenUp(): number {
    return this.#givenUp;
  }

  /** Whether there was as much; what is no number there never is. */
  take(amount: number): boolean {
    const hold = this.#hold;
    if (hold === undefined || this.#isShut) return false;
    const isThere = hold.granted - this.#inUse - this.#spent >= amount;
    if (isThere) this.#inUse += amount;
    return isThere;
  }

  giveBack(amount: number): void {
    this.#inUse -= amount;
    this.#parts.wake(this);
  }

  /** Beside the purse: as much as there is room for. */
  async holdMore(amount: number): Promise<StoredHold | undefined> {
    try {
      const expiresAt = this.#expiresAt;
      return await this.#parts.holdForCall({ lines: this.#lines, amount, minimum: 0, expiresAt });
    } catch (error) {
      if (toGatewayError(error).code === 'VE_BUDGET_EXCEEDED') return undefined;
      throw error;
    }
  }

  costOf(hold: BudgetHold, cost: number): number {
    return this.#parts.wholeCost(hold, cost);
  }

  pay(held: number, cost: number): void {
    this.#inUse -= held;
    this.#spent += cost;
    this.#parts.wake(this);
  }

  /** From time to time: what was spent is settled, and as much is held as calls are likely to want until the next time. */
  look(): void {
    if (this.#changing !== undefined) this.#parts.wake(this);
    else if (this.#isPausing) {
      this.#pause--;
      this.#parts.wake(this);
    } else this.#fill();
    this.#asked = 0;
    this.#wanted = 0;
  }

  #fill(): void {
    this.#giveUpLost();
    const reserve = this.#asked >= few ? Math.ceil(this.#wanted * ahead) : 0;
    this.#change(this.#room >= plenty * reserve ? reserve : 0);
  }

  /** What was spent is settled, and nothing is held but for calls under way; as far as the store can. Never rejects. */
  async rest(): Promise<void> {
    await this.#changed();
    if (!this.#isPausing) this.#change(0);
    await this.trim();
  }

  /** What nobody needs is given back: this wants no room, as long as what was spent is not settled. Never rejects. */
  async trim(): Promise<void> {
    await this.#changed();
    const isTried = this.#isShut && this.#pause > 0;
    if (this.#changing === undefined && this.hasMore && !isTried) this.#begin(this.#cut());
    await this.#changed();
  }

  /** More is held than calls need, or may be in a moment. */
  get hasMore(): boolean {
    const granted = this.#hold?.granted ?? 0;
    return this.#changing !== undefined || granted > this.#inUse + this.#spent;
  }

  async #changed(): Promise<void> {
    while (this.#changing !== undefined) await this.#changing;
  }

  /** After a failure; what nobody uses can be settled all the same. */
  get #isPausing(): boolean {
    return this.#pause > 0 && this.#inUse > 0;
  }

  #want(amount: number, expiresAt: number): void {
    this.#asked++;
    this.#wanted += amount;
    this.#expiresAt = Math.max(this.#expiresAt, expiresAt);
    this.#parts.wake(this);
  }

  /** Nobody has settled what is in use for longer than any call lasts, and nobody else has called: the store has counted it as spent. */
  #giveUpLost(): void {
    if (this.#inUse === 0 || this.#parts.now() < this.#lostAt) return;
    this.#spent += this.#inUse;
    this.#inUse = 0;
    this.#givenUp++;
  }

  #change(reserve: number): void {
    const next = this.#inUse + reserve;
    if (this.#changing !== undefined || (this.#hold === undefined && next === 0)) return;
    if (next === 0) return this.#replace(undefined, Infinity);
    // Only calls that take long are under way, and nothing has changed.
    if (reserve === 0 && this.isAtRest) return;
    try {
      const expiresAt = this.#expiresAt;
      const holding = this.#parts.hold({ lines: this.#lines, amount: next, minimum: next, expiresAt });
      if (holding instanceof Promise) this.#begin(this.#changeTo(holding, expiresAt));
      else this.#replace(holding, expiresAt);
    } catch (error) {
      this.#begin(this.#fail(error));
    }
  }

  /** Until it is over it is looked after. Never rejects. */
  #begin(change: Promise<void>): void {
    this.#parts.wake(this);
    this.#changing = change.finally(() => {
      this.#changing = undefined;
      this.#parts.wake(this);
    });
  }

  async #changeTo(holding: Promise<StoredHold>, expiresAt: number): Promise<void> {
    let hold: StoredHold;
    try {
      hold = await holding;
    } catch (error) {
      return this.#fail(error);
    }
    // Meanwhile more was taken than it is for.
    if (hold.granted < this.#inUse) hold.refund();
    else this.#replace(hold, expiresAt);
  }

  /** What is in use is held by the new one: before the old one is settled, so that it is held at any moment. */
  #replace(hold: StoredHold | undefined, expiresAt: number): void {
    this.#lostAt = expiresAt;
    this.#pause = 0;
    const before = this.#hold;
    const spent = this.#spent;
    this.#hold = hold;
    this.#spent = 0;
    this.#isShut = false;
    this.#failures = 0;
    this.#warnings = hold?.warnings ?? noWarnings;
    if (hold !== undefined) {
      this.#room = hold.room;
      this.#parts.wake(this);
    }
    before?.settle(spent);
  }

  /** There is no room, or the store fails: what is not needed is given back, and calls are held for one by one. */
  async #fail(error: unknown): Promise<void> {
    this.#room = 0;
    const isFull = toGatewayError(error).code === 'VE_BUDGET_EXCEEDED';
    this.#pause = isFull ? 1 : Math.min(longestPause, 2 ** Math.min(this.#failures++, 10));
    await this.#cut();
  }

  async #cut(): Promise<void> {
    // What is not needed now is not there any more, if only nobody knows since when.
    this.#isShut = true;
    try {
      await this.#hold?.resize(this.#inUse + this.#spent);
      this.#isShut = false;
    } catch {
      // It is tried again, but not at once.
      this.#pause = Math.max(this.#pause, 1);
    }
  }
}

/** What one call has of a purse. */
class Drawn implements BudgetHold {
  readonly id = undefined;
  readonly #purse: Purse;
  readonly #givenUp: number;
  #drawn: number;
  /** Of its own, where the purse had no more. */
  #more: StoredHold | undefined;
  #isOver = false;

  constructor(amount: number, purse: Purse) {
    this.#drawn = amount;
    this.#purse = purse;
    this.#givenUp = purse.givenUp;
  }

  get granted(): number {
    return this.#drawn + (this.#more?.granted ?? 0);
  }

  get warnings(): readonly BudgetWarning[] {
    return this.#purse.warnings;
  }

  settle(cost: number): void {
    if (this.#isOver) return;
    const whole = this.#purse.costOf(this, cost);
    this.#isOver = true;
    const own = this.#more === undefined ? whole : Math.min(whole, this.#drawn);
    this.#more?.settle(whole - own);
    if (!this.#isLost) this.#purse.pay(this.#drawn, own);
  }

  /** Nobody had heard of it for too long, and it was counted as spent. */
  get #isLost(): boolean {
    return this.#givenUp !== this.#purse.givenUp;
  }

  refund(): void {
    this.settle(0);
  }

  async resize(amount: number): Promise<number> {
    const wanted = Math.ceil(amount);
    if (this.#isOver) return 0;
    if (this.#more !== undefined) {
      await this.#more.resize(Math.max(0, wanted - this.#drawn));
    } else if (wanted <= this.#drawn) {
      if (this.#isLost) return this.granted;
      this.#purse.giveBack(this.#drawn - wanted);
      this.#drawn = wanted;
    } else if (!this.#isLost && this.#purse.take(wanted - this.#drawn)) {
      this.#drawn = wanted;
    } else {
      const more = await this.#purse.holdMore(wanted - this.#drawn);
      // It ended meanwhile, or has some.
      if (this.#isOver || this.#more !== undefined) more?.refund();
      else this.#more = more;
    }
    return this.granted;
  }
}
