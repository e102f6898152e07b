import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Dialect } from '../protocol/call.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { CounterState, LimitStore, Taking } from '../protocol/limits.ts';
import type { Principal } from '../protocol/principal.ts';
import type { GuardedLimits } from './guarded-limits.ts';
import { type LimitState, limitHeaders } from './limit-headers.ts';
import {
  type LimitRule,
  modelRuleOf,
  placesOf,
  type RuledCounter,
  type RuledPlace,
  requestCountersOf,
  tokenCountersOf,
} from './limit-rules.ts';
import type { LimitSettings } from './limit-settings.ts';

export interface AdmissionParts {
  /** That no other call has. */
  readonly id: string;
  readonly settings: LimitSettings;
  readonly clock: Clock;
  readonly lease: number;
  readonly limits: GuardedLimits;
}

type Take = RuledCounter & { readonly amount: number };

interface Taken {
  readonly at: LimitStore;
  readonly takes: readonly Take[];
  readonly states: readonly CounterState[];
  /** When they were told. */
  readonly time: number;
}

/** Milliseconds after which another try makes sense where all places are taken. */
const untilOneEnds = 1000;
/** Milliseconds: the vendors' clients wait no longer than this before they ask again by themselves. */
const longestWait = 60_000;

/** One call, as far as limits go. */
export class Admission {
  readonly #principal: Principal;
  readonly #rules: readonly LimitRule[];
  readonly #parts: AdmissionParts;
  readonly #places: { readonly at: LimitStore; readonly places: readonly RuledPlace[] }[] = [];
  /** Told to the caller; what is refused, too. */
  readonly #told: Taken[] = [];
  #tokens: Taken | undefined;
  #hasLeft = false;

  constructor(principal: Principal, rules: readonly LimitRule[], parts: AdmissionParts) {
    this.#principal = principal;
    this.#rules = rules;
    this.#parts = parts;
  }

  /**
   * Counts a request, and takes the caller's places. Before the body is read.
   *
   * @throws GatewayError `VE_RATE_LIMITED`
   */
  async enter(): Promise<void> {
    const taken = await this.#take(requestCountersOf(this.#rules).map((one) => ({ ...one, amount: 1 })));
    await this.#sit(placesOf(this.#rules), taken);
  }

  /**
   * Takes as many tokens as the call is thought to need, and what the model itself is limited to. Undefined where neither
   * is limited.
   *
   * @throws GatewayError `VE_RATE_LIMITED`
   */
  takeTokens(model: string, estimate: number): Promise<void> | undefined {
    const rule = modelRuleOf(this.#principal, model, this.#parts.settings);
    const ofModel = rule === undefined ? [] : [rule];
    const counters = tokenCountersOf([...this.#rules, ...ofModel]);
    const requests = requestCountersOf(ofModel);
    const places = placesOf(ofModel);
    if (counters.length + requests.length + places.length === 0) return undefined;
    const amount = Math.max(0, Math.ceil(estimate));
    const takes = [
      ...requests.map((one) => ({ ...one, amount: 1 })),
      ...counters.map((one) => ({ ...one, amount: Math.min(amount, one.limit) })),
    ];
    return this.#takeTokens(takes, places);
  }

  /** Counts as many tokens as were used, in place of the estimate; 0 gives them back. Once; a second time nothing happens. */
  settleTokens(used: number): void {
    const tokens = this.#tokens;
    this.#tokens = undefined;
    if (tokens !== undefined) this.#giveBack(tokens, Math.max(0, Math.ceil(used)), isOfTokens);
  }

  /** What the caller is told of its limits, as they were when the call was let in or refused; empty where nothing was counted. */
  headers(dialect: Dialect): HeaderMap {
    const { clock } = this.#parts;
    const now = clock.now();
    const states = this.#told.flatMap(({ takes, states: told, time }) =>
      takes.map(({ counted, limit }, index): LimitState => {
        const { remaining = 0, resetsAfter = 0 } = told[index] ?? {};
        return { counted, limit, remaining, resetsAfter: Math.max(0, resetsAfter - (now - time)) };
      }),
    );
    return limitHeaders(states, dialect, wallTime(clock));
  }

  /** Frees the places, once; also those that are still being taken. What was not settled stays counted. */
  leave(): void {
    this.#hasLeft = true;
    const { limits, id } = this.#parts;
    for (const { at, places } of this.#places.splice(0)) void limits.leave(at, places, id);
  }

  async #takeTokens(takes: readonly Take[], places: readonly RuledPlace[]): Promise<void> {
    const taken = await this.#take(takes);
    await this.#sit(places, taken);
    if (taken === undefined) return;
    // Nobody is there any more to settle them.
    if (this.#hasLeft) this.#giveBack(taken, 0);
    else this.#tokens = taken;
  }

  async #take(takes: readonly Take[]): Promise<Taken | undefined> {
    if (takes.length === 0) return undefined;
    const { limits, clock } = this.#parts;
    const { at, result } = await limits.take(takes);
    const taken = { at, takes, states: result.states, time: clock.now() };
    this.#told.push(taken);
    refuseWhere(result, takes);
    return taken;
  }

  /** Where there is no place, what was taken before is given back. */
  async #sit(places: readonly RuledPlace[], taken: Taken | undefined): Promise<void> {
    if (places.length === 0) return;
    const { limits, id, lease } = this.#parts;
    const { at, result } = await limits.enter(places, id, lease);
    const full = places[result];
    if (full === undefined) {
      this.#places.push({ at, places });
      if (this.#hasLeft) this.leave();
      return;
    }
    if (taken !== undefined) this.#giveBack(taken, 0);
    throw rateLimited(full.rule, { counted: 'concurrency', limit: full.limit }, untilOneEnds);
  }

  #giveBack(
    { at, takes, states, time }: Taken,
    used: number,
    isMeant: (take: Take) => boolean = () => true,
  ): void {
    const elapsed = this.#parts.clock.now() - time;
    const changes = takes.flatMap((take, index) => {
      const left = (states[index]?.resetsAfter ?? 0) - elapsed;
      const change = used - take.amount;
      // Half a window more, since clocks differ: the next one lasts longer than that.
      return left <= 0 || change === 0 || !isMeant(take)
        ? []
        : [{ ...take, change, endsWithin: left + take.window / 2 }];
    });
    if (changes.length > 0) void this.#parts.limits.adjust(at, changes);
  }
}

function isOfTokens({ counted }: Take): boolean {
  return counted === 'tpm' || counted === 'tpd';
}

function refuseWhere({ refusedBy, states }: Taking, takes: readonly Take[]): void {
  const take = takes[refusedBy];
  if (take === undefined) return;
  const { remaining = 0, resetsAfter = take.window } = states[refusedBy] ?? {};
  throw rateLimited(take.rule, { ...take, remaining }, resetsAfter);
}

function rateLimited(
  { of, name }: LimitRule,
  {
    counted,
    limit,
    remaining = 0,
  }: Pick<RuledCounter, 'limit'> & Pick<LimitState, 'counted'> & { remaining?: number },
  retryAfter: number,
): GatewayError {
  const rateLimit = { counted, of, ...(name === undefined ? {} : { name }), limit, remaining };
  const isFinal = retryAfter > longestWait;
  return new GatewayError('VE_RATE_LIMITED', { rateLimit, retryAfter, ...(isFinal ? { isFinal } : {}) });
}
