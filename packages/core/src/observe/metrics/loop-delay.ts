import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../protocol/clock.ts';
import type { Sample } from './family.ts';

/** Milliseconds between two samples. Node's timer for it does not keep the process alive. */
const resolution = 20;
/** Milliseconds that are looked at together: two who ask at once are told the same. */
const shortest = 5000;

const quantiles = [0.5, 0.9, 0.99] as const;

/** How late the process does what is due: of the time since it was last asked. */
export class LoopDelay {
  readonly #clock: Clock;
  readonly #histogram: ReturnType<typeof monitorEventLoopDelay>;
  #since: number;
  #samples: readonly Sample[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
    this.#histogram = monitorEventLoopDelay({ resolution });
  }

  open(): void {
    this.#histogram.enable();
  }

  samples(): readonly Sample[] {
    const now = this.#clock.now();
    const isFresh = this.#samples.length > 0 && now - this.#since < shortest;
    if (isFresh || this.#histogram.count === 0) return this.#samples;
    this.#since = now;
    this.#samples = [
      ...quantiles.map((quantile) => sample(String(quantile), this.#histogram.percentile(quantile * 100))),
      sample('1', this.#histogram.max),
    ];
    this.#histogram.reset();
    return this.#samples;
  }

  close(): void {
    this.#histogram.disable();
  }
}

/** What is measured is the whole interval, in nanoseconds. */
function sample(quantile: string, nanoseconds: number): Sample {
  return { labels: { quantile }, value: Math.max(0, nanoseconds / 1e9 - resolution / 1000) };
}
