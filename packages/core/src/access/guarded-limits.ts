import type { Clock } from '../protocol/clock.ts';
import type { Counter, CounterChange, LimitStore, Place, Taking } from '../protocol/limits.ts';
import { type Amounts, amountAt, type MemoryLimits, memoryLimits } from './memory-limits.ts';

/** Told when the store fails, with the reason, and when it is well again. */
export type LimitTrouble = (state: 'failing' | 'well', reason?: string) => void;

export interface GuardedLimitsParts {
  readonly store: LimitStore;
  readonly clock: Clock;
  readonly onTrouble: LimitTrouble;
}

/** Milliseconds that a caller waits for the store at most. */
const patience = 1000;
/** Milliseconds that a store which has failed is left alone; then one call tries it. */
const rest = 5000;

/** Nobody waits for what is there at once. */
export type MaybePromise<Result> = Result | Promise<Result>;

/** What was found, and who has counted it: what is given back later goes there. */
export interface Counted<Result> {
  readonly at: LimitStore;
  readonly result: Result;
}

/**
 * A store that may be down, hang, throw in place of rejecting, or give what makes no sense: this process counts for itself
 * then. What the store does too late is undone.
 */
export class GuardedLimits {
  readonly #store: LimitStore;
  readonly #clock: Clock;
  readonly #onTrouble: LimitTrouble;
  readonly #local: MemoryLimits;
  #isFailing = false;
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor({ store, clock, onTrouble }: GuardedLimitsParts) {
    this.#store = store;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
    this.#local = memoryLimits({ clock });
  }

  /** Never rejects. */
  take(counters: readonly Counter[], amounts: Amounts): Promise<Counted<Taking>> {
    const takes = counters.map(({ key, limit, window }, index) => ({
      key,
      limit,
      window,
      amount: amountAt(amounts, index),
    }));
    const undo = (store: LimitStore, { refusedBy, states }: Taking): void => {
      if (refusedBy !== -1) return;
      const changes = takes.map((take, index) => ({
        ...take,
        change: -Math.min(take.amount, take.limit),
        endsWithin: states[index]?.resetsAfter ?? 0,
      }));
      this.adjust(store, changes);
    };
    return this.#count(async (store) => readTaking(await store.take(takes), takes.length), undo);
  }

  /** Never rejects. */
  enter(places: readonly Place[], id: string, lease: number): Promise<Counted<number>> {
    const undo = (store: LimitStore): void => this.leave(store, places, id);
    return this.#count(async (store) => readPlace(await store.enter(places, id, lease), places.length), undo);
  }

  adjust(at: LimitStore, changes: readonly CounterChange[]): void {
    void this.#tell(at, (store) => store.adjust(changes));
  }

  leave(at: LimitStore, places: readonly Place[], id: string): void {
    void this.#tell(at, (store) => store.leave(places, id));
  }

  /** The store that was given is closed, too. */
  async close(): Promise<void> {
    await this.#local.close();
    await this.#tell(this.#store, (store) => store.close());
  }

  async #count<Result>(
    act: (store: LimitStore) => Promise<Result>,
    undo: (store: LimitStore, result: Result) => void,
  ): Promise<Counted<Result>> {
    const store = this.#store;
    if (this.#isToBeAsked()) {
      try {
        const result = await this.#within(act(store), (late) => undo(store, late));
        this.#wentWell();
        return { at: store, result };
      } catch (error) {
        this.#failed(error);
      }
    }
    return { at: this.#local, result: await act(this.#local) };
  }

  /** Never rejects. */
  async #tell(at: LimitStore, act: (store: LimitStore) => Promise<void>): Promise<void> {
    // Nothing of it can fail or hang, and no timer is needed.
    if (at === this.#local) return act(at);
    try {
      await this.#within((async () => act(at))(), () => {});
    } catch (error) {
      this.#failed(error);
    }
  }

  #isToBeAsked(): boolean {
    if (!this.#isFailing) return true;
    const now = this.#clock.now();
    if (now < this.#restsUntil) return false;
    // This one tries; the others do without until it knows.
    this.#restsUntil = now + rest;
    return true;
  }

  async #within<Result>(asked: Promise<Result>, onLate: (result: Result) => void): Promise<Result> {
    const { promise: expired, reject } = Promise.withResolvers<never>();
    let isLate = false;
    const timer = this.#clock.setTimeout(() => {
      isLate = true;
      reject(new Error(`the store of limits took longer than ${patience} milliseconds`));
    }, patience);
    const undo = (result: Result): void => {
      if (isLate) onLate(result);
    };
    asked.then(undo, () => {});
    try {
      return await Promise.race([asked, expired]);
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }

  #wentWell(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#onTrouble('well');
  }

  #failed(error: unknown): void {
    this.#restsUntil = this.#clock.now() + rest;
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#onTrouble('failing', error instanceof Error ? error.message : String(error));
  }
}

/** What an operator's own store gives may be anything. */
function readTaking(given: Taking, count: number): Taking {
  const { refusedBy, states } = given;
  const areStates =
    states.length === count &&
    states.every(({ remaining, resetsAfter }) => remaining >= 0 && resetsAfter >= 0);
  readPlace(refusedBy, count);
  if (areStates) return { refusedBy, states };
  throw new TypeError('the store of limits gave something else than a state for each counter');
}

function readPlace(given: number, count: number): number {
  if (Number.isInteger(given) && given >= -1 && given < count) return given;
  throw new TypeError('the store of limits gave something else than a place in the list, or -1');
}
