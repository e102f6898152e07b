import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Dialect } from '../protocol/call.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { CounterChange, CounterState, LimitStore, Taking } from '../protocol/limits.ts';
import type { Principal } from '../protocol/principal.ts';
import type { Counted, GuardedLimits, MaybePromise } from './guarded-limits.ts';
import { type LimitState, tellLimits, tighter } from './limit-headers.ts';
import type { LimitRule, RuledCounter, RuledPlace } from './limit-rules.ts';
import { type Amounts, amountAt } from './memory-limits.ts';
import type { CountedBy, RuleBook } from './rule-book.ts';

export interface AdmissionParts {
  /** That no other call has. */
  readonly number: number;
  readonly rules: RuleBook;
  readonly clock: Clock;
  readonly lease: number;
  readonly limits: GuardedLimits;
}

interface Taken {
  readonly at: LimitStore;
  readonly counters: readonly RuledCounter[];
  readonly amounts: Amounts;
  readonly states: readonly CounterState[];
  /** When they were told. */
  readonly time: number;
}

/** Milliseconds after which another try makes sense where all places are taken. */
const untilOneEnds = 1000;
/** Milliseconds: the vendors' clients wait no longer than this before they ask again by themselves. */
const longestWait = 60_000;

const nothing: readonly never[] = [];

/** One call, as far as limits go. What this process counts for itself is counted at once, without a promise. */
export class Admission {
  readonly #principal: Principal;
  readonly #counted: CountedBy;
  readonly #parts: AdmissionParts;
  #places: { readonly at: LimitStore; readonly places: readonly RuledPlace[] }[] | undefined;
  /** Told to the caller, also where it is refused: what least remains of. */
  #requests: LimitState | undefined;
  #mostTokens: LimitState | undefined;
  #tokens: Taken | undefined;
  #hasLeft = false;

  constructor(principal: Principal, parts: AdmissionParts) {
    this.#principal = principal;
    this.#counted = parts.rules.of(principal);
    this.#parts = parts;
  }

  /**
   * Counts a request, and takes the caller's places. Before the body is read. Undefined where that is done.
   *
   * @throws GatewayError `VE_RATE_LIMITED`, in any case as a rejection
   */
  enter(): Promise<void> | undefined {
    const { requests, places } = this.#counted;
    return this.#takeAll({ counters: requests, amounts: 1 }, places, false);
  }

  /**
   * Takes as many tokens as the call is thought to need, and what the model itself is limited to. Undefined where that is
   * done, and where neither is limited.
   *
   * @throws GatewayError `VE_RATE_LIMITED`, in any case as a rejection
   */
  takeTokens(model: string, estimate: number): Promise<void> | undefined {
    const ofModel = this.#parts.rules.ofModel(this.#principal, model);
    const { tokens } = this.#counted;
    const amount = Math.max(0, Math.ceil(estimate));
    if (ofModel === undefined) return this.#takeAll({ counters: tokens, amounts: amount }, nothing, true);
    const counters = [...ofModel.requests, ...tokens, ...ofModel.tokens];
    const amounts = counters.map((counter) => (isOfTokens(counter) ? amount : 1));
    return this.#takeAll({ counters, amounts }, ofModel.places, true);
  }

  /** Counts as many tokens as were used, in place of the estimate; 0 gives them back. Once; a second time nothing happens. */
  settleTokens(used: number): void {
    const tokens = this.#tokens;
    this.#tokens = undefined;
    if (tokens !== undefined) this.#giveBack(tokens, Math.max(0, Math.ceil(used)), isOfTokens);
  }

