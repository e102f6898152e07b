import type { Clock } from '../protocol/clock.ts';

/**
 * One timer for all the deadlines of a request, one at a time. Moving a deadline back costs a clock reading, not a
 * timer: the timer that is running finds out when it fires.
 */
export class Watch {
  readonly #clock: Clock;
  /** When the request as a whole must be over. */
  readonly totalExpiry: number;
  #expiry = Number.POSITIVE_INFINITY;
  #armedFor = Number.POSITIVE_INFINITY;
  #timer: unknown;
  #onExpire: (() => void) | undefined;

  constructor(clock: Clock, totalMilliseconds: number) {
    this.#clock = clock;
    this.totalExpiry = clock.now() + totalMilliseconds;
  }

  get remaining(): number {
    return this.totalExpiry - this.#clock.now();
  }

  /** `onExpire` runs once this long from now, or when the whole request is over its time, whichever is first. */
  set(milliseconds: number, onExpire: () => void): void {
    this.#onExpire = onExpire;
    this.#expiry = Math.min(this.#clock.now() + milliseconds, this.totalExpiry);
    if (this.#expiry < this.#armedFor) this.#arm();
  }

  /** Whether it is the whole request that has run out of time. */
  get isTotal(): boolean {
    return this.#clock.now() >= this.totalExpiry;
  }

  /** Nothing is waited for at present. The timer stays: the next deadline is likely to be later than this one was. */
  pause(): void {
    this.#onExpire = undefined;
    this.#expiry = Number.POSITIVE_INFINITY;
  }

  /** Nothing will be waited for any more. */
  stop(): void {
    this.pause();
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#armedFor = this.#expiry;
    this.#timer = this.#clock.setTimeout(this.#ring, Math.max(0, this.#expiry - this.#clock.now()));
  }

  readonly #ring = (): void => {
    this.#timer = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
    if (this.#clock.now() < this.#expiry) {
      if (this.#expiry !== Number.POSITIVE_INFINITY) this.#arm();
      return;
    }
    this.#expiry = Number.POSITIVE_INFINITY;
    const onExpire = this.#onExpire;
    this.#onExpire = undefined;
    onExpire?.();
  };
}
