import type { Labels, Sample } from './family.ts';

/** How often something took how long: a histogram with fixed bounds, in seconds. */
export class Buckets {
  readonly #bounds: readonly number[];
  /** How many are at most each bound, and above the one before; the last are above all. */
  readonly #counts: Float64Array;
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(seconds: number): void {
    const bounds = this.#bounds;
    let index = 0;
    while (index < bounds.length && seconds > (bounds[index] ?? 0)) index++;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += seconds;
    this.#count++;
  }

  /** As Prometheus has them: each bucket counts what is in those before it, too. */
  samples(name: string, labels: Labels): Sample[] {
    if (this.#count === 0) return [];
    let below = 0;
    const buckets = [...this.#bounds.map(String), '+Inf'].map((le, index): Sample => {
      below += this.#counts[index] ?? 0;
      return { labels: { ...labels, le }, value: below, metricName: `${name}_bucket` };
    });
    return [
      ...buckets,
      { labels, value: this.#sum, metricName: `${name}_sum` },
      { labels, value: this.#count, metricName: `${name}_count` },
    ];
  }
}
