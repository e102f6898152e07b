import type { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Call, Dialect, Priority, RequestFacts, TargetName } from '../protocol/call.ts';
import { costOf } from '../protocol/cost-of.ts';
import type { CacheOutcome } from '../protocol/events.ts';
import type { Outcome } from '../protocol/layer.ts';
import type { Principal } from '../protocol/principal.ts';
import type { TaskAccount } from '../protocol/task.ts';
import type { AttemptTrace, CallTrace } from '../protocol/trace.ts';
import { addUsage, type Usage } from '../protocol/usage.ts';
import { AttemptSteps, type StepFacts } from './attempt-steps.ts';
import { toDollars, toHeaderValue, toHundredths } from './header-values.ts';
import { makeAttemptEvent } from './make-attempt-event.ts';
import { makeEndEvent } from './make-end-event.ts';
import { nameKey } from './make-entry.ts';
import { makeRequestId } from './make-request-id.ts';
import type { ContentSource, LimitTeller, Observer, ReplaceEntry } from './observer.ts';
import { RequestStory } from './request-story.ts';

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
  readonly #observer: Observer;
  readonly #story: RequestStory;
  #attemptStartedAt = 0;
  /** Also what is refused before it was read is written down. */
  #isBooked = false;
  #failures: Map<GatewayError, TargetName> | undefined;
  #savingOf: SavingOf | undefined;
  /** By the cache. */
  #saved: number | undefined;
  #told: Record<string, string> | undefined;
  #limits: LimitTeller | undefined;
  #dialect: Dialect = 'openai-chat';
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
    const startedAt = observer.clock.now();
    const own = makeRequestId(startedAt);
    this.id = hostId ?? own;
    this.#story = new RequestStory(own, hostId, startedAt);
    observer.requestStarted();
  }

  /** It is known who asks, if anybody is told apart. */
  asks({ principal, tags, traceless, isBooked }: Asked): void {
    const story = this.#story;
    story.principal = principal;
    story.tags = tags;
    story.traceless = traceless;
    this.#isBooked = isBooked;
  }

  /** Under which it is written down. The host's id may be the caller's to choose, who must not write over what is there. */
  get entryId(): string {
    return this.#story.id;
  }

  /** Nothing of what is said may be kept. */
  get isTraceless(): boolean {
    return this.#story.traceless;
  }

  /** What the caller calls it; none where nothing may be kept. */
  get tags(): readonly string[] {
    return this.isTraceless ? [] : this.#story.tags;
  }

  /** How many things of a kind were hidden from an upstream. */
  redacted(counts: Readonly<Record<string, number>>): void {
    const known = (this.#story.redacted ??= {});
    for (const [kind, count] of Object.entries(counts)) known[kind] = (known[kind] ?? 0) + count;
  }

  /** What a guard of the operator's has to say of it. */
  noted(name: string, note: string): void {
    const notes = (this.#story.notes ??= {});
    notes[name] = note;
  }

  /** What the caller is told of its limits with the answer, in place of what an upstream says of the operator's. */
  limitedBy(limits: LimitTeller, dialect: Dialect): void {
    this.#limits = limits;
    this.#dialect = dialect;
  }

  /** Tokens, those of the question and of the answer together; 0 where nobody counted. */
  get tokens(): number {
    const { inputTokens = 0, outputTokens = 0 } = this.#story.usage ?? {};
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
    this.#story.facts = this.#story.request ?? { operation, model, stream };
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
    this.#story.request = facts;
    this.#story.facts = facts;
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
    this.#story.cache = outcome;
    this.#story.target ??= target;
  }

  /** Of the last attempt. */
  get target(): TargetName | undefined {
    return this.#story.target;
  }

  attemptStarted(attempt: AttemptFacts): void {
    const story = this.#story;
    // What is asked for in several calls has attempts of each.
    story.attempts = Math.max(story.attempts + 1, attempt.attempt);
    story.target = attempt.target;
    this.#attemptStartedAt = attempt.startedAt;
    if (attempt.isContinuation) story.continuations++;
    // One that somebody else has begun, and left, has its trace.
    if (this.trace !== undefined) attempt.trace ??= this.trace.attemptStarted(attempt);
  }

  /** Of two that were under way at once, this one is the answer. `outcome`: if it is over already. */
  attemptChosen(attempt: AttemptFacts, outcome: Outcome | undefined): void {
    this.#story.target = attempt.target;
    this.#attemptStartedAt = attempt.startedAt;
    this.#story.error = outcome?.error;
  }

  /** Gives what it cost, in nano-dollars. */
  attemptSettled(attempt: AttemptFacts, outcome: Outcome): number {
    const { error, usage } = outcome;
    const story = this.#story;
    // What an attempt used that came to nothing is paid for, too.
    const cost = usage === undefined ? 0 : this.#use(attempt.target, usage);
    story.key = attempt.key ?? story.key;
    const now = this.#observer.clock.now();
    this.#steps.settled(attempt, outcome, now);
    if (attempt.redacted !== undefined) this.redacted(attempt.redacted);
    // Nothing is wrong where another was faster.
    if (error?.code !== 'VE_OVERTAKEN') story.error = error;
    if (error !== undefined) (this.#failures ??= new Map()).set(error, attempt.target);
    this.#observer.meter?.attempted(attempt.target, outcome, now - attempt.startedAt);
    attempt.trace?.settled(outcome, attempt.key);
    const { request } = story;
    if (request === undefined) return cost;
    const { target, attempt: number, isContinuation, startedAt } = attempt;
    this.#observer.events.emit('attempt', () =>
      makeAttemptEvent(request, { target, attempt: number, isContinuation, startedAt, outcome }, now),
    );
    if (error !== undefined) this.#observer.attemptFailed(request, attempt.target, error);
    return cost;
  }

  #use(target: TargetName, usage: Usage): number {
    const story = this.#story;
    story.usage = story.usage === undefined ? usage : addUsage(story.usage, usage);
    const price = this.#observer.priceOf(target);
    if (price === undefined) return 0;
    const cost = costOf(usage, price);
    story.cost = (story.cost ?? 0) + cost;
    story.priceSource = this.#observer.priceSourceOf(target);
    return cost;
  }

  /** The head is about to be written with this status; returns a copy of its headers with those that tell about the answer. */
  head(status: number, answer: HeaderMap): HeaderMap {
    const now = this.#observer.clock.now();
    const story = this.#story;
    const { target, attempts } = story;
    story.status = status;
    story.firstByteMilliseconds = now - story.startedAt;
    const limited = this.#limits === undefined ? answer : this.#limits.tell(answer, this.#dialect, now);
    const headers: HeaderMap = limited === answer ? { ...answer } : limited;
    headers['x-request-id'] = this.id;
    if (this.#told !== undefined)
      for (const [name, value] of Object.entries(this.#told))
        headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
    story.dropped = headers['x-vector-dropped'];
    story.adjusted = headers['x-vector-adjusted'];
    if (story.cost !== undefined) headers['x-vector-cost-usd'] = toDollars(story.cost);
    if (story.cache !== undefined) headers['x-vector-cache'] = story.cache;
    if (target === undefined) return headers;
    headers['x-vector-upstream'] = target.upstream;
    headers['x-vector-model'] = toHeaderValue(target.model);
    headers['x-vector-attempts'] = String(attempts);
    if (attempts === 0) return headers;
    const upstream = now - this.#attemptStartedAt;
    const own = now - story.startedAt - upstream;
    headers['server-timing'] = `gateway;dur=${toHundredths(own)}, upstream;dur=${toHundredths(upstream)}`;
    return headers;
  }

  /** The request ends with an error of its own, or with an attempt's. */
  failed(error: GatewayError): void {
    this.#story.error = error;
    // What is told is not always what the last target said.
    this.#story.target = this.#failures?.get(error) ?? this.#story.target;
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
    const { attempts, key, redacted, notes } = this.#story;
    return {
      attempts,
      ...(key === undefined ? {} : { upstreamKey: nameKey(key) }),
      ...(redacted === undefined ? {} : { redacted: { ...redacted } }),
      ...(notes === undefined || this.isTraceless ? {} : { notes: { ...notes } }),
    };
  }

  requestEnded(): void {
    const story = this.#story;
    const observer = this.#observer;
    story.error = this.#refusal ?? story.error;
    story.milliseconds = observer.clock.now() - story.startedAt;
    const { error, usage, target } = story;
    observer.requestEnded(error !== undefined, usage);
    if (usage !== undefined && target !== undefined)
      observer.savedByRouting(this.#savingOf?.(target, usage) ?? 0);
    // Not a request that nobody is told apart by, and that asked for nothing.
    story.isCall = story.request !== undefined || (this.#isBooked && error !== undefined);
    story.principal ??= story.request?.principal;
    // Who joined may have been left with the bill.
    story.saved = story.cost === undefined ? this.#saved : undefined;
    story.steps = this.#steps.since(story.startedAt);
    const kept = this.#content;
    const content = this.trace === undefined ? kept : this.trace.ended(() => makeEndEvent(story), kept);
    observer.bookRequest(story, content, this.#replace);
    observer.requestTold(story);
    observer.events.emit('end', () => makeEndEvent(story));
  }
}
