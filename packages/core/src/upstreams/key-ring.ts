import { type Clock, wallTime } from '../protocol/clock.ts';
import { hashText, mix } from '../protocol/hash.ts';
import {
  type Headroom,
  type LimitHeaders,
  type RateLimit,
  readHeadroom,
  readRateLimit,
} from './rate-limits.ts';
import type { ApiKey } from './upstream.ts';

/** One key of a target; `value` is undefined where the upstream wants none. */
export interface Key {
  readonly index: number;
  readonly value: string | undefined;
}

interface Rest {
  readonly until: number;
  /** `empty`: nothing is left on its account. */
  readonly problem: 'refused' | 'limited' | 'empty';
}

/** What came with the last answer to a key. */
interface Heard {
  readonly headers: LimitHeaders;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Read once, when somebody asks for it. */
  headroom?: Headroom | 'untold' | undefined;
}

/** How a key is, by the place that it has among its upstream's: never the key itself. */
export interface KeyState {
  readonly index: number;
  /** `resting`: it was refused, or is over its limit. `empty`: nothing is left on its account. */
  readonly state: 'fine' | 'resting' | 'empty';
  /** Of one that rests: until when, in milliseconds since the epoch. */
  readonly until: number | undefined;
}

/** What another process can be told of. */
type Ordered = Exclude<Rest['problem'], 'empty'>;

/** Told of every rest that is ordered: of the key by its value, and for how many milliseconds. */
export type RestListener = (value: string | undefined, problem: Ordered, milliseconds: number) => void;

export interface KeyRingParts {
  readonly onRest?: RestListener | undefined;
  /** By their places: keys whose accounts have nothing left, as the last reading of the balances says. */
  readonly empty?: ReadonlySet<number> | undefined;
}

/** A key with less than this share of its rate limit is passed over, while another has more. */
const shortShare = 0.02;
/** One that has more than so many times its share of the requests under way is passed over, however well it would fit. */
const mostOfShare = 1.25;
/** Requests under way that are no load for any key. */
const quiet = 8;
const none: ReadonlySet<number> = new Set();

/** The keys of one target, taking turns; those that were refused or are over their limit rest. */
export class KeyRing {
  readonly size: number;
  readonly #source: ApiKey | undefined;
  readonly #clock: Clock;
  readonly #onRest: RestListener | undefined;
  readonly #empty: ReadonlySet<number>;
  readonly #resting = new Map<number, Rest>();
  readonly #heard = new Map<number, Heard>();
  /** Requests under way, by key. */
  readonly #active: number[];
  #next = 0;
  #given: readonly string[] = [];
  #seeds: readonly number[] | undefined;

  constructor(source: ApiKey | undefined, clock: Clock, { onRest, empty }: KeyRingParts = {}) {
    this.#source = source;
    this.#clock = clock;
    this.#onRest = onRest;
    this.#empty = empty ?? none;
    this.size = typeof source === 'object' ? source.length : 1;
    this.#active = Array.from({ length: this.size }, () => 0);
  }

