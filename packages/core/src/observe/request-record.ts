import type { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Call, Priority, RequestFacts, TargetName } from '../protocol/call.ts';
import type { AttemptEvent, CacheOutcome } from '../protocol/events.ts';
import type { Outcome } from '../protocol/layer.ts';
import type { Principal } from '../protocol/principal.ts';
import { addUsage, type Usage } from '../protocol/usage.ts';
import { makeRequestId } from './make-request-id.ts';
import type { Observer } from './observer.ts';

interface AttemptFacts {
  readonly target: TargetName;
  readonly attempt: number;
  readonly startedAt: number;
  readonly isContinuation: boolean;
}

/** Nano-dollars that were saved with a call, about; undefined where a price is not known. */
export type SavingOf = (target: TargetName, usage: Usage) => number | undefined;

/** What is known of one request, from its first line to its last: for headers, events, totals and logs. */
export class RequestRecord {
  readonly id: string;
  readonly #observer: Observer;
  readonly #startedAt: number;
  #facts: RequestFacts | undefined;
  #attempts = 0;
  #continuations = 0;
  #target: TargetName | undefined;
  #attemptStartedAt = 0;
  #headAt: number | undefined;
  #status = 499;
  #error: GatewayError | undefined;
  #failures: Map<GatewayError, TargetName> | undefined;
  #usage: Usage | undefined;
  #savingOf: SavingOf | undefined;
  #cache: CacheOutcome | undefined;

  /** `hostId`: what the host calls the request, if it does. */
  constructor(observer: Observer, hostId: string | undefined) {
    this.id = hostId ?? makeRequestId();
    this.#observer = observer;
    this.#startedAt = observer.clock.now();
    observer.requestStarted();
  }

  /** The request was read. Returns what layers and events will know of it. */
  understood(principal: Principal | undefined, call: Call, priority: Priority): RequestFacts {
    const facts = {
      id: this.id,
      principal,
      operation: call.operation,
      model: call.model,
      stream: call.stream,
      priority,
    };
    this.#facts = facts;
    this.#observer.events.emit('request', () => ({ request: facts }));
    return facts;
  }

  /** A router that saves has sent the request where it goes. */
  routed(savingOf: SavingOf | undefined): void {
    this.#savingOf = savingOf;
  }

  /** What the cache has to do with the answer. `target`: who gave it, where another request has asked. */
  cached(outcome: CacheOutcome, target?: TargetName): void {
    this.#cache = outcome;
    this.#target ??= target;
  }

  /** Of the last attempt. */
  get target(): TargetName | undefined {
    return this.#target;
  }

  attemptStarted(attempt: AttemptFacts): void {
    this.#attempts = attempt.attempt;
    this.#target = attempt.target;
    this.#attemptStartedAt = attempt.startedAt;
    if (attempt.isContinuation) this.#continuations++;
  }

  /** Of two that were under way at once, this one is the answer. `outcome`: if it is over already. */
  attemptChosen(attempt: AttemptFacts, outcome: Outcome | undefined): void {
    this.#target = attempt.target;
    this.#attemptStartedAt = attempt.startedAt;
    this.#error = outcome?.error;
  }

  attemptSettled(attempt: AttemptFacts, outcome: Outcome): void {
    const { error, usage, health } = outcome;
    // What an attempt used that came to nothing is paid for, too.
    if (usage !== undefined) this.#usage = this.#usage === undefined ? usage : addUsage(this.#usage, usage);
    // Nothing is wrong where another was faster.
    if (error?.code !== 'VE_OVERTAKEN') this.#error = error;
    if (error !== undefined) (this.#failures ??= new Map()).set(error, attempt.target);
    const request = this.#facts;
    if (request === undefined) return;
    const build = (): AttemptEvent => ({
      request,
      target: attempt.target,
      attempt: attempt.attempt,
      outcome: health,
      ...(error === undefined ? {} : { error: error.code }),
      ...(error?.details.upstreamStatus === undefined
        ? {}
        : { upstreamStatus: error.details.upstreamStatus }),
      ...(attempt.isContinuation ? { isContinuation: true } : {}),
      milliseconds: this.#observer.clock.now() - attempt.startedAt,
    });
    this.#observer.events.emit('attempt', build);
    if (error !== undefined) this.#observer.attemptFailed(request, attempt.target, error);
  }

  /** The head is about to be written with this status; returns a copy of its headers with those that tell about the answer. */
  head(status: number, answer: HeaderMap): HeaderMap {
    const now = this.#observer.clock.now();
    this.#headAt = now;
    this.#status = status;
    const headers: HeaderMap = { ...answer, 'x-request-id': this.id };
    if (this.#cache !== undefined) headers['x-vector-cache'] = this.#cache;
    const target = this.#target;
    if (target === undefined) return headers;
    headers['x-vector-upstream'] = target.upstream;
    headers['x-vector-model'] = toHeaderValue(target.model);
    headers['x-vector-attempts'] = String(this.#attempts);
    if (this.#attempts === 0) return headers;
    const upstream = now - this.#attemptStartedAt;
    const own = now - this.#startedAt - upstream;
    headers['server-timing'] = `gateway;dur=${toHundredths(own)}, upstream;dur=${toHundredths(upstream)}`;
    return headers;
  }

  /** The request ends with an error of its own, or with an attempt's. */
  failed(error: GatewayError): void {
    this.#error = error;
    // What is told is not always what the last target said.
    this.#target = this.#failures?.get(error) ?? this.#target;
  }

  requestEnded(): void {
    const now = this.#observer.clock.now();
    const error = this.#error;
    const usage = this.#usage;
    this.#observer.requestEnded(error !== undefined, usage);
    if (usage !== undefined && this.#target !== undefined)
      this.#observer.savedByRouting(this.#savingOf?.(this.#target, usage) ?? 0);
    this.#observer.events.emit('end', () => ({
      requestId: this.id,
      request: this.#facts,
      target: this.#target,
      attempts: this.#attempts,
      ...(this.#continuations === 0 ? {} : { continuations: this.#continuations }),
      status: this.#status,
      ...(error === undefined ? {} : { error: error.code }),
      usage,
      ...(this.#cache === undefined ? {} : { cache: this.#cache }),
      firstByteMilliseconds: this.#headAt === undefined ? undefined : this.#headAt - this.#startedAt,
      milliseconds: now - this.#startedAt,
    }));
  }
}

function toHundredths(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}

/** A model's name may hold any character; a header may not. */
function toHeaderValue(name: string): string {
  return /^[\x21-\x7e]*$/.test(name) ? name : encodeURIComponent(name.toWellFormed());
}
