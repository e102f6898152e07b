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
import { RecentMap } from './recent-map.ts';

/** A counter with how much is taken from it. */
export type Take = RuledCounter & { readonly amount: number };

/** What counts a call, worked out. */
export interface CountedBy {
  /** One request from each. */
  readonly requests: readonly Take[];
  readonly tokens: readonly RuledCounter[];
  readonly places: readonly RuledPlace[];
}

type Known = CountedBy & { readonly principal: Principal };

/** What holds for which caller. Those who called last are remembered: to work it out takes long, and hosts say it anew with each call. */
export class RuleBook {
  readonly #settings: LimitSettings;
  readonly #known = new RecentMap<Known>(10_000);

  constructor(settings: LimitSettings) {
    this.#settings = settings;
  }

  /** Everything that holds for the caller, whatever is asked for. */
  of(principal: Principal): CountedBy {
    const { tenant, id, key } = principal;
    // Names may hold anything: whose it is, is looked at.
    const place = `${tenant} ${id} ${key}`;
    const known = this.#known.get(place);
    if (known !== undefined && isSame(known.principal, principal)) return known;
    const made = { ...countedBy(rulesOf(principal, this.#settings)), principal };
    this.#known.set(place, made);
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
    requests: requestCountersOf(rules).map((one) => ({ ...one, amount: 1 })),
    tokens: tokenCountersOf(rules),
    places: placesOf(rules),
  };
}

/** As far as rules go. */
function isSame(one: Principal, other: Principal): boolean {
  return (
    one.tenant === other.tenant &&
    one.id === other.id &&
    one.key === other.key &&
    one.path === other.path &&
    areSame(one.limits, other.limits)
  );
}

function areSame(one: Principal['limits'], other: Principal['limits']): boolean {
  if (one === other) return true;
  return (
    one?.rpm === other?.rpm &&
    one?.rpd === other?.rpd &&
    one?.tpm === other?.tpm &&
    one?.tpd === other?.tpd &&
    one?.concurrency === other?.concurrency
  );
}
