import type { BudgetLine } from './budget-book.ts';
import type { BudgetWarning } from './soft-limits.ts';

/** What a call may spend. */
export interface BudgetHold {
  /** Undefined where the store does not know it by itself. */
  readonly id: string | undefined;
  /** In nano-dollars: at least what the prompt costs, and less than was wanted where no more is left. */
  readonly granted: number;
  /** Budgets that are nearly spent. */
  readonly warnings: readonly BudgetWarning[];
  /** What was spent, in nano-dollars. What comes after the first time is ignored. */
  settle(cost: number): void;
  /** Nothing was spent. */
  refund(): void;
  /** Makes it larger or smaller, as far as there is room; gives what is held then. @throws GatewayError `VE_STORE_FAILED` */
  resize(amount: number): Promise<number>;
}

/** One that the store knows by its id. */
export interface StoredHold extends BudgetHold {
  readonly id: string;
  /** What is neither spent nor held in the budget that has the least left, as it was told with the hold: nano-dollars. */
  readonly room: number;
}

/** Whoever knows holds by their names. */
interface Settling {
  settleById(id: string, cost: number): void;
  resize(id: string, amount: number): Promise<number>;
}

export class Held implements StoredHold {
  readonly id: string;
  granted: number;
  readonly warnings: readonly BudgetWarning[];
  readonly room: number;
  /** Where it is held; the same array with each call of a caller. */
  readonly lines: readonly BudgetLine[];
  isSettling = false;
  readonly #desk: Settling;

  constructor(
    id: string,
    { granted, warnings, room, lines }: Pick<Held, 'granted' | 'warnings' | 'room' | 'lines'>,
    desk: Settling,
  ) {
    this.id = id;
    this.granted = granted;
    this.warnings = warnings;
    this.room = room;
    this.lines = lines;
    this.#desk = desk;
  }

  settle(cost: number): void {
    this.#desk.settleById(this.id, cost);
  }

  refund(): void {
    this.#desk.settleById(this.id, 0);
  }

  async resize(amount: number): Promise<number> {
    this.granted = await this.#desk.resize(this.id, amount);
    return this.granted;
  }
}
