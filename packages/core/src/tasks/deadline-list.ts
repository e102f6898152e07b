import type { Clock } from '../protocol/clock.ts';

interface Deadline {
  /** By the clock. */
  readonly at: number;
  readonly expire: () => void;
}

/** Milliseconds: those that end so close to each other end together. */
const grain = 50;

/** Many deadlines, and one timer. */
export class DeadlineList {
  readonly #clock: Clock;
  readonly #deadlines = new Set<Deadline>();
  #timer: unknown;
  #timerAt = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the function that takes it off again. */
  add(at: number, expire: () => void): () => void {
    const deadline: Deadline = { at, expire };
    this.#deadlines.add(deadline);
    this.#aim(at);
    return () => {
      this.#deadlines.delete(deadline);
      if (this.#deadlines.size === 0) this.#rest();
    };
  }

  #aim(at: number): void {
    if (at >= this.#timerAt) return;
    this.#rest();
    this.#timerAt = at;
    this.#timer = this.#clock.setTimeout(() => this.#fire(), Math.max(0, at - this.#clock.now()));
  }

  #rest(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  #fire(): void {
    this.#rest();
    const now = this.#clock.now();
    let next = Infinity;
    for (const deadline of this.#deadlines) {
      if (deadline.at > now) next = Math.min(next, deadline.at);
      else {
        this.#deadlines.delete(deadline);
        deadline.expire();
      }
    }
    if (next < Infinity) this.#aim(Math.max(next, now + grain));
  }
}