  /** Keys at rest now. */
  get resting(): number {
    let count = 0;
    for (let index = 0; index < this.size; index++) if (this.#restOf(index) !== undefined) count++;
    return count;
  }

  get hasAwake(): boolean {
    return (this.#empty.size === 0 && this.#resting.size < this.size) || this.resting < this.size;
  }

  /**
   * Milliseconds until the first key that is over its limit may be used again; 0 when one is awake, or none is over its
   * limit: those that were refused, or have nothing on their accounts, are nothing to wait for.
   */
  get limitedFor(): number {
    let soonest = 0;
    for (let index = 0; index < this.size; index++) {
      const rest = this.#restOf(index);
      if (rest === undefined) return 0;
      if (rest.problem !== 'limited') continue;
      const left = rest.until - this.#clock.now();
      if (soonest === 0 || left < soonest) soonest = left;
    }
    return soonest;
  }

  /** Each of the keys; none where the upstream wants none. */
  states(): KeyState[] {
    if (this.#source === undefined) return [];
    const ahead = wallTime(this.#clock) - this.#clock.now();
    return Array.from({ length: this.size }, (_, index) => {
      const rest = this.#restOf(index);
      if (rest === undefined) return { index, state: 'fine', until: undefined };
      if (rest.problem === 'empty') return { index, state: 'empty', until: undefined };
      return { index, state: 'resting', until: Math.ceil(rest.until + ahead) };
    });
  }

  /** Those that rest may be used again at once; those with nothing on their accounts may not. */
  awaken(): void {
    this.#resting.clear();
  }

  /** What the vendor has told of its rate limits with its last answer that says something, to whichever key. */
  get rateLimit(): RateLimit | undefined {
    const all = [...this.#heard.values()].toSorted((one, other) => other.at - one.at);
    for (const { headers, at } of all) {
      const told = readRateLimit(headers, at);
      if (told !== undefined) return told;
    }
    return undefined;
  }

  /** What the vendor says is left of the rate limit, of the awake key that has most: 0 to 1; 1 where it says nothing. */
  get headroom(): number {
    let most = 0;
    for (let index = 0; index < this.size && most < 1; index++)
      if (this.#restOf(index) === undefined) most = Math.max(most, this.#headroomOf(index));
    return most;
  }

  /** A request is under way with this key, until `ended`. */
  began({ index }: Key): void {
    this.#active[index] = this.#activeOf(index) + 1;
  }

  ended({ index }: Key): void {
    this.#active[index] = this.#activeOf(index) - 1;
  }

  #activeOf(index: number): number {
    return this.#active[index] ?? 0;
  }

  /** The headers of an answer, which may say what is left of the key's limits. They are read if somebody asks. */
  heard(key: Key, headers: LimitHeaders): void {
    this.#heard.set(key.index, { headers, at: wallTime(this.#clock) });
  }

  /**
   * The next key in turn that is awake and has not used up its rate limit nearly; if none is, the next in turn all the
   * same. `affinity`: what the request shares with others that should have the same key.
   */
  take(affinity?: number): Key | Promise<Key> {
    const source = this.#source;
    if (source === undefined || typeof source === 'string') return { index: 0, value: source };
    if (typeof source === 'function') return this.#askFor(source);
    const own = affinity === undefined ? undefined : this.#highest(affinity, source);
    const index = own ?? this.#inTurn();
    return { index, value: source[index] };
  }

  #inTurn(): number {
    const first = this.#next % this.size;
    let chosen: number | undefined;
    for (let step = 0; step < this.size; step++) {
      const index = (first + step) % this.size;
      if (this.#restOf(index) !== undefined) continue;
      const isShort = this.#isShort(index);
      if (chosen === undefined || !isShort) chosen = index;
      if (!isShort) break;
    }
    chosen ??= first;
    this.#next = chosen + 1;
    return chosen;
  }

  /**
   * By rendezvous hashing over the keys that are awake, not short and not overloaded: a key that rests moves only its own
   * requests, and what all requests share does not put them all on one.
   */
  #highest(affinity: number, source: readonly string[]): number | undefined {
    this.#seeds ??= source.map(hashText);
    const active = this.#active.reduce((sum, each) => sum + each, 1);
    const bound = Math.max(quiet, Math.ceil((active / this.size) * mostOfShare));
    let best: number | undefined;
    let highestDraw = -1;
    for (const [index, seed] of this.#seeds.entries()) {
      const draw = mix(affinity ^ seed);
      if (draw <= highestDraw || this.#activeOf(index) >= bound) continue;
      if (this.#restOf(index) !== undefined || this.#isShort(index)) continue;
      best = index;
      highestDraw = draw;
    }
    return best;
  }

  #isShort(index: number): boolean {
    return this.#headroomOf(index) < shortShare;
  }

  #headroomOf(index: number): number {
    const heard = this.#heard.get(index);
    if (heard === undefined) return 1;
    const headroom = (heard.headroom ??= readHeadroom(heard.headers, heard.at) ?? 'untold');
    return headroom === 'untold' || headroom.until <= wallTime(this.#clock) ? 1 : headroom.share;
  }

  /** Never shortens a rest that was ordered before. */
  rest(key: Key, problem: Ordered, milliseconds: number): void {
    const until = this.#clock.now() + milliseconds;
    const present = this.#restOf(key.index);
    if (present !== undefined && present.problem !== 'empty' && present.until >= until) return;
    this.#resting.set(key.index, { until, problem });
    if (milliseconds > 0) this.#onRest?.(key.value, problem, milliseconds);
  }

  /** The key whose value it is; of keys that a function gives, only the last one is known. */
  find(isIt: (value: string | undefined) => boolean): Key | undefined {
    const source = this.#source;
    const values =
      typeof source === 'function' ? this.#given : typeof source === 'object' ? source : [source];
    const index = values.findIndex(isIt);
    return index < 0 ? undefined : { index, value: values[index] };
  }

  /** Rejects where the function throws, too. */
  async #askFor(source: () => string | Promise<string>): Promise<Key> {
    const value = checkKey(await source());
    this.#given = [value];
    return { index: 0, value };
  }

  #restOf(index: number): Rest | undefined {
    if (this.#empty.has(index)) return outOfMoney;
    const rest = this.#resting.get(index);
    if (rest === undefined || rest.until > this.#clock.now()) return rest;
    this.#resting.delete(index);
    return undefined;
  }
}

/** Until a later reading. */
const outOfMoney: Rest = { until: Number.POSITIVE_INFINITY, problem: 'empty' };

function checkKey(value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw new TypeError('the apiKey function did not return a key');
}
