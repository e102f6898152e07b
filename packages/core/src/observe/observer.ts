import type { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Dialect, RequestFacts, TargetName } from '../protocol/call.ts';
import { type Clock, wallTimeAt } from '../protocol/clock.ts';
import type { ContentRecord, LedgerEntry } from '../protocol/ledger.ts';
import { type Logger, silentLogger } from '../protocol/logger.ts';
import type { Price } from '../protocol/target-view.ts';
import type { Usage } from '../protocol/usage.ts';
import { Events } from './events.ts';
import { CallLog } from './log-calls.ts';
import { makeEntry } from './make-entry.ts';
import type { Meter } from './metrics/meter.ts';
import type { RequestStory } from './request-story.ts';

/** What things cost, and where what was done is written down. */
export interface Books {
  priceOf(target: TargetName): Price | undefined;
  priceSourceOf(target: TargetName): LedgerEntry['priceSource'];
  /** Undefined where nothing is written down. */
  readonly write: ((entry: LedgerEntry, content?: ContentRecord) => void) | undefined;
}

/** What is kept of one call's content. */
export interface ContentSource {
  /** Once, when the request is over; undefined where nothing is to be kept. Never rejects. */
  take(): Promise<Pick<ContentRecord, 'answer' | 'question'> | undefined>;
  /** In place of `take`: nobody wants it. */
  drop(): void;
}

/**
 * How a request that began a job is written down at its end: as itself, or as the job that goes on in its place. Undefined:
 * the job will be. Never rejects.
 */
export type ReplaceEntry = (own: LedgerEntry) => Promise<LedgerEntry | undefined>;

/** Knows what a caller is told of its limits: gives a copy of an answer's headers with it, in the words of its dialect. */
export interface LimitTeller {
  tell(headers: HeaderMap, dialect: Dialect, now: number): HeaderMap;
}

const noBooks: Books = { priceOf: () => undefined, priceSourceOf: () => undefined, write: undefined };

/** Totals since the gateway was made. */
export interface Totals {
  readonly requests: number;
  /** Requests under way now, open streams included. */
  readonly active: number;
  /** Requests that ended with an error, the callers' own mistakes included. */
  readonly failed: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Estimates, by list prices: nano-dollars (1e-9 of a dollar). */
  readonly savings: Savings;
}

export interface Savings {
  /** By routers that send a request to a cheaper model than it would have had. */
  readonly routing: number;
}

/** Where the pass tells what happens: to events, totals and the log. Never a body, a key or a header. */
export class Observer {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: Events;
  /** Put in its place once there is one. */
  books: Books = noBooks;
  /** Undefined where nothing is measured; put in its place likewise. */
  meter: Meter | undefined;
  /** Undefined where nobody reads it. */
  readonly #log: CallLog | undefined;
  /** Calls whose contents are looked through before they are written down. */
  readonly #bookings = new Set<Promise<void>>();
  readonly #watchers = new Set<(entry: LedgerEntry) => void>();
  #requests = 0;
  #active = 0;
  #failed = 0;
  #inputTokens = 0;
  #outputTokens = 0;
  #savedByRouting = 0;

  /** `isServed`: whether the name of a model is the operator's own word; callers can make up others. */
  constructor(clock: Clock, logger: Logger, isServed: (model: string) => boolean) {
    this.clock = clock;
    this.logger = logger;
    this.#log = logger === silentLogger ? undefined : new CallLog(logger, isServed);
    this.events = new Events(logger);
    const log = this.#log;
    if (log !== undefined) this.events.on('task', (event) => log.jobChanged(event));
  }

  get totals(): Totals {
    return {
      requests: this.#requests,
      active: this.#active,
      failed: this.#failed,
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      savings: { routing: this.#savedByRouting },
    };
  }

  /** Of now; undefined where it is not known. */
  priceOf(target: TargetName): Price | undefined {
    return this.books.priceOf(target);
  }

  priceSourceOf(target: TargetName): LedgerEntry['priceSource'] {
    return this.books.priceSourceOf(target);
  }

  /** Writes down a request that is over, if it is a call. `replace`: asked at the last moment. */
  bookRequest(story: RequestStory, contents?: ContentSource, replace?: ReplaceEntry): void {
    const { write } = this.books;
    if (write === undefined || !story.isCall) return contents?.drop();
    const entry = this.#entryOf(story);
    if (contents === undefined && replace === undefined) return write(entry);
    const booking = bookWith(entry, { contents, replace, write });
    this.#bookings.add(booking);
    void booking.finally(() => this.#bookings.delete(booking));
  }

  /** Writes down what is known of a call by other means. */
  book(entry: LedgerEntry): void {
    this.books.write?.(entry);
  }

  /** What is over is written down. */
  async booked(): Promise<void> {
    await Promise.all(this.#bookings);
  }

  requestStarted(): void {
    this.#requests++;
    this.#active++;
  }

  requestEnded(failed: boolean, usage: Usage | undefined): void {
    this.#active--;
    if (failed) this.#failed++;
    if (usage === undefined) return;
    this.#inputTokens += usage.inputTokens;
    this.#outputTokens += usage.outputTokens;
  }

  /** Tells of every call that is over, until the returned function is called. */
  watchCalls(listener: (entry: LedgerEntry) => void): () => void {
    this.#watchers.add(listener);
    return () => {
      this.#watchers.delete(listener);
    };
  }

  /** A request is over. */
  requestTold(story: RequestStory): void {
    this.meter?.ended(story);
    this.#log?.ended(story);
    if (this.#watchers.size === 0 || !story.isCall) return;
    const entry = this.#entryOf(story);
    for (const listener of this.#watchers) listener(entry);
  }

  #entryOf(story: RequestStory): LedgerEntry {
    return makeEntry(story, wallTimeAt(this.clock, story.startedAt));
  }

  savedByRouting(nanoDollars: number): void {
    this.#savedByRouting += nanoDollars;
  }

  attemptFailed(request: RequestFacts, target: TargetName, error: GatewayError): void {
    this.#log?.attemptFailed(request, target, error);
  }
}

interface Booking {
  readonly contents: ContentSource | undefined;
  readonly replace: ReplaceEntry | undefined;
  readonly write: NonNullable<Books['write']>;
}

async function bookWith(own: LedgerEntry, { contents, replace, write }: Booking): Promise<void> {
  const content = await contents?.take();
  const entry = replace === undefined ? own : await replace(own);
  if (entry === undefined) return;
  const { id, time, tenant } = entry;
  if (content === undefined) write(entry);
  else write(entry, { id, time, tenant, ...content });
}
