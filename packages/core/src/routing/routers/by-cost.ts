import { optionsError } from '../../errors.ts';
import { type Glance, glanceAt } from '../read-request.ts';
import type { RouteRequest } from '../route-request.ts';
import { type Destination, type NamedRouter, withDestinations } from '../router.ts';
import { checkModel } from './check-routes.ts';

export interface CostRoutes {
  /** For simple requests: the cheap tier. */
  readonly simple: Destination;
  /** For hard ones: the strong tier. */
  readonly hard: Destination;
  /** Share of the requests that count as simple: 0 to 1. Default 0.8. */
  readonly share?: number;
  /**
   * The most that may go to the strong tier, however hard they are: a share of the requests, 0 to 1, of which the last
   * hundred's can be saved up. Default 1: no cap.
   */
  readonly cap?: number;
}

/** Requests whose share of the strong tier can be saved up, for hard ones that come together. */
const saving = 100;

/**
 * Sends simple requests to the cheap tier and hard ones to the strong tier. What is hard is learned from the traffic: the
 * requests are scored by a cheap look at them, and the hardest go to the strong tier, as many as `share` leaves over.
 * A caller decides for itself by the tag `tier`, `simple` or `hard` (`x-vector-tier`, `metadata.tier`), below the cap.
 *
 * @example models: { auto: byCost({ simple: 'gpt-5-mini', hard: 'gpt-5.2', share: 0.8, cap: 0.3 }) }
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function byCost(routes: CostRoutes): NamedRouter {
  checkCosts(routes);
  const { simple, hard, share = 0.8, cap = 1 } = routes;
  const threshold = new Quantile(share);
  const mostSaved = cap === 0 ? 0 : Math.max(1, cap * saving);
  let saved = mostSaved;
  const route = (request: RouteRequest): Destination => {
    const said = request.tag('tier');
    const isHard = said === 'hard' || (said !== 'simple' && threshold.isAbove(scoreOf(request)));
    saved = Math.min(mostSaved, saved + cap);
    if (!isHard || saved < 1) return simple;
    saved--;
    return hard;
  };
  return withDestinations(route, [simple, hard], hard);
}

const names = ['simple', 'hard', 'share', 'cap'];

function checkCosts(routes: CostRoutes): void {
  const [extra] = Object.keys(routes ?? {}).filter((key) => !names.includes(key));
  if (extra !== undefined)
    throw optionsError(`byCost: there is no "${extra}"; there can be ${names.join(', ')}`);
  checkModel('byCost: "simple"', routes?.simple);
  checkModel('byCost: "hard"', routes.hard);
  for (const name of ['share', 'cap'] as const) {
    const value: unknown = routes[name];
    const given = typeof value === 'number' ? value : JSON.stringify(value);
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && value <= 1))
      throw optionsError(`byCost: ${name} is ${given}; it must be a number from 0 to 1`);
  }
}

/** How hard a request seems: 0 is a greeting; there is no highest. Compared with others only. */
export function scoreOf(request: RouteRequest): number {
  const glance = glanceAt(request);
  if (glance === undefined) return 0;
  const { inputTokens, toolCount, turns, words } = glance;
  let score = Math.log2(1 + inputTokens / 50) + Math.min(3, toolCount / 4) + Math.min(2, turns / 10);
  if (glance.hasCode) score += 2;
  if (glance.hasPictures || glance.hasDocuments) score += 1;
  if (glance.hasSchema) score += 0.5;
  if (glance.thinks) score += 3;
  return score + demandsOf(glance, words);
}

const demanding =
  /\b(?:prove|derive|step by step|algorithm|optimi[sz]e|architecture|trade-?offs?|edge cases?|debug|refactor|why|complex|theorem|proof|strategy|plan)\b|证明|推导|优化|架构|算法/giu;

function demandsOf({ hasCode }: Glance, words: string): number {
  const found = words.match(demanding)?.length ?? 0;
  return Math.min(3, found * (hasCode ? 0.75 : 0.5));
}

/** Of scores that go from 0 to some 20. */
const finestStep = 0.1;

/**
 * Follows a quantile of a stream of numbers without keeping them: each number moves the estimate up or down by a step, in
 * the proportion that holds it where `share` of them are below. "Frugal streaming", Ma, Muthukrishnan, Sandler 2013.
 */
class Quantile {
  readonly #share: number;
  #estimate: number | undefined;
  #step = 1;

  constructor(share: number) {
    this.#share = share;
  }

  isAbove(value: number): boolean {
    if (this.#share <= 0) return true;
    if (this.#share >= 1) return false;
    const estimate = (this.#estimate ??= value);
    // From coarse to fine, and never so fine that it could not follow traffic that changes: what the share is off by, in
    // requests, is how far the estimate has come since the start, in steps.
    this.#step = Math.max(finestStep, this.#step * 0.98);
    const isAbove = value > estimate;
    this.#estimate = estimate + (isAbove ? this.#share : this.#share - 1) * this.#step;
    return isAbove;
  }
}
