import type { AccountStore } from '../protocol/account.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';

/** Milliseconds that this process is taken for alive after it was heard of, and between two signs of life. */
const lasting = 60_000;
const renewing = 20_000;
/** Milliseconds until the next one where the store has failed. */
const retrying = 5000;

export interface HolderLeaseParts {
  readonly accounts: Pick<AccountStore, 'renew'>;
  readonly clock: Clock;
  /** This process, by a name that no other has. */
  readonly holder: string;
  readonly onFailure: (error: unknown) => void;
}

/** Tells the store that this process lives, for as long as it has holds. */
export class HolderLease {
  readonly #parts: HolderLeaseParts;
  #until = -Infinity;
  #holds = 0;
  #timer: unknown;
  #renewal: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: HolderLeaseParts) {
    this.#parts = parts;
  }

  /** Before a hold is made: resolves when it lasts for long enough to be renewed in time; undefined where it does already. Rejects where the store fails. */
  ready(): Promise<void> | undefined {
    const left = this.#until - wallTime(this.#parts.clock);
    // More is left than there can be where the clock was set back.
    return left > lasting - 1.5 * renewing && left <= lasting ? undefined : this.#renew();
  }

  /** There is one hold more. */
  enter(): void {
    this.#holds++;
    this.#tickIn(renewing);
  }

  leave(): void {
    this.#holds--;
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tickIn(milliseconds: number): void {
    if (!this.#isClosed) this.#timer ??= this.#parts.clock.setTimeout(() => void this.#tick(), milliseconds);
  }

  async #tick(): Promise<void> {
    let next = renewing;
    try {
      if (this.#holds > 0) await this.#renew();
    } catch (error) {
      next = retrying;
      this.#parts.onFailure(error);
    }
    this.#timer = undefined;
    if (this.#holds > 0) this.#tickIn(next);
  }

  #renew(): Promise<void> {
    this.#renewal ??= this.#tell().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #tell(): Promise<void> {
    const { accounts, clock, holder } = this.#parts;
    const until = Math.floor(wallTime(clock)) + lasting;
    await accounts.renew(holder, until);
    this.#until = until;
  }
}
