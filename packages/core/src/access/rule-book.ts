import type { Principal } from '../protocol/principal.ts';
import {
  type LimitRule,
  modelRuleOf,
  placesOf,
  type RuledCounter,
  type RuledPlace,
  requestCountersOf,
  rulesOf,
  tokenCountersOf,
} from './limit-rules.ts';
import type { LimitSettings } from './limit-settings.ts';

/** What a call wants of its limits at once, all of it or nothing. */
export interface Wish {
  readonly counters: readonly RuledCounter[];
  readonly places: readonly RuledPlace[];
  /** How much it really was is told afterwards. */
  readonly isSettled: boolean;
}

/** What counts a call, worked out. */
export interface CountedBy {
  /** When it is let in: a request, and the caller's places. */
  readonly entering: Wish;
  /** When it is known what is asked for: tokens. */
  readonly sending: Wish;
}

const nothing: readonly never[] = [];

/** What holds for which caller: it is worked out once for a principal, which is the same object with each call of a caller. */
export class RuleBook {
  readonly #settings: LimitSettings;
  readonly #known = new WeakMap<Principal, CountedBy>();

  constructor(settings: LimitSettings) {
    this.#settings = settings;
  }

  /** Everything that holds for the caller, whatever is asked for. */
  of(principal: Principal): CountedBy {
    const known = this.#known.get(principal);
    if (known !== undefined) return known;
    const made = countedBy(rulesOf(principal, this.#settings));
    this.#known.set(principal, made);
    return made;
  }

  /** When what is asked for is known: tokens, and whatever the model itself is limited to. */
  sendingTo(model: string, principal: Principal, { sending }: CountedBy): Wish {
    if (this.#settings.models.size === 0) return sending;
    const rule = modelRuleOf(principal, model, this.#settings);
    if (rule === undefined) return sending;
    const counters = [...requestCountersOf([rule]), ...sending.counters, ...tokenCountersOf([rule])];
    return { counters, places: placesOf([rule]), isSettled: true };
  }
}

function countedBy(rules: readonly LimitRule[]): CountedBy {
  return {
    entering: { counters: requestCountersOf(rules), places: placesOf(rules), isSettled: false },
    sending: { counters: tokenCountersOf(rules), places: nothing, isSettled: true },
  };
}
