import type { CacheEntry } from './cache/entry.ts';
import type { Flight, FlightFacts, Reading } from './cache/flight.ts';
import { type Pages, Reader } from './cache/reader.ts';
import { PacedReplay, Replay } from './cache/replay.ts';
import type { Asked, ResponseCache } from './cache/response-cache.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import { FlightRecord } from './flight-record.ts';
import type { RequestRecord } from './observe/request-record.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call } from './protocol/call.ts';
import type { Clock } from './protocol/clock.ts';
import type { Lifecycle } from './resilience/lifecycle.ts';
import type { RequestListener } from './resilience/request-listener.ts';
import type { RequestScope } from './resilience/request-scope.ts';

/** What a call is answered from, before an upstream is asked. */
export interface CacheRoom {
  readonly responses: ResponseCache<RequestRecord>;
  readonly lifecycle: Lifecycle<RequestListener>;
  readonly clock: Clock;
  /** Milliseconds that a caller may take nothing of an answer. */
  readonly patience: number;
  /** How a caller's format says that a stream cannot go on; undefined where it has no way to. */
  readonly wordError: (
    call: Pick<Call, 'dialect' | 'stream' | 'wantsArray'>,
    error: Error,
  ) => Uint8Array | undefined;
}

/** One request, and the way to an upstream that it would go by itself. */
export interface CacheAsking {
  readonly record: RequestRecord;
  readonly scope: RequestScope;
  /** Asks an upstream on behalf of `scope`. */
  readonly send: (scope: RequestScope, told: SharedSending) => Promise<Answer>;
}

/** Shares of the callers' patience that one has who reads with others: whoever holds them up is given up before them. */
const sharedPatience = 0.9;

/** What happens to a call that others may share. */
export interface SharedSending {
  /** It goes on to another model. */
  readonly fellBack: () => void;
  /** It was made shorter, for what is left of its caller's budget. */
  readonly clamped: () => void;
}

/**
 * Answers from the cache, from another caller's call that is under way, or by a call that others can share.
 *
 * @throws GatewayError what the upstream call failed with; `VE_NOT_CACHED`, `VE_DEADLINE`, `VE_CLIENT_CLOSED`
 */
export function serveCached(
  call: Call,
  asked: Asked,
  asking: CacheAsking,
  room: CacheRoom,
): Answer | Promise<Answer> {
  const found = room.responses.find(asked);
  const serving = new Serving(call, asked, asking, room);
  return found === undefined ? serving.serve() : serving.replay(found);
}

/** What an upstream is given up for. That it took longer than the last caller had time for is its own failure. */
function asLeft(reason: Error): GatewayError {
  const error = toGatewayError(reason);
  if (error.code !== 'VE_DEADLINE') return error;
  const failure = { retry: 'never', health: 'failure', sent: true } as const;
  return new GatewayError('VE_DEADLINE', error.details, { failure });
}

/** One request's way to its answer. */
class Serving {
  readonly #call: Call;
  readonly #asked: Asked;
  readonly #asking: CacheAsking;
  readonly #room: CacheRoom;

  constructor(call: Call, asked: Asked, asking: CacheAsking, room: CacheRoom) {
    this.#call = call;
    this.#asked = asked;
    this.#asking = asking;
    this.#room = room;
  }

  /** What is not at hand. */
  async serve(): Promise<Answer> {
    const asked = this.#asked;
    const { responses } = this.#room;
    const { scope, record } = this.#asking;
    for (;;) {
      // Somebody else's answer has just come: in a moment it is known whether it can be given again.
      const verdict = asked.control.maxAge === 0 ? undefined : responses.verdictOn(asked);
      if (verdict === undefined) break;
      await scope.outlast(() => verdict);
      const kept = responses.find(asked);
      if (kept !== undefined) return this.replay(kept);
    }
    const shared = responses.joinable(asked);
    if (shared !== undefined) {
      record.cached('joined');
      return this.#board(shared, 'joined');
    }
    record.cached('miss');
    return asked.control.onlyIfCached ? this.#findElsewhere() : this.#board(this.#takeOff(), 'miss');
  }

  replay(entry: CacheEntry): Answer {
    const { responses, clock } = this.#room;
    const { status, headers, bytes, isStream, target, cost } = entry;
    responses.hit(entry);
    const { record } = this.#asking;
    record.cached('hit', target);
    record.saves(cost > 0 ? cost : undefined);
    const age = Math.floor(responses.ageOf(entry) / 1000);
    const answer = { kind: 'verbatim', status, headers: { ...headers, age: String(age) } } as const;
    if (!isStream) return { ...answer, body: bytes };
    const isPaced = this.#asked.pace === 'recorded';
    return { ...answer, body: isPaced ? this.#pacedReader(entry, clock) : this.#reader(new Replay(entry)) };
  }

  /** In the second tier, or nowhere. */
  async #findElsewhere(): Promise<Answer> {
    const { scope } = this.#asking;
    const { responses } = this.#room;
    const looking = responses.lookFurther(this.#asked);
    const entry = looking && (await scope.outlast(() => looking));
    if (entry !== undefined) return this.replay(entry);
    responses.missed();
    throw new GatewayError('VE_NOT_CACHED', { model: this.#call.model });
  }

  /** Starts a call that belongs to no request, this one's neither. */
  #takeOff(): Flight<RequestRecord> {
    const { record } = this.#asking;
    const flightRecord = new FlightRecord(record);
    const scope = this.#room.lifecycle.open(flightRecord);
    const flight = this.#room.responses.takeOff(this.#asked, {
      facts: flightRecord,
      handOver: (to) => flightRecord.handOver(to),
      deserted: (reason) => scope.cancel(asLeft(reason)),
      outcome: () => flightRecord.outcome,
    });
    void this.#fly(flight, scope, flightRecord);
    return flight;
  }

