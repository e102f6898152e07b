import { GatewayError, type RateLimitFacts } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Dialect } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Principal } from '../protocol/principal.ts';
import { isTighter, type LimitState, tellLimits } from './limit-headers.ts';
import type { LimitRule, RuledCounter, RuledPlace } from './limit-rules.ts';
import type { Amounts } from './memory-limits.ts';
import type { CountedBy, RuleBook, Wish } from './rule-book.ts';

export interface AdmissionParts {
  readonly rules: RuleBook;
  readonly clock: Clock;
  /** Milliseconds that a call takes at most: after that its place is free, should its process have died. */
  readonly lease: number;
}

/** Milliseconds after which another try makes sense where all places are taken. */
const untilOneEnds = 1000;
/** Milliseconds: the vendors' clients wait no longer than this before they ask again by themselves. */
const longestWait = 60_000;

/** One call, as far as limits go. */
export abstract class Admission {
  readonly #principal: Principal;
  readonly #counted: CountedBy;
  readonly #parts: AdmissionParts;
  /** Told to the caller, also where it is refused: what least remains of. */
  #requests: LimitState | undefined;
  #tokens: LimitState | undefined;

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
    return this.#pass(this.#counted.entering, 1);
  }

  /**
   * Takes as many tokens as the call is thought to need, and what the model itself is limited to. Undefined where that is
   * done, and where neither is limited.
   *
   * @throws GatewayError `VE_RATE_LIMITED`, in any case as a rejection
   */
  takeTokens(model: string, estimate: number): Promise<void> | undefined {
    const wish = this.#parts.rules.sendingTo(model, this.#principal, this.#counted);
    const amount = Math.max(0, Math.ceil(estimate));
    const isOfTokensOnly = wish === this.#counted.sending;
    return this.#pass(
      wish,
      isOfTokensOnly ? amount : wish.counters.map(({ isOfTokens }) => (isOfTokens ? amount : 1)),
    );
  }

  /** Counts as many tokens as were used, in place of the estimate; 0 gives them back. Once; a second time nothing happens. */
  abstract settleTokens(used: number): void;

  /** Frees the places, once; also those that are still being taken. What was not settled stays counted. */
  abstract leave(): void;

  /**
   * A copy of an answer's headers with what the caller is told of its limits, as they were when the call was let in or refused;
   * the same headers where nothing was counted. `now`: by the gateway's clock.
   */
  tell(headers: HeaderMap, dialect: Dialect, now: number): HeaderMap {
    const [requests, tokens] = [this.#requests, this.#tokens];
    if (requests === undefined && tokens === undefined) return headers;
    return tellLimits(headers, { requests, tokens }, { dialect, now, clock: this.#parts.clock });
  }

  /** @throws GatewayError `VE_RATE_LIMITED`, also as a rejection */
  protected abstract take(wish: Wish, amounts: Amounts): Promise<void> | undefined;

  /** What is left of a counter, and the time at which its window ends. */
  protected note(counter: RuledCounter, remaining: number, end: number): void {
    const state = counter.isOfTokens ? this.#tokens : this.#requests;
    if (state !== undefined && !isTighter(remaining, end, state)) return;
    if (counter.isOfTokens) this.#tokens = { counter, remaining, end };
    else this.#requests = { counter, remaining, end };
  }

  #pass(wish: Wish, amounts: Amounts): Promise<void> | undefined {
    if (wish.counters.length === 0 && wish.places.length === 0) return undefined;
    try {
      return this.take(wish, amounts);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

export function noPlace({ rule, limit }: RuledPlace): GatewayError {
  return rateLimited(rule, { counted: 'concurrency', limit, remaining: 0 }, untilOneEnds);
}

/** `resetsAfter`: milliseconds. */
export function nothingLeft(counter: RuledCounter, remaining: number, resetsAfter: number): GatewayError {
  const { rule, counted, limit } = counter;
  return rateLimited(rule, { counted, limit, remaining }, resetsAfter);
}

function rateLimited(
  { of, name }: LimitRule,
  { counted, limit, remaining }: Pick<RateLimitFacts, 'counted' | 'limit' | 'remaining'>,
  retryAfter: number,
): GatewayError {
  const rateLimit = { counted, of, ...(name === undefined ? {} : { name }), limit, remaining };
  const isFinal = retryAfter > longestWait;
  return new GatewayError('VE_RATE_LIMITED', { rateLimit, retryAfter, ...(isFinal ? { isFinal } : {}) });
}
