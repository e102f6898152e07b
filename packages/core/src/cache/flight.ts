import { GatewayError } from '../errors.ts';
import type { Answer, HeaderMap } from '../protocol/answer.ts';
import type { CacheKey } from '../protocol/cache-tier.ts';
import type { TargetName } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Usage } from '../protocol/usage.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';
import type { CacheEntry } from './entry.ts';
import { type Pages, Reader, type ReaderHooks } from './reader.ts';

/** What a flight tells of itself. */
export interface FlightHooks {
  /** It has become larger than may be kept: nobody else can be shown its beginning. */
  outgrown(): void;
  /** All have left, the last one for this reason: nobody wants what is still to come. */
  deserted(reason: Error): void;
  /** The answer has come to its end, whole or broken off, and so many passengers have been told. */
  landed(passengers: number): void;
}

/** What is known of the upstream call, at every moment. */
export interface FlightFacts {
  /** Who answers, or was asked last. */
  readonly target: TargetName | undefined;
  /** What went wrong with the answer after it had begun. */
  readonly trouble: GatewayError | undefined;
  /** Undefined while it is under way, and where it did not end well. */
  readonly outcome: FlightOutcome | undefined;
}

/** What is known of an answer at its end. */
export interface FlightOutcome {
  readonly target: TargetName;
  readonly usage: Usage | undefined;
}

export interface FlightParts<Passenger> {
  readonly key: CacheKey;
  /** Bytes up to which it is recorded. */
  readonly limit: number;
  readonly clock: Clock;
  readonly facts: FlightFacts;
  readonly hooks: FlightHooks;
  /** Who pays has left, and this one does from now on. */
  readonly handOver: (to: Passenger) => void;
}

/** What is seen of the caller while it reads. */
export type Reading = Omit<ReaderHooks, 'left' | 'taken'>;

/** What comes of a flight for one of its passengers. */
export type Landing =
  /** `found`: in the second tier, by now. */
  | { readonly kind: 'found'; readonly entry: CacheEntry }
  /** It is good for the one only who started it: this one has to go by itself. */
  | { readonly kind: 'apart' }
  | {
      readonly kind: 'answer';
      readonly answer: Answer;
      /** Undefined where the answer is a whole one. */
      readonly reader: Reader | undefined;
      readonly facts: FlightFacts;
    };

/** One passenger's place. */
export interface Seat {
  readonly landing: Promise<Landing>;
  readonly facts: FlightFacts;
  /** It does not wait any more, or does not read on. */
  leave(reason: Error): void;
}

interface Place<Passenger> {
  readonly passenger: Passenger;
  readonly reading: Reading;
  readonly resolve: (landing: Landing) => void;
  readonly reject: (error: Error) => void;
  reader: Reader | undefined;
}

/** Bytes that may wait for the slowest reader of what is too large to be kept. */
const backlogLimit = 65_536;

/** What is recorded: each piece, and how many milliseconds behind the first it came. */
export interface Recording {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly isStream: boolean;
  readonly pages: readonly Uint8Array[];
  readonly offsets: readonly number[];
}

/**
 * One call to an upstream that several callers share, who may come at any time before its end and see it from its
 * beginning. It belongs to none of them: the first may leave, and only the last one's leave ends it.
 */
export class Flight<Passenger = unknown> implements Pages, ByteSink {
  readonly key: CacheKey;
  readonly startedAt: number;
  readonly #parts: FlightParts<Passenger>;
  readonly #places = new Set<Place<Passenger>>();
  #state: 'waiting' | 'flowing' | 'over' = 'waiting';
  #starter: Place<Passenger> | undefined;
  #stream: ByteStream | undefined;
  #answer: Omit<Answer, 'body'> | undefined;
  #pages: Uint8Array[] = [];
  #offsets: number[] = [];
  /** The number of the first page that is still here. */
  #first = 0;
  #bytes = 0;
  #firstAt = 0;
  #isOutgrown = false;
  #isPaused = false;
  /** What all readers take together is let go of together. */
  #isWaking = false;
  failure: Error | undefined;
  /** It was invalidated while it was under way: what it brings is not kept. */
  isStale = false;

  constructor(parts: FlightParts<Passenger>) {
    this.#parts = parts;
    this.key = parts.key;
    this.startedAt = parts.clock.now();
  }

