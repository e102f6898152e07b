import type { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Call, Dialect, Priority, RequestFacts, TargetName } from '../protocol/call.ts';
import { wallTimeAt } from '../protocol/clock.ts';
import { costOf } from '../protocol/cost-of.ts';
import type { CacheOutcome } from '../protocol/events.ts';
import type { Outcome } from '../protocol/layer.ts';
import type { LedgerEntry } from '../protocol/ledger.ts';
import type { Principal } from '../protocol/principal.ts';
import type { TaskAccount } from '../protocol/task.ts';
import type { AttemptTrace, CallTrace } from '../protocol/trace.ts';
import { addUsage, type Usage } from '../protocol/usage.ts';
import { AttemptSteps, type StepFacts } from './attempt-steps.ts';
import { toDollars, toHeaderValue, toHundredths } from './header-values.ts';
import { makeAttemptEvent } from './make-attempt-event.ts';
import { makeEndEvent } from './make-end-event.ts';
import { makeEntry, nameKey, type RequestStory } from './make-entry.ts';
import { makeRequestId } from './make-request-id.ts';
import type { ContentSource, LimitTeller, Observer, ReplaceEntry } from './observer.ts';

interface AttemptFacts extends StepFacts {
  readonly attempt: number;
  readonly isContinuation: boolean;
  /** What was hidden from the target, by kind; undefined where nothing was. */
  readonly redacted: Readonly<Record<string, number>> | undefined;
  /** Put there when it starts; undefined where nobody traces. */
  trace?: AttemptTrace | undefined;
}

/** What is known of a request when it is known who asks. */
export interface Asked {
  readonly principal: Principal | undefined;
  /** What the caller calls it. */
  readonly tags: readonly string[];
  /** Nothing of what is said may be kept. */
  readonly traceless: boolean;
  /** Also where it is refused before it was read, it is written down. */
  readonly isBooked: boolean;
}

/** Nano-dollars that were saved with a call, about; undefined where a price is not known. */
export type SavingOf = (target: TargetName, usage: Usage) => number | undefined;

/** What is known of one request, from its first line to its last: for headers, events, totals and logs. */
export class RequestRecord {
  readonly id: string;
  /** Under which it is written down. The host's id may be the caller's to choose, who must not write over what is there. */
  readonly entryId: string;
  readonly #observer: Observer;
  readonly #startedAt: number;
  #facts: RequestFacts | undefined;
  #called: Pick<RequestFacts, 'operation' | 'model' | 'stream'> | undefined;
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
  #asked: Asked | undefined;
  #cost: number | undefined;
  #priceSource: LedgerEntry['priceSource'];
  #saved: number | undefined;
  #key: number | undefined;
  #dropped: string | undefined;
  #adjusted: string | undefined;
  #told: Record<string, string> | undefined;
  #limits: LimitTeller | undefined;
  #dialect: Dialect = 'openai-chat';
  #redacted: Record<string, number> | undefined;
  #notes: Record<string, string> | undefined;
  #refusal: GatewayError | undefined;
  #content: ContentSource | undefined;
  #replace: ReplaceEntry | undefined;
  readonly #steps: AttemptSteps = new AttemptSteps();

  /** Undefined where nobody traces. */
  readonly trace: CallTrace | undefined;

