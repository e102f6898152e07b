import type { AccountStore, LostHold } from '../protocol/account.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { Logger } from '../protocol/logger.ts';

/** Milliseconds between two looks. */
const sweeping = 60_000;

export interface LostHoldsParts {
  readonly accounts: Pick<AccountStore, 'sweep'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** They were counted as spent, because nobody has settled them. */
  readonly onLost: (holds: readonly LostHold[]) => void;
}

/** Looks for what processes that have died have left. */
export class LostHolds {
  readonly #parts: LostHoldsParts;
  #timer: unknown;
  #isClosed = false;

  constructor(parts: LostHoldsParts) {
    this.#parts = parts;
  }

  /** From now on, if not before. */
  begin(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = this.#parts.clock.setTimeout(() => {
      this.#timer = undefined;
      this.begin();
    }, sweeping);
    void this.#sweep();
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.clock.clearTimeout(this.#timer);
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
