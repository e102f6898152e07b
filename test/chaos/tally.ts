import { quantile } from '../bench/statistics.ts';
import type { Fate, Outcome } from './caller.ts';

export interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** What came of all calls. */
export interface Told {
  readonly count: number;
  readonly fates: Readonly<Record<Fate, number>>;
  /** Calls by the number of their attempts. */
  readonly byAttempts: readonly number[];
  /** What callers were told that got no answer, and how often: the first kinds of it. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Milliseconds that callers waited. */
  readonly took: Times;
  /** Milliseconds of calls that one attempt answered whole, without what the upstream took. */
  readonly overhead: Times;
}

export class Tally {
  readonly #fates: Record<Fate, number> = { answered: 0, died: 0, failed: 0, spliced: 0 };
  readonly #byAttempts: number[] = Array.from({ length: 32 }, () => 0);
  readonly #reasons: Record<string, number> = {};
  readonly #took: Float64Array;
  readonly #overhead: Float64Array;
  #count = 0;
  #alone = 0;

  constructor(calls: number) {
    this.#took = new Float64Array(calls);
    this.#overhead = new Float64Array(calls);
  }

  get count(): number {
    return this.#count;
  }

  get told(): Told {
    return {
      count: this.#count,
      fates: this.#fates,
      byAttempts: this.#byAttempts,
      reasons: this.#reasons,
      took: timesOf(this.#took.subarray(0, this.#count)),
      overhead: timesOf(this.#overhead.subarray(0, this.#alone)),
    };
  }

  add({ fate, attempts, reason, took, served }: Outcome): void {
    this.#fates[fate]++;
    const place = Math.min(attempts, this.#byAttempts.length - 1);
    this.#byAttempts[place] = (this.#byAttempts[place] ?? 0) + 1;
    this.#took[this.#count++] = took;
    if (served !== undefined) this.#overhead[this.#alone++] = took - served;
    if (reason !== '' && Object.keys(this.#reasons).length < 20)
      this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
  }
}

function timesOf(values: Float64Array): Times {
  const all = [...values].toSorted((a, b) => a - b);
  return { p50: quantile(all, 0.5), p99: quantile(all, 0.99), longest: all.at(-1) ?? Number.NaN };
}