  /** A copy of an answer's headers with what the caller is told of its limits, as they were when the call was let in or refused; the same headers where nothing was counted. */
  tell(headers: HeaderMap, dialect: Dialect): HeaderMap {
    if (this.#requests === undefined && this.#mostTokens === undefined) return headers;
    const { clock } = this.#parts;
    const told = { requests: this.#requests, tokens: this.#mostTokens };
    return tellLimits(headers, told, { dialect, now: clock.now(), wallTime: wallTime(clock) });
  }

  /** Frees the places, once; also those that are still being taken. What was not settled stays counted. */
  leave(): void {
    this.#hasLeft = true;
    const { limits, number } = this.#parts;
    const taken = this.#places;
    this.#places = undefined;
    if (taken !== undefined) for (const { at, places } of taken) limits.leave(at, places, number);
  }

  #takeAll(
    wish: Pick<Taken, 'counters' | 'amounts'>,
    places: readonly RuledPlace[],
    areTokens: boolean,
  ): Promise<void> | undefined {
    if (wish.counters.length === 0 && places.length === 0) return undefined;
    try {
      const taking = this.#take(wish);
      if (taking instanceof Promise)
        return taking.then((taken) => this.#sit(places, taken)).then((taken) => this.#keep(taken, areTokens));
      const sitting = this.#sit(places, taking);
      if (sitting instanceof Promise) return sitting.then((taken) => this.#keep(taken, areTokens));
      return this.#keep(sitting, areTokens);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** What is to be settled. */
  #keep(taken: Taken | undefined, areTokens: boolean): undefined {
    if (!areTokens || taken === undefined) return;
    // Nobody is there any more to settle them.
    if (this.#hasLeft) this.#giveBack(taken, 0);
    else this.#tokens = taken;
  }

  #take({ counters, amounts }: Pick<Taken, 'counters' | 'amounts'>): MaybePromise<Taken | undefined> {
    if (counters.length === 0) return undefined;
    const counting = this.#parts.limits.take(counters, amounts);
    return counting instanceof Promise
      ? counting.then((counted) => this.#note({ counters, amounts }, counted))
      : this.#note({ counters, amounts }, counting);
  }

  /** @throws GatewayError `VE_RATE_LIMITED` */
  #note({ counters, amounts }: Pick<Taken, 'counters' | 'amounts'>, { at, result }: Counted<Taking>): Taken {
    const { states } = result;
    const time = this.#parts.clock.now();
    for (let index = 0; index < counters.length; index++) {
      const [counter, state] = [counters[index], states[index]];
      if (counter === undefined || state === undefined) continue;
      if (isOfTokens(counter)) this.#mostTokens = tighter(this.#mostTokens, { counter, state, time });
      else this.#requests = tighter(this.#requests, { counter, state, time });
    }
    refuseWhere(result, counters);
    return { at, counters, amounts, states, time };
  }

  /** Where there is no place, what was taken before is given back. */
  #sit(places: readonly RuledPlace[], taken: Taken | undefined): MaybePromise<Taken | undefined> {
    if (places.length === 0) return taken;
    const { limits, number, lease } = this.#parts;
    const entering = limits.enter(places, number, lease);
    return entering instanceof Promise
      ? entering.then((counted) => this.#sat(places, counted, taken))
      : this.#sat(places, entering, taken);
  }

  #sat(
    places: readonly RuledPlace[],
    { at, result }: Counted<number>,
    taken: Taken | undefined,
  ): Taken | undefined {
    const full = places[result];
    if (full === undefined) {
      (this.#places ??= []).push({ at, places });
      if (this.#hasLeft) this.leave();
      return taken;
    }
    if (taken !== undefined) this.#giveBack(taken, 0);
    throw rateLimited(full.rule, { counted: 'concurrency', limit: full.limit }, untilOneEnds);
  }

  #giveBack(
    { at, counters, amounts, states, time }: Taken,
    used: number,
    isMeant: (counter: RuledCounter) => boolean = () => true,
  ): void {
    const elapsed = this.#parts.clock.now() - time;
    const changes: CounterChange[] = [];
    for (let index = 0; index < counters.length; index++) {
      const counter = counters[index];
      if (counter === undefined || !isMeant(counter)) continue;
      const { key, limit, window } = counter;
      const left = (states[index]?.resetsAfter ?? 0) - elapsed;
      const change = used - Math.min(limit, amountAt(amounts, index));
      // Half a window more, since clocks differ: the next one lasts longer than that.
      if (left > 0 && change !== 0)
        changes.push({ key, limit, window, change, endsWithin: left + window / 2 });
    }
    if (changes.length > 0) this.#parts.limits.adjust(at, changes);
  }
}

function isOfTokens({ counted }: Pick<RuledCounter, 'counted'>): boolean {
  return counted === 'tpm' || counted === 'tpd';
}

function refuseWhere({ refusedBy, states }: Taking, counters: readonly RuledCounter[]): void {
  const counter = counters[refusedBy];
  if (counter === undefined) return;
  const { remaining = 0, resetsAfter = counter.window } = states[refusedBy] ?? {};
  throw rateLimited(counter.rule, { ...counter, remaining }, resetsAfter);
}

function rateLimited(
  { of, name }: LimitRule,
  {
    counted,
    limit,
    remaining = 0,
  }: Pick<RuledCounter, 'counted' | 'limit'> & { readonly remaining?: number },
  retryAfter: number,
): GatewayError {
  const rateLimit = { counted, of, ...(name === undefined ? {} : { name }), limit, remaining };
  const isFinal = retryAfter > longestWait;
  return new GatewayError('VE_RATE_LIMITED', { rateLimit, retryAfter, ...(isFinal ? { isFinal } : {}) });
}