  async #fly(flight: Flight<RequestRecord>, scope: RequestScope, record: FlightRecord): Promise<void> {
    const call = this.#call;
    const { responses } = this.#room;
    try {
      const looking = responses.lookFurther(this.#asked, flight);
      const found = looking && (await scope.outlast(() => looking));
      if (found !== undefined) {
        scope.end();
        return flight.found(found);
      }
      responses.missed();
      const fellBack = (): void => {
        record.hasFallenBack = true;
      };
      const clamped = (): void => {
        fellBack();
        flight.keepApart();
      };
      const answer = await this.#asking.send(scope, { fellBack, clamped });
      call.release();
      record.hasArrived = true;
      flight.arrive(scope.own(answer));
      if (answer.body instanceof Uint8Array) scope.end();
      else scope.streaming();
    } catch (thrown) {
      scope.end();
      const error = toGatewayError(thrown);
      // Others may have budgets of their own.
      if (error.code === 'VE_BUDGET_EXCEEDED') flight.keepApart();
      flight.fail(error);
    }
  }

  /** Waits for what comes of a call that this request shares. */
  async #board(flight: Flight<RequestRecord>, how: 'miss' | 'joined'): Promise<Answer> {
    const { scope, record } = this.#asking;
    const { responses } = this.#room;
    const reading = this.#reading(sharedPatience);
    const seat = flight.board(record, reading.hooks);
    try {
      const landing = await scope.outlast(() => seat.landing);
      if (landing.kind === 'found') return this.replay(landing.entry);
      if (landing.kind === 'apart') return await this.serve();
      const { answer, reader, facts } = landing;
      if (how === 'joined') responses.joined();
      record.cached(how, facts.target);
      reading.attend(reader, facts);
      if (how === 'joined') reading.whenOver(() => record.saves(responses.worthOf(facts.outcome)));
      return answer;
    } catch (error) {
      if (how === 'joined') responses.joined();
      record.cached(how, seat.facts.target);
      seat.leave(toGatewayError(error));
      throw error;
    }
  }

  #reader(pages: Pages, left: () => void = ignore): Reader {
    const reading = this.#reading(1);
    const reader = new Reader(pages, { ...reading.hooks, taken: ignore, left });
    reading.attend(reader, undefined);
    return reader;
  }

  #pacedReader(entry: CacheEntry, clock: Clock): Reader {
    const replay = new PacedReplay(entry, clock);
    return this.#reader(replay, () => replay.stop());
  }

  #reading(share: number): Attended {
    const { patience, wordError } = this.#room;
    const { scope, record } = this.#asking;
    return new Attended({ call: this.#call, scope, record, patience: patience * share, wordError });
  }
}

interface AttendedParts {
  readonly call: Call;
  readonly scope: RequestScope;
  readonly record: RequestRecord;
  readonly patience: number;
  readonly wordError: CacheRoom['wordError'];
}

/** A request that reads what was not sent for it alone: its own deadline holds meanwhile, and its caller's patience. */
class Attended {
  readonly hooks: Reading;
  #reader: Reader | undefined;
  #facts: FlightFacts | undefined;
  #whenOver: (() => void) | undefined;

  constructor({ call, scope, record, patience, wordError }: AttendedParts) {
    const { watch } = scope;
    const { dialect, stream, wantsArray } = call;
    const expire = (): void =>
      this.#reader?.abort(
        watch.isTotal
          ? new GatewayError('VE_DEADLINE', { phase: 'total' })
          : new GatewayError('VE_CLIENT_CLOSED', { phase: 'write' }),
      );
    this.hooks = {
      full: () => watch.set(patience, expire),
      flowing: () => watch.set(Number.POSITIVE_INFINITY, expire),
      wordError: (error) => wordError({ dialect, stream, wantsArray }, error),
      ended: () => {
        if (this.#facts?.trouble !== undefined) record.failed(this.#facts.trouble);
        this.#whenOver?.();
      },
      gone: (reason) => record.failed(toGatewayError(reason)),
    };
  }

  attend(reader: Reader | undefined, facts: FlightFacts | undefined): void {
    this.#reader = reader;
    this.#facts = facts;
  }

  /** At the end that comes of itself; of a whole answer, at once. */
  whenOver(ending: () => void): void {
    if (this.#reader === undefined) ending();
    else this.#whenOver = ending;
  }
}

const ignore = (): void => {};
