import { GatewayError } from '../errors.ts';
import type { CacheKey, CacheSelection } from '../protocol/cache-tier.ts';
import type { Call, TargetName } from '../protocol/call.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import { costOf } from '../protocol/cost-of.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';
import { readTags } from '../protocol/read-tags.ts';
import type { Price } from '../protocol/target-view.ts';
import { type CacheControl, readCacheControl } from './cache-control.ts';
import { makeKey } from './cache-key.ts';
import type { CacheSettings, Pace } from './cache-settings.ts';
import { type CacheEntry, decodeEntry, encodeEntry, sizeOf } from './entry.ts';
import { Flight, type FlightFacts, type FlightOutcome, type FlightParts } from './flight.ts';
import { GuardedTier, type TierHealth } from './guard-tier.ts';
import { makeEntry } from './make-entry.ts';
import { isSelected, MemoryTier } from './memory-tier.ts';
import { readQuestion } from './read-question.ts';

/** What `gateway.stats()` tells of the cache. */
export interface CacheStats {
  /** Calls answered from the cache. */
  readonly hits: number;
  /** Calls whose answer could have been there and was not: an upstream was asked, or the caller did not want that. */
  readonly misses: number;
  /** Calls that shared the upstream call of another. */
  readonly joined: number;
  /** Calls that the cache has nothing to do with. */
  readonly bypassed: number;
  /** In this process's memory now. */
  readonly entries: number;
  readonly bytes: number;
  /** What hits and joined calls would have cost, by list prices: nano-dollars (1e-9 of a dollar). */
  readonly saved: number;
}

export interface CachePorts {
  readonly clock: Clock;
  readonly tierHealth: TierHealth;
  /** Undefined where it is not known. */
  priceOf(target: TargetName): Price | undefined;
  /** Whether a complete answer is one that may be given again: finished, and neither filtered nor refused. */
  readonly judge: (asked: JudgedCall, body: Uint8Array) => boolean | Promise<boolean>;
}

export type JudgedCall = Pick<Call, 'operation' | 'dialect' | 'wantsArray'> & { readonly isStream: boolean };

/** What the cache has to know of a call beside itself. */
export interface CacheQuestion {
  readonly owner: string;
  /** The model that serves. */
  readonly model: string;
  readonly headers: RequestHeaders;
}

/** A call that may be answered from the cache. */
export interface Asked {
  readonly key: CacheKey;
  readonly control: CacheControl;
  readonly ttl: number;
  readonly pace: Pace;
  readonly call: Omit<JudgedCall, 'isStream'>;
  /** An event of its own says what a stream has used, and the caller waits for it. */
  readonly wantsUsage: boolean;
}

interface Airborne<Passenger> {
  readonly asked: Asked;
  readonly flight: Flight<Passenger>;
  /** Of the second tier: what was told before the answer was asked for. */
  generation: Promise<string | undefined> | undefined;
  /** Set once it has landed: resolves when it is known whether its answer is kept. */
  verdict: Promise<void> | undefined;
}

/** Whole answers and streams that may be given again, and calls under way that others may share. */
export class ResponseCache<Passenger> {
  readonly #settings: CacheSettings;
  readonly #ports: CachePorts;
  readonly #memory: MemoryTier<CacheEntry>;
  readonly #tier: GuardedTier | undefined;
  readonly #stopListening: () => void;
  /** Those that others can join, by their keys. */
  readonly #boarding = new Map<string, Airborne<Passenger>>();
  readonly #airborne = new Map<Flight<Passenger>, Airborne<Passenger>>();
  #hits = 0;
  #misses = 0;
  #joined = 0;
  #bypassed = 0;
  #saved = 0;
  /** How often something was invalidated. */
  #forgotten = 0;

  constructor(settings: CacheSettings, ports: CachePorts) {
    const { bytes, tier } = settings;
    const { clock, tierHealth } = ports;
    this.#settings = settings;
    this.#ports = ports;
    this.#memory = new MemoryTier({ bytes, sizeOf, clock });
    this.#tier = tier && new GuardedTier(tier, clock, tierHealth);
    this.#stopListening = this.#tier?.onInvalidate((selection) => this.#forget(selection)) ?? ignore;
  }

  get stats(): CacheStats {
    return {
      hits: this.#hits,
      misses: this.#misses,
      joined: this.#joined,
      bypassed: this.#bypassed,
      entries: this.#memory.size,
      bytes: this.#memory.bytes,
      saved: this.#saved,
    };
  }