  /** `hostId`: what the host calls the request, if it does. */
  constructor(observer: Observer, hostId: string | undefined, trace?: CallTrace) {
    this.#observer = observer;
    this.trace = trace;
    this.#startedAt = observer.clock.now();
    const own = makeRequestId(this.#startedAt);
    this.id = hostId ?? own;
    this.entryId = own;
    observer.requestStarted();
  }

  /** It is known who asks, if anybody is told apart. */
  asks(asked: Asked): void {
    this.#asked = asked;
  }

  /** Nothing of what is said may be kept. */
  get isTraceless(): boolean {
    return this.#asked?.traceless === true;
  }

  /** What the caller calls it; none where nothing may be kept. */
  get tags(): readonly string[] {
    return this.isTraceless ? [] : (this.#asked?.tags ?? []);
  }

  /** How many things of a kind were hidden from an upstream. */
  redacted(counts: Readonly<Record<string, number>>): void {
    this.#redacted ??= {};
    for (const [kind, count] of Object.entries(counts))
      this.#redacted[kind] = (this.#redacted[kind] ?? 0) + count;
  }

  /** What a guard of the operator's has to say of it. */
  noted(name: string, note: string): void {
    this.#notes ??= {};
    this.#notes[name] = note;
  }

  /** What the caller is told of its limits with the answer, in place of what an upstream says of the operator's. */
  limitedBy(limits: LimitTeller, dialect: Dialect): void {
    this.#limits = limits;
    this.#dialect = dialect;
  }

  /** Tokens, those of the question and of the answer together; 0 where nobody counted. */
  get tokens(): number {
    const { inputTokens = 0, outputTokens = 0 } = this.#usage ?? {};
    return inputTokens + outputTokens;
  }

  /** Something that the caller is to know, in a header. */
  tells(name: string, value: string): void {
    this.#told ??= {};
    this.#told[name] = this.#told[name] === undefined ? value : `${this.#told[name]}, ${value}`;
  }

  /** What the cache has saved: nano-dollars, about. */
  saves(nanoDollars: number | undefined): void {
    this.#saved = nanoDollars;
  }

  /** What is asked for, as the caller says it: written down also where it is refused. */
  calls({ operation, model, stream }: Call): void {
    // Nobody knows what stands there for the name of a model that there is not.
    if (this.isTraceless) return;
    this.#called = { operation, model, stream };
    this.trace?.named(model);
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
      ...(this.isTraceless ? { traceless: true } : {}),
    };
    this.#facts = facts;
    this.trace?.understood(facts, call);
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
    // What is asked for in several calls has attempts of each.
    this.#attempts = Math.max(this.#attempts + 1, attempt.attempt);
    this.#target = attempt.target;
    this.#attemptStartedAt = attempt.startedAt;
    if (attempt.isContinuation) this.#continuations++;
    // One that somebody else has begun, and left, has its trace.
    if (this.trace !== undefined) attempt.trace ??= this.trace.attemptStarted(attempt);
  }

  /** Of two that were under way at once, this one is the answer. `outcome`: if it is over already. */
  attemptChosen(attempt: AttemptFacts, outcome: Outcome | undefined): void {
    this.#target = attempt.target;
    this.#attemptStartedAt = attempt.startedAt;
    this.#error = outcome?.error;
  }

  attemptSettled(attempt: AttemptFacts, outcome: Outcome): void {
    const { error, usage } = outcome;
    // What an attempt used that came to nothing is paid for, too.
    if (usage !== undefined) this.#pay(attempt.target, usage);
    this.#key = attempt.key ?? this.#key;
    const now = this.#observer.clock.now();
    this.#steps.settled(attempt, outcome, now);
    if (attempt.redacted !== undefined) this.redacted(attempt.redacted);
    // Nothing is wrong where another was faster.
    if (error?.code !== 'VE_OVERTAKEN') this.#error = error;
    if (error !== undefined) (this.#failures ??= new Map()).set(error, attempt.target);
    this.#observer.meter?.attempted(attempt.target, outcome, now - attempt.startedAt);
    attempt.trace?.settled(outcome, attempt.key);
    const request = this.#facts;
    if (request === undefined) return;
    const { target, attempt: number, isContinuation, startedAt } = attempt;
    this.#observer.events.emit('attempt', () =>
      makeAttemptEvent(request, { target, attempt: number, isContinuation, startedAt, outcome }, now),
    );
    if (error !== undefined) this.#observer.attemptFailed(request, attempt.target, error);
  }

  #pay(target: TargetName, usage: Usage): void {
    this.#usage = this.#usage === undefined ? usage : addUsage(this.#usage, usage);
    const price = this.#observer.priceOf(target);
    if (price === undefined) return;
    this.#cost = (this.#cost ?? 0) + costOf(usage, price);
    this.#priceSource = this.#observer.priceSourceOf(target);
  }

