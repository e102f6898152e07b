import type { Clock } from '../protocol/clock.ts';
import { wallTime } from '../protocol/clock.ts';
import type { BudgetLine } from './budget-book.ts';
import { Purse, type PurseParts } from './purse.ts';

/** Milliseconds between two looks at a purse that is used. */
const looking = 100;

export interface PursesParts extends Pick<PurseParts, 'hold' | 'holdForCall' | 'wholeCost'> {
  readonly clock: Clock;
}

/** The purses of all callers of this process; hardly any has one who calls now and then. */
export class Purses {
  readonly #clock: Clock;
  readonly #parts: PurseParts;
  /** A caller's lines are the same array with each call. */
  readonly #purses = new WeakMap<readonly BudgetLine[], Purse>();
  #awake: Purse[] = [];
  #timer: unknown;
  #isClosed = false;

  constructor({ clock, ...parts }: PursesParts) {
    this.#clock = clock;
    this.#parts = { ...parts, wake: (purse) => this.#wake(purse), now: () => wallTime(clock) };
  }

  /** Whether one of them may have more in these accounts than it needs. */
  haveMoreIn(accounts: readonly string[]): boolean {
    return this.#awake.some((purse) => purse.hasMore && purse.isIn(accounts));
  }

  find(lines: readonly BudgetLine[]): Purse | undefined {
    return this.#purses.get(lines);
  }

  /** Of a caller; made where there is none. */
  of(lines: readonly BudgetLine[]): Purse {
    let purse = this.#purses.get(lines);
    if (purse === undefined) this.#purses.set(lines, (purse = new Purse(lines, this.#parts)));
    return purse;
  }

  /**
   * What was spent is on its way to the store, and nothing is held but for calls under way: of all purses, or of those in some
   * accounts. Never rejects.
   */
  async rest(accounts?: readonly string[]): Promise<void> {
    await Promise.all(this.#awakeIn(accounts).map((purse) => purse.rest()));
  }

  /** What nobody needs is given back. Never rejects. */
  async trim(accounts: readonly string[]): Promise<void> {
    await Promise.all(this.#awakeIn(accounts).map((purse) => purse.trim()));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#timer);
    await this.rest();
  }

  #awakeIn(accounts: readonly string[] | undefined): readonly Purse[] {
    return accounts === undefined ? this.#awake : this.#awake.filter((purse) => purse.isIn(accounts));
  }

  #wake(purse: Purse): void {
    // Nobody looks any more.
    if (this.#isClosed) return void purse.rest();
    if (purse.isAwake) return;
    purse.isAwake = true;
    this.#awake.push(purse);
    this.#timer ??= this.#clock.setTimeout(() => this.#look(), looking);
  }

  #look(): void {
    const awake = this.#awake;
    this.#awake = [];
    this.#timer = undefined;
    for (const purse of awake) {
      purse.isAwake = false;
      purse.look();
    }
  }
}
