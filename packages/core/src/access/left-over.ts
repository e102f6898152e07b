import type { Settlement } from '../protocol/account.ts';
import type { Purses } from './purses.ts';
import type { SettleQueue } from './settle-queue.ts';

/** What this process has held and does not need any more, until the store knows. */
export interface LeftOver {
  /** Whether there may be any in these accounts. */
  isIn(accounts: readonly string[]): boolean;
  /** What was settled since the start. */
  readonly settled: number;
  add(settlement: Settlement): void;
  /** Until the store knows what there is in these. Rejects where it fails. */
  flush(accounts: readonly string[]): Promise<void>;
}

/** In purses, and on its way to the store. */
export class AllLeftOver implements LeftOver {
  readonly #queue: SettleQueue;
  readonly #purses: Purses;

  constructor(queue: SettleQueue, purses: Purses) {
    this.#queue = queue;
    this.#purses = purses;
  }

  isIn(accounts: readonly string[]): boolean {
    return this.#queue.isIn() || this.#purses.haveMoreIn(accounts);
  }

  get settled(): number {
    return this.#queue.settled;
  }

  add(settlement: Settlement): void {
    this.#queue.add(settlement);
  }

  async flush(accounts: readonly string[]): Promise<void> {
    await this.#purses.trim(accounts);
    await this.#queue.flush();
  }
}
