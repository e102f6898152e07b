/** Somebody has waited for as long as anybody may. */
export class LateError extends Error {
  constructor(milliseconds: number) {
    super(`Postgres took longer than ${milliseconds} milliseconds`);
  }
}

export const isLate = (error: unknown): boolean => error instanceof Error && error.cause instanceof LateError;

/**
 * Whether the database answers at all. Where an answer was late a question of our own is asked; where that is late, too,
 * nobody waits any more until such a question was answered.
 */
export class Reach {
  readonly #ask: () => Promise<unknown>;
  #isLost = false;
  #isTrying = false;

  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  /** True: do not wait for it. */
  get isLost(): boolean {
    if (this.#isLost) this.doubt();
    return this.#isLost;
  }

  /** Somebody has waited in vain. */
  doubt(): void {
    if (!this.#isTrying) void this.#try();
  }

  async #try(): Promise<void> {
    this.#isTrying = true;
    try {
      await this.#ask();
      this.#isLost = false;
    } catch (error) {
      // Who is refused at once need not be kept from asking.
      this.#isLost = isLate(error);
    } finally {
      this.#isTrying = false;
    }
  }
}
