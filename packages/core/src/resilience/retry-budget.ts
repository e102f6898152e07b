/**
 * Keeps retries from making an outage worse: every call earns a part of a retry, and a burst may spend what was saved.
 * With the default ratio, 2,000 calls that all fail make at most 2,400 attempts and the saved ones.
 */
export class RetryBudget {
  readonly #earnings: number;
  readonly #savings: number;
  #tokens: number;

  /** `ratio`: retries earned by one call. `savings`: the most that can be saved, and what there is at the start. */
  constructor(ratio: number, savings: number) {
    this.#earnings = ratio;
    this.#savings = savings;
    this.#tokens = savings;
  }

  earn(): void {
    this.#tokens = Math.min(this.#savings, this.#tokens + this.#earnings);
  }

  /** Whether another attempt may be made; it is paid with this call. */
  spend(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