  /** The head is about to be written with this status; returns a copy of its headers with those that tell about the answer. */
  head(status: number, answer: HeaderMap): HeaderMap {
    const now = this.#observer.clock.now();
    this.#headAt = now;
    this.#status = status;
    const limited = this.#limits === undefined ? answer : this.#limits.tell(answer, this.#dialect, now);
    const headers: HeaderMap = limited === answer ? { ...answer } : limited;
    headers['x-request-id'] = this.id;
    if (this.#told !== undefined)
      for (const [name, value] of Object.entries(this.#told))
        headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
    this.#dropped = headers['x-vector-dropped'];
    this.#adjusted = headers['x-vector-adjusted'];
    if (this.#cost !== undefined) headers['x-vector-cost-usd'] = toDollars(this.#cost);
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

  /** What was on its way to the caller was broken off here, whatever its upstream goes on to say. */
  refused(error: GatewayError): void {
    this.#refusal = error;
  }

  /** What was asked and answered is written down, too. Nothing is where it leaves no trace. */
  keeps(content: ContentSource): void {
    this.#content = content;
  }

  /** A job goes on where it ends. When that is over it is written down in its place, which may be before. */
  carriedBy(replace: ReplaceEntry): void {
    this.#replace = replace;
  }

  /** What a job is told of the request that began it. */
  get trail(): TaskAccount {
    return {
      attempts: this.#attempts,
      ...(this.#key === undefined ? {} : { upstreamKey: nameKey(this.#key) }),
      ...(this.#redacted === undefined ? {} : { redacted: { ...this.#redacted } }),
      ...(this.#notes === undefined || this.isTraceless ? {} : { notes: { ...this.#notes } }),
    };
  }

  requestEnded(): void {
    this.#error = this.#refusal ?? this.#error;
    const now = this.#observer.clock.now();
    const usage = this.#usage;
    this.#observer.requestEnded(this.#error !== undefined, usage);
    if (usage !== undefined && this.#target !== undefined)
      this.#observer.savedByRouting(this.#savingOf?.(this.#target, usage) ?? 0);
    let known: RequestStory | undefined;
    const story = (): RequestStory => (known ??= this.#story(now));
    const kept = this.#content;
    const content = this.trace === undefined ? kept : this.trace.ended(() => makeEndEvent(story()), kept);
    this.#observer.book(() => (this.#isCall ? makeEntry(story()) : undefined), content, this.#replace);
    this.#observer.requestTold(story);
    this.#observer.events.emit('end', () => makeEndEvent(story()));
  }

  /** Not a request that nobody is told apart by, and that asked for nothing. */
  get #isCall(): boolean {
    return this.#facts !== undefined || (this.#asked?.isBooked === true && this.#error !== undefined);
  }

  #story(now: number): RequestStory {
    const asked = this.#asked;
    const milliseconds = now - this.#startedAt;
    return {
      id: this.entryId,
      requestId: this.id === this.entryId ? undefined : this.id,
      isCall: this.#isCall,
      request: this.#facts,
      time: wallTimeAt(this.#observer.clock, this.#startedAt),
      principal: asked?.principal ?? this.#facts?.principal,
      facts: this.#facts ?? this.#called,
      target: this.#target,
      key: this.#key,
      status: this.#status,
      error: this.#error,
      attempts: this.#attempts,
      continuations: this.#continuations,
      usage: this.#usage,
      cost: this.#cost,
      priceSource: this.#priceSource,
      // Who joined may have been left with the bill.
      saved: this.#cost === undefined ? this.#saved : undefined,
      milliseconds,
      firstByteMilliseconds: this.#headAt === undefined ? undefined : this.#headAt - this.#startedAt,
      cache: this.#cache,
      tags: asked?.tags ?? [],
      dropped: this.#dropped,
      adjusted: this.#adjusted,
      redacted: this.#redacted,
      notes: this.#notes,
      traceless: this.isTraceless,
      steps: this.#steps.since(this.#startedAt),
    };
  }
}
