import type { Clock } from '../protocol/clock.ts';
import type { Layer } from '../protocol/layer.ts';
import type { TargetLoad } from './target-load.ts';

/** Steps in which a time doubles: what is read off is at most a tenth too long. */
const stepsPerDoubling = 8;
/** Up to 2^20 milliseconds, about 17 minutes; what took longer counts as that. */
const steps = 20 * stepsPerDoubling + 1;
/** Measurements before anything is concluded: the slowest twentieth of fewer is one that may mean nothing. */
const enough = 40;
/** With so many, all of them count half: what is known follows the target. */
const plenty = 1000;

/** How long something takes in all but the slowest cases: a histogram of the last measurements in steps of 9 %. */
export class LatencyQuantile {
  readonly #counts = new Float64Array(steps);
  #total = 0;

  add(milliseconds: number): void {
    const step = milliseconds <= 1 ? 0 : Math.ceil(Math.log2(milliseconds) * stepsPerDoubling);
    const place = Math.min(step, steps - 1);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    if (++this.#total >= plenty) this.#halve();
  }

  /** Milliseconds that no more than `1 - share` of the measurements took longer than; undefined before there are enough. */
  read(share: number): number | undefined {
    if (this.#total < enough) return undefined;
    const slowest = this.#total * (1 - share);
    let slower = 0;
    for (let place = steps - 1; place > 0; place--) {
      slower += this.#counts[place] ?? 0;
      if (slower > slowest) return 2 ** (place / stepsPerDoubling);
    }
    return 1;
  }

  #halve(): void {
    this.#total = 0;
    for (let place = 0; place < steps; place++) {
      const half = (this.#counts[place] ?? 0) / 2;
      this.#counts[place] = half;
      this.#total += half;
    }
  }
}

/** Of one target: streams until their first content, and whole answers until their end. */
export class TargetLatencies {
  readonly #stream = new LatencyQuantile();
  readonly #whole = new LatencyQuantile();

  add(stream: boolean, milliseconds: number): void {
    (stream ? this.#stream : this.#whole).add(milliseconds);
  }

  /** Milliseconds in which nineteen of twenty show something; undefined while that is not known. */
  p95(stream: boolean): number | undefined {
    return (stream ? this.#stream : this.#whole).read(0.95);
  }
}

/**
 * Measures for second attempts. One that was overtaken, or whose deadline passed, has taken at least as long as it was
 * waited for: left out, the slowest would vanish from what is known, and second attempts would come ever sooner.
 */
export function withLatencies(latencies: TargetLatencies, load: TargetLoad, clock: Clock): Layer {
  return (next) => (call, context) => {
    const startedAt = clock.now();
    context.onSettled(({ error }) => {
      const waited = clock.now() - startedAt;
      const isOvertaken = error?.code === 'VE_OVERTAKEN';
      if (isOvertaken) load.answered(call.stream, waited);
      if (isOvertaken || isUnheard(error)) latencies.add(call.stream, waited);
    });
    const sent = next(call, context);
    sent.then(
      () => latencies.add(call.stream, clock.now() - startedAt),
      () => {},
    );
    return sent;
  };
}

function isUnheard(
  error: { readonly code: string; readonly details: { readonly phase?: string } } | undefined,
): boolean {
  return error?.code === 'VE_UPSTREAM_TIMEOUT' && error.details.phase === 'firstByte';
}
