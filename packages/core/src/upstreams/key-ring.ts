import type { Clock } from '../protocol/clock.ts';
import type { ApiKey } from './upstream.ts';

/** One key of a target; `value` is undefined where the upstream wants none. */
export interface Key {
  readonly index: number;
  readonly value: string | undefined;
}

interface Rest {
  readonly until: number;
  readonly problem: 'refused' | 'limited';
}

/** The keys of one target, taking turns; those that were refused or are over their limit rest. */
export class KeyRing {
  readonly size: number;
  readonly #source: ApiKey | undefined;
  readonly #clock: Clock;
  readonly #resting = new Map<number, Rest>();
  #next = 0;

  constructor(source: ApiKey | undefined, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
    this.size = typeof source === 'object' ? source.length : 1;
  }

  /** Keys at rest now. */
  get resting(): number {
    let count = 0;
    for (let index = 0; index < this.size; index++) if (this.#restOf(index) !== undefined) count++;
    return count;
  }

  get hasAwake(): boolean {
    return this.#resting.size < this.size || this.resting < this.size;
  }

  /** Milliseconds until the first key that is over its limit may be used again; 0 when one is only refused, or awake. */
  get limitedFor(): number {
    let soonest = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.size; index++) {
      const rest = this.#restOf(index);
      if (rest === undefined || rest.problem === 'refused') return 0;
      soonest = Math.min(soonest, rest.until - this.#clock.now());
    }
    return soonest;
  }

  /** The next key in turn that is awake; if none is, the next in turn all the same. */
  take(): Key | Promise<Key> {
    const source = this.#source;
    if (source === undefined || typeof source === 'string') return { index: 0, value: source };
    if (typeof source === 'function') return askForKey(source);
    const first = this.#next % this.size;
    let index = first;
    do {
      if (this.#restOf(index) === undefined) break;
      index = (index + 1) % this.size;
    } while (index !== first);
    this.#next = index + 1;
    return { index, value: source[index] };
  }

  /** Never shortens a rest that was ordered before. */
  rest(key: Key, problem: Rest['problem'], milliseconds: number): void {
    const until = this.#clock.now() + milliseconds;
    const present = this.#restOf(key.index);
    if (present === undefined || present.until < until) this.#resting.set(key.index, { until, problem });
  }

  #restOf(index: number): Rest | undefined {
    const rest = this.#resting.get(index);
    if (rest === undefined || rest.until > this.#clock.now()) return rest;
    this.#resting.delete(index);
    return undefined;
  }
}

/** Rejects where the function throws, too. */
async function askForKey(source: () => string | Promise<string>): Promise<Key> {
  return { index: 0, value: checkKey(await source()) };
}

function checkKey(value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw new TypeError('the apiKey function did not return a key');
}
