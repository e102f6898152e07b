import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '../protocol/clock.ts';
import { type Member, Roster } from '../protocol/roster.ts';

/** Milliseconds: the deadlines are looked through no more often than this, and none fires later than by this. */
const grain = 10;

/**
 * The deadlines of all requests under way, on one timer: setting one, which happens with every piece of an answer,
 * costs a clock reading. The timer rings when the soonest that it knows of is over, and finds out about the others then.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #watches = new Roster<Watch>();
  #ringsAt = Number.POSITIVE_INFINITY;
  #timer: unknown;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** For one request, which may take so many milliseconds as a whole. */
  watch(totalMilliseconds: number): Watch {
    const watch = new Watch(this.#clock, totalMilliseconds, this);
    this.#watches.add(watch);
    return watch;
  }

  /** For a watch: something is to happen at this time. */
  expect(expiry: number): void {
    if (expiry < this.#ringsAt) this.#arm(expiry);
  }

  /** For a watch: nothing will expire any more. */
  forget(watch: Watch): void {
    this.#watches.delete(watch);
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#ringsAt = Number.POSITIVE_INFINITY;
  }

  #arm(at: number): void {
    if (this.#ringsAt !== Number.POSITIVE_INFINITY) this.#clock.clearTimeout(this.#timer);
    this.#ringsAt = at;
    this.#timer = this.#clock.setTimeout(this.#ring, Math.max(0, Math.ceil(at - this.#clock.now())));
  }

  readonly #ring = (): void => {
    this.#ringsAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    let soonest = Number.POSITIVE_INFINITY;
    this.#watches.forEach((watch) => {
      if (watch.expiry <= now) watch.expire();
      else if (watch.expiry < soonest) soonest = watch.expiry;
    });
    if (soonest < this.#ringsAt) this.#arm(Math.max(soonest, now + grain));
  };
}

/** The deadlines of one request, one at a time. What expires is its own, whoever set the timer off. */
export class Watch extends AsyncResource implements Member {
  place = -1;
  /** When the present deadline is over; `Infinity` while nothing is waited for. */
  expiry: number = Number.POSITIVE_INFINITY;
  /** When the request as a whole must be over. */
  totalExpiry: number;
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** Milliseconds that the request may take, and that its caller waits. */
  #total: number;
  #patience: number = Number.POSITIVE_INFINITY;
  readonly #deadlines: Deadlines;
  #onExpire: (() => void) | undefined;

  constructor(clock: Clock, totalMilliseconds: number, deadlines: Deadlines) {
    super('VectorEngineRequest');
    this.#clock = clock;
    this.#deadlines = deadlines;
    this.#startedAt = clock.now();
    this.#total = totalMilliseconds;
    this.totalExpiry = this.#startedAt + totalMilliseconds;
  }

  /** The whole request may take this long, from its beginning, in place of what was said before. For what is waited for next. */
  allow(totalMilliseconds: number): void {
    this.#total = totalMilliseconds;
    this.totalExpiry = this.#startedAt + Math.min(this.#total, this.#patience);
  }

  /** And whatever it may take, no longer than this. */
  shorten(milliseconds: number): void {
    this.#patience = milliseconds;
    this.allow(this.#total);
  }

  get remaining(): number {
    return this.totalExpiry - this.#clock.now();
  }

  /** Whether it is the whole request that has run out of time. */
  get isTotal(): boolean {
    return this.#clock.now() >= this.totalExpiry;
  }

  /** `onExpire` runs once this long from now, or when the whole request is over its time, whichever is first. Gives what time it is. */
  set(milliseconds: number, onExpire: () => void): number {
    const now = this.#clock.now();
    this.#onExpire = onExpire;
    this.expiry = Math.min(now + milliseconds, this.totalExpiry);
    this.#deadlines.expect(this.expiry);
    return now;
  }

  /** Nothing is waited for at present. */
  pause(): void {
    this.#onExpire = undefined;
    this.expiry = Number.POSITIVE_INFINITY;
  }

  /** Nothing will be waited for any more. */
  stop(): void {
    this.pause();
    this.#deadlines.forget(this);
  }

  /** Its time has come. */
  expire(): void {
    const onExpire = this.#onExpire;
    this.pause();
    if (onExpire !== undefined) this.runInAsyncScope(onExpire);
  }
}
