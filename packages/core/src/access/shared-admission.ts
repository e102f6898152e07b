import type { GatewayError } from '../errors.ts';
import type { CounterState, LimitStore } from '../protocol/limits.ts';
import type { Principal } from '../protocol/principal.ts';
import { Admission, type AdmissionParts, noPlace, nothingLeft } from './admission.ts';
import type { GuardedLimits } from './guarded-limits.ts';
import type { RuledPlace } from './limit-rules.ts';
import { type Amounts, amountAt } from './memory-limits.ts';
import type { Wish } from './rule-book.ts';

export interface SharedAdmissionParts extends AdmissionParts {
  readonly limits: GuardedLimits;
}

interface Taken extends Wish {
  readonly amounts: Amounts;
  readonly at: LimitStore;
  readonly states: readonly CounterState[];
  /** When they were told. */
  readonly time: number;
}

/** What others count, too: they are asked, and what cannot be used is given back. */
export class SharedAdmission extends Admission {
  readonly #parts: SharedAdmissionParts;
  /** No request's own id: that may be the caller's to choose, and two with the same would have one place. */
  readonly #id: string;
  #places: { readonly at: LimitStore; readonly places: readonly RuledPlace[] }[] = [];
  #taken: Taken | undefined;
  #hasLeft = false;

  constructor(principal: Principal, id: string, parts: SharedAdmissionParts) {
    super(principal, parts);
    this.#id = id;
    this.#parts = parts;
  }

  settleTokens(used: number): void {
    const taken = this.#taken;
    this.#taken = undefined;
    if (taken !== undefined) this.#giveBack(taken, Math.max(0, Math.ceil(used)), true);
  }

  leave(): void {
    this.#hasLeft = true;
    for (const { at, places } of this.#places.splice(0)) this.#parts.limits.leave(at, places, this.#id);
  }

  protected override async take(wish: Wish, amounts: Amounts): Promise<void> {
    const taken = await this.#count(wish, amounts);
    await this.#sit(wish.places, taken);
    if (taken?.isSettled !== true) return;
    // Nobody is there any more to settle them.
    if (this.#hasLeft) this.#giveBack(taken, 0);
    else this.#taken = taken;
  }

  async #count(wish: Wish, amounts: Amounts): Promise<Taken | undefined> {
    const { counters } = wish;
    if (counters.length === 0) return undefined;
    const { clock, limits } = this.#parts;
    const { at, result } = await limits.take(counters, amounts);
    const { refusedBy, states } = result;
    const time = clock.now();
    let refusal: GatewayError | undefined;
    for (const [index, counter] of counters.entries()) {
      const { remaining = 0, resetsAfter = counter.window } = states[index] ?? {};
      this.note(counter, remaining, time + resetsAfter);
      if (index === refusedBy) refusal = nothingLeft(counter, remaining, resetsAfter);
    }
    if (refusal !== undefined) throw refusal;
    return { ...wish, amounts, at, states, time };
  }

  /** Where there is no place, what was taken before is given back. */
  async #sit(places: readonly RuledPlace[], taken: Taken | undefined): Promise<void> {
    if (places.length === 0) return;
    const { limits, lease } = this.#parts;
    const { at, result } = await limits.enter(places, this.#id, lease);
    const full = places[result];
    if (full === undefined) {
      this.#places.push({ at, places });
      if (this.#hasLeft) this.leave();
      return;
    }
    if (taken !== undefined) this.#giveBack(taken, 0);
    throw noPlace(full);
  }

  #giveBack({ at, counters, amounts, states, time }: Taken, used: number, areTokens = false): void {
    const { clock, limits } = this.#parts;
    const elapsed = clock.now() - time;
    const changes = counters.flatMap(({ key, limit, window, isOfTokens }, index) => {
      const left = (states[index]?.resetsAfter ?? 0) - elapsed;
      const change = used - Math.min(limit, amountAt(amounts, index));
      if ((areTokens && !isOfTokens) || left <= 0 || change === 0) return [];
      // Half a window more, since clocks differ: the next one lasts longer than that.
      return [{ key, limit, window, change, endsWithin: left + window / 2 }];
    });
    if (changes.length > 0) limits.adjust(at, changes);
  }
}