  /** Whether somebody can still come along and see all of it. */
  get isOpen(): boolean {
    return this.#state !== 'over' && !this.#isOutgrown;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** All that was answered; undefined where it is too large, or broke off without a word. */
  get recording(): Recording | undefined {
    const answer = this.#answer;
    if (answer === undefined || this.#isOutgrown || this.failure !== undefined) return undefined;
    const { status, headers } = answer;
    const isStream = this.#stream !== undefined;
    return { status, headers, isStream, pages: this.#pages, offsets: this.#offsets };
  }

  /** The first to board is who started it, and pays. */
  board(passenger: Passenger, reading: Reading): Seat {
    const { promise, resolve, reject } = Promise.withResolvers<Landing>();
    // One that leaves does not hear of it.
    promise.catch(ignore);
    const place: Place<Passenger> = { passenger, reading, resolve, reject, reader: undefined };
    this.#places.add(place);
    this.#starter ??= place;
    if (this.#state === 'flowing') this.#serve(place);
    return { landing: promise, facts: this.#parts.facts, leave: (reason) => this.#leave(place, reason) };
  }

  /** The second tier had it. */
  found(entry: CacheEntry): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'over';
    const places = this.#empty();
    for (const { resolve } of places) resolve({ kind: 'found', entry });
    this.#parts.hooks.landed(places.length);
  }

  /** Before it has begun: what it brings hangs on who started it, and is nobody else's. All others go by themselves. */
  keepApart(): void {
    if (this.#state !== 'waiting') return;
    this.#parts.hooks.outgrown();
    const others = [...this.#places].filter((place) => place !== this.#starter);
    for (const { resolve } of others) resolve({ kind: 'apart' });
    for (const place of others) this.#remove(place);
  }

  /** The upstream answers. */
  arrive({ body, ...answer }: Answer): void {
    if (this.#state !== 'waiting') {
      if (!(body instanceof Uint8Array)) body.abort(new GatewayError('VE_CLIENT_CLOSED'));
      return;
    }
    this.#answer = answer;
    if (body instanceof Uint8Array) return this.#arriveWhole(body);
    this.#state = 'flowing';
    this.#stream = body;
    for (const place of this.#places) this.#serve(place);
    body.pipe(this);
  }

  /** There is no answer. */
  fail(error: Error): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'over';
    this.failure = error;
    const places = this.#empty();
    for (const { reject } of places) reject(error);
    this.#parts.hooks.landed(places.length);
  }

  page(number: number): Uint8Array | undefined {
    return this.#pages[number - this.#first];
  }

  /** From the upstream. */
  write(chunk: Uint8Array): boolean {
    if (this.#state !== 'flowing' || chunk.byteLength === 0) return true;
    const now = this.#parts.clock.now();
    if (this.#pages.length === 0 && this.#first === 0) this.#firstAt = now;
    // A copy: what undici hands over is a small piece of a large buffer, which would be kept with it.
    this.#pages.push(this.#isOutgrown ? chunk : Buffer.from(chunk));
    this.#offsets.push(now - this.#firstAt);
    this.#bytes += chunk.byteLength;
    if (!this.#isOutgrown && this.#bytes > this.#parts.limit) {
      this.#isOutgrown = true;
      this.#offsets = [];
      this.#parts.hooks.outgrown();
    }
    this.#wake();
    if (!this.#isOutgrown) return true;
    this.#trim();
    this.#isPaused = this.#bytes > backlogLimit;
    return !this.#isPaused;
  }

  /** From the upstream: all is said. Its usage is known before anybody's request is over. */
  end(taken?: () => void): void {
    taken?.();
    this.#land();
  }

  /** From the upstream: it broke off, and there is no way to say so in what it sent. */
  destroy(error: Error): void {
    this.failure = error;
    this.#land();
  }

  #arriveWhole(body: Uint8Array): void {
    this.#state = 'over';
    this.#pages = [body];
    this.#offsets = [0];
    this.#isOutgrown = body.byteLength > this.#parts.limit;
    const places = this.#empty();
    for (const { resolve } of places) resolve(this.#landingWith(body));
    this.#parts.hooks.landed(places.length);
  }

  #landingWith(body: Uint8Array | ByteStream, reader?: Reader): Landing {
    const { kind, status, headers } = this.#answer ?? noAnswer;
    // Each caller's head is written to by itself.
    const answer = { kind, status, headers: { ...headers }, body };
    return { kind: 'answer', answer, reader, facts: this.#parts.facts };
  }

  #land(): void {
    if (this.#state !== 'flowing') return;
    this.#state = 'over';
    const { size } = this.#places;
    this.#wake();
    this.#parts.hooks.landed(size);
  }

  #serve(place: Place<Passenger>): void {
    const reader: Reader = new Reader(this, {
      ...place.reading,
      taken: () => this.#taken(reader),
      left: (reason) => this.#remove(place, reason),
    });
    place.reader = reader;
    place.resolve(this.#landingWith(reader, reader));
  }

  #wake(): void {
    this.#isWaking = true;
    for (const { reader } of this.#places) reader?.wake();
    this.#isWaking = false;
  }

  #leave(place: Place<Passenger>, reason: Error): void {
    if (place.reader !== undefined) return place.reader.abort(reason);
    this.#remove(place, reason);
  }

  /** Takes everybody out: there is nothing left to wait for. */
  #empty(): Place<Passenger>[] {
    const places = [...this.#places];
    this.#places.clear();
    return places;
  }

  /** `reason`: why it leaves before the end. */
  #remove(place: Place<Passenger>, reason: Error = new GatewayError('VE_CLIENT_CLOSED')): void {
    const [payer] = this.#places;
    if (!this.#places.delete(place) || this.#state === 'over') return;
    const [next] = this.#places;
    if (next === undefined) {
      this.#state = 'over';
      this.failure = reason;
      return this.#parts.hooks.deserted(reason);
    }
    if (place === payer) this.#parts.handOver(next.passenger);
    // Perhaps it was the one that the others waited for.
    this.#taken();
  }

  /** `reader`: who has taken something; where it was not the slowest, nothing changes. */
  #taken(reader?: Reader): void {
    if (!this.#isOutgrown || this.#isWaking || this.#state !== 'flowing') return;
    if (reader !== undefined && reader.next > this.#first + 1) return;
    this.#trim();
    if (!this.#isPaused || this.#bytes > backlogLimit / 2) return;
    this.#isPaused = false;
    this.#stream?.resume();
  }

  /** Lets go of what everybody has. */
  #trim(): void {
    let slowest = Number.POSITIVE_INFINITY;
    for (const { reader } of this.#places) slowest = Math.min(slowest, reader?.next ?? 0);
    let count = 0;
    while (count < this.#pages.length && this.#first + count < slowest) {
      this.#bytes -= this.#pages[count]?.byteLength ?? 0;
      count++;
    }
    if (count === 0) return;
    this.#pages.splice(0, count);
    this.#first += count;
  }
}

const noAnswer: Omit<Answer, 'body'> = { kind: 'verbatim', status: 200, headers: {} };
const ignore = (): void => {};
