import type { AccountLine, AccountState, AccountStore, Settlement } from '../protocol/account.ts';
import type { Clock } from '../protocol/clock.ts';

/** Settlements that go to the store together, and the milliseconds that one waits for others. */
const most = 500;
const waiting = 10;
/** Milliseconds after the first time that the store has failed; twice as many after each further one, up to the second. */
const firstPause = 100;
const longestPause = 10_000;
/** How often the store is tried at the end. */
const lastTries = 4;

export interface SettleQueueParts {
  readonly accounts: Pick<AccountStore, 'settle'>;
  readonly clock: Clock;
  readonly onSettled: (
    settlements: readonly Settlement[],
    states: readonly (AccountLine & AccountState)[],
  ) => void;
  /** How many wait for the store to be there again. */
  readonly onFailure: (error: unknown, waiting: number) => void;
}

/** What is to be settled, on its way to the store: together, and until it is done. */
export class SettleQueue {
  readonly #parts: SettleQueueParts;
  #waiting: Settlement[] = [];
  /** How many there have been, and how many of them are settled. */
  #added = 0;
  #settled = 0;
  #sending: Promise<void> | undefined;
  #timer: unknown;
  #pause = 0;
  /** How many go together next: fewer after a failure, until what the store does not take is alone. */
  #together = most;
  #isClosed = false;

  constructor(parts: SettleQueueParts) {
    this.#parts = parts;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Some wait: whose, it does not know. */
  isIn(): boolean {
    return this.#waiting.length > 0;
  }

  /** How many were settled since the start. */
  get settled(): number {
    return this.#settled;
  }

  add(settlement: Settlement): void {
    this.#waiting.push(settlement);
    this.#added++;
    if (this.#sending !== undefined || this.#pause > 0) return;
    if (this.#waiting.length >= most) this.#sendSoon(0);
    else if (this.#timer === undefined) this.#sendSoon(waiting);
  }

  /** All that were added until now are settled. Rejects where the store fails; it is tried again all the same. */
  async flush(): Promise<void> {
    const wanted = this.#added;
    while (this.#settled < wanted) await this.#send();
  }

  /** Settles what is left, and gives up where the store does not come back: what is held then is counted as spent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (let tries = 1; this.#waiting.length > 0 && tries <= lastTries; tries++) {
      try {
        await this.flush();
      } catch {
        if (tries < lastTries) await this.#rest();
      }
    }
    this.#stopTimer();
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.clock.setTimeout(resolve, this.#pause);
    });
  }

  #stopTimer(): void {
    this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #sendSoon(milliseconds: number): void {
    this.#stopTimer();
    if (milliseconds > 0)
      this.#timer = this.#parts.clock.setTimeout(() => this.#sendUnwatched(), milliseconds);
    else this.#sendUnwatched();
  }

  #sendUnwatched(): void {
    this.#send().catch(() => {
      // It was told, and is tried again.
    });
  }

  /** The next of them, or those that are under way. */
  #send(): Promise<void> {
    this.#sending ??= this.#sendNext().finally(() => {
      this.#sending = undefined;
      if (this.#pause === 0 && this.#waiting.length > 0) this.#sendUnwatched();
    });
    return this.#sending;
  }

  async #sendNext(): Promise<void> {
    this.#stopTimer();
    const batch = this.#waiting.slice(0, this.#together);
    try {
      const states = await this.#parts.accounts.settle(batch);
      this.#waiting = this.#waiting.slice(batch.length);
      this.#settled += batch.length;
      this.#pause = 0;
      this.#together = Math.min(most, this.#together * 2);
      this.#parts.onSettled(batch, states);
    } catch (error) {
      // What one of them has wrong must not be in the way of all others.
      this.#waiting = [...this.#waiting.slice(batch.length), ...batch];
      this.#together = Math.max(1, Math.floor(batch.length / 2));
      this.#pause = Math.min(longestPause, this.#pause === 0 ? firstPause : this.#pause * 2);
      if (!this.#isClosed) this.#sendSoon(this.#pause);
      this.#parts.onFailure(error, this.#waiting.length);
      throw error;
    }
  }
}