  /**
   * Undefined for a call that is none of the cache's.
   *
   * @throws GatewayError `VE_NOT_CACHED` where that is all that the caller wants, `VE_PARAMETER_INVALID`
   */
  read(call: Call, { owner, model, headers }: CacheQuestion): Asked | undefined {
    const control = readCacheControl(headers);
    const { models, ttl, pace, scope } = this.#settings;
    const own = models.get(model) ?? {};
    const question = own === false || control.noStore ? undefined : readQuestion(call);
    if (own === false || question === undefined || !(question.isSteady || own.anyTemperature === true)) {
      this.#bypassed++;
      if (control.onlyIfCached) throw new GatewayError('VE_NOT_CACHED', { model: call.model });
      return undefined;
    }
    const tags = readTags(headers);
    const key = makeKey(call, question, { model, owner: scope === 'shared' ? '' : owner, tags });
    const { operation, dialect, wantsArray, wantsUsage } = call;
    return {
      key,
      control,
      ttl: own.ttl ?? ttl,
      pace: own.pace ?? pace,
      call: { operation, dialect, wantsArray },
      // The others have one place for it, in which it stands or not.
      wantsUsage: dialect === 'openai-chat' && wantsUsage,
    };
  }

  /** In this process's memory, and young enough for the caller. */
  find({ key, control }: Asked): CacheEntry | undefined {
    const entry = control.maxAge === 0 ? undefined : this.#memory.get(key);
    return entry !== undefined && this.ageOf(entry) <= control.maxAge ? entry : undefined;
  }

  /** Milliseconds; clocks of other machines may be ahead of this one's. */
  ageOf({ storedAt }: CacheEntry): number {
    return Math.max(0, wallTime(this.#ports.clock) - storedAt);
  }

  /** An answer that has just come, and of which it is not known yet whether it is kept. */
  verdictOn({ key }: Asked): Promise<void> | undefined {
    return this.#boarding.get(key.hash)?.verdict;
  }

  /** The call under way that this one can share; undefined where there is none. */
  joinable({ key, control }: Asked): Flight<Passenger> | undefined {
    const flight = this.#boarding.get(key.hash)?.flight;
    if (flight?.isOpen !== true) return undefined;
    return this.#ports.clock.now() - flight.startedAt < control.maxAge ? flight : undefined;
  }

  /** A call of its own, which those who ask the same from now on can share. */
  takeOff(asked: Asked, parts: Departure<Passenger>): Flight<Passenger> {
    const { clock } = this.#ports;
    const { key } = asked;
    const flight: Flight<Passenger> = new Flight<Passenger>({
      key,
      clock,
      limit: this.#settings.entryBytes,
      facts: parts.facts,
      handOver: parts.handOver,
      hooks: {
        outgrown: () => this.#close(airborne),
        deserted: (reason) => {
          this.#close(airborne);
          this.#airborne.delete(flight);
          parts.deserted(reason);
        },
        landed: (passengers) => this.#land(airborne, parts.outcome(), passengers),
      },
    });
    const airborne: Airborne<Passenger> = { asked, flight, generation: undefined, verdict: undefined };
    // Who starts another wants what is newer: it must not be replaced by what was asked for before.
    const superseded = this.#boarding.get(key.hash);
    if (superseded !== undefined) superseded.flight.isStale = true;
    this.#boarding.set(key.hash, airborne);
    this.#airborne.set(flight, airborne);
    return flight;
  }

  /** Asks the second tier, before an upstream is asked, for what is young enough. Undefined where there is no such tier. */
  lookFurther(asked: Asked, flight?: Flight<Passenger>): Promise<CacheEntry | undefined> | undefined {
    return this.#tier && this.#look(this.#tier, asked, flight);
  }

  async #look(
    tier: GuardedTier,
    asked: Asked,
    flight: Flight<Passenger> | undefined,
  ): Promise<CacheEntry | undefined> {
    const { key, control, ttl } = asked;
    const forgotten = this.#forgotten;
    const finding = tier.get(key);
    const airborne = flight && this.#airborne.get(flight);
    if (airborne !== undefined) airborne.generation = finding.then((found) => found?.generation);
    // Its generation is to be known all the same.
    if (control.maxAge === 0) return undefined;
    const { entry: encoded } = (await finding) ?? {};
    const entry = encoded && decodeEntry(encoded, key.hash);
    // What was invalidated in the meantime may be what has come.
    const isStale = flight?.isStale ?? forgotten !== this.#forgotten;
    if (entry === undefined || isStale) return undefined;
    const age = this.ageOf(entry);
    if (age > Math.min(control.maxAge, ttl)) return undefined;
    if (age < ttl && sizeOf(entry) <= this.#settings.bytes) this.#memory.set(key, entry, ttl - age);
    return entry;
  }

  /** Nothing that was kept or asked for before is given again. Rejects where the second tier could not be told. */
  async invalidate(selection: CacheSelection): Promise<void> {
    this.#forget(selection);
    await this.#tier?.invalidate(selection);
    // What the second tier gave in the meantime.
    this.#forget(selection);
  }

  missed(): void {
    this.#misses++;
  }

  joined(): void {
    this.#joined++;
  }

  hit({ cost }: CacheEntry): void {
    this.#hits++;
    this.#saved += cost;
  }

  /** What an answer would have cost whoever was given it, in nano-dollars, about; undefined where that is not known. */
  worthOf(outcome: FlightOutcome | undefined): number | undefined {
    const cost = outcome === undefined ? 0 : this.#costOf(outcome);
    return cost > 0 ? cost : undefined;
  }

  close(): void {
    this.#stopListening();
  }

  #costOf({ target, usage }: FlightOutcome): number {
    const price = usage && this.#ports.priceOf(target);
    return usage === undefined || price === undefined ? 0 : costOf(usage, price);
  }

  #forget(selection: CacheSelection): void {
    this.#forgotten++;
    this.#memory.invalidate(selection);
    for (const airborne of this.#airborne.values()) {
      if (!isSelected(airborne.flight.key, selection)) continue;
      airborne.flight.isStale = true;
      this.#close(airborne);
    }
  }

