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

/** What counts a call, worked out. */
export interface CountedBy {
  readonly requests: readonly RuledCounter[];
  readonly tokens: readonly RuledCounter[];
  readonly places: readonly RuledPlace[];
}

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

  /** What holds for the model beside; undefined where nothing does. */
  ofModel(principal: Principal, model: string): CountedBy | undefined {
    if (this.#settings.models.size === 0) return undefined;
    const rule = modelRuleOf(principal, model, this.#settings);
    return rule && countedBy([rule]);
  }
}

function countedBy(rules: readonly LimitRule[]): CountedBy {
  return {
    requests: requestCountersOf(rules),
    tokens: tokenCountersOf(rules),
    places: placesOf(rules),
  };
}