  /** Nobody else can join. */
  #close(airborne: Airborne<Passenger>): void {
    const { hash } = airborne.flight.key;
    if (this.#boarding.get(hash) === airborne) this.#boarding.delete(hash);
  }

  #land(airborne: Airborne<Passenger>, facts: FlightOutcome | undefined, passengers: number): void {
    const { flight } = airborne;
    const { recording } = flight;
    if (facts !== undefined && flight.failure === undefined && passengers > 1)
      this.#saved += (passengers - 1) * this.#costOf(facts);
    const mayKeep = recording?.status === 200 && facts !== undefined && !flight.isStale;
    if (!mayKeep) {
      this.#airborne.delete(flight);
      return this.#close(airborne);
    }
    airborne.verdict = this.#judge(airborne, facts).finally(() => {
      this.#airborne.delete(flight);
      this.#close(airborne);
    });
  }

  /** Once the callers have been written to: what is done here is for those who come later. Never rejects. */
  async #judge({ asked, flight, generation }: Airborne<Passenger>, facts: FlightOutcome): Promise<void> {
    await nextTurn();
    const { recording } = flight;
    if (recording === undefined) return;
    const { key, ttl, call, wantsUsage } = asked;
    const { clock, judge } = this.#ports;
    try {
      const entry = makeEntry(recording, { ...facts, storedAt: wallTime(clock), cost: this.#costOf(facts) });
      const isGood = await judge({ ...call, isStream: entry.isStream }, entry.bytes);
      // It broke off behind its finish, perhaps: who asks for the numbers is to have them.
      const lacksUsage = entry.isStream && wantsUsage && entry.usage === undefined;
      if (!isGood || lacksUsage || flight.isStale) return;
      this.#memory.set(key, entry, ttl);
      void this.#share(key, entry, { ttl, generation });
    } catch {
      // What cannot be read is not kept.
    }
  }

  /** Into the second tier, which nobody waits for. Never rejects. */
  async #share(
    key: CacheKey,
    entry: CacheEntry,
    { ttl, generation }: { ttl: number; generation: Airborne<Passenger>['generation'] },
  ): Promise<void> {
    const known = await generation;
    if (known !== undefined)
      await this.#tier?.set(key, encodeEntry(entry, key.hash), { milliseconds: ttl, generation: known });
  }
}

/** What a flight's owner knows of it, and does for it. */
export interface Departure<Passenger> extends Pick<FlightParts<Passenger>, 'handOver'> {
  readonly facts: FlightFacts;
  /** All have left, the last one for this reason: the upstream call is to end at once. */
  deserted(reason: Error): void;
  /** Undefined where its answer must not be kept. */
  outcome(): FlightOutcome | undefined;
}

/** Node's own, whatever a test of the host's puts in its place later. */
const later = setImmediate;
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    // The first is the turn in which the answer itself is written.
    later(() => later(resolve));
  });
const ignore = (): void => {};
