import type { Clock } from '../protocol/clock.ts';
import type { Layer } from '../protocol/layer.ts';

/** How much the last measurement counts. */
const freshness = 0.2;
/** Milliseconds without a request in which half of what is known is forgotten: a target that was slow gets another try. */
const halfLife = 15_000;

/** A smoothed number that is forgotten when nothing new comes. */
class Smoothed {
  #value: number | undefined;

  get value(): number | undefined {
    return this.#value;
  }

  add(measured: number): void {
    this.#value = this.#value === undefined ? measured : this.#value + (measured - this.#value) * freshness;
  }
}

/** What was measured of a target: how long it takes, and how often it does well. */
export class TargetLoad {
  readonly #clock: Clock;
  readonly #stream = new Smoothed();
  readonly #whole = new Smoothed();
  #failureRate = 0;
  #lastAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Milliseconds to the first content of a stream, or to the end of a whole answer; undefined while nobody has asked.
   * Of an idle target it shrinks with time, until somebody tries it again.
   */
  latency(stream: boolean, active: number): number | undefined {
    const value = (stream ? this.#stream : this.#whole).value;
    return value === undefined || active > 0 ? value : value * this.#memory();
  }

  /** 0 to 1; of a target that nobody asks it rises with time. */
  get successRate(): number {
    return this.#failureRate === 0 ? 1 : 1 - this.#failureRate * this.#memory();
  }

  answered(stream: boolean, milliseconds: number): void {
    (stream ? this.#stream : this.#whole).add(milliseconds);
    this.#lastAt = this.#clock.now();
  }

  ended(health: 'success' | 'failure' | 'neutral'): void {
    if (health === 'neutral') return;
    this.#failureRate += ((health === 'failure' ? 1 : 0) - this.#failureRate) * freshness;
    this.#lastAt = this.#clock.now();
  }

  #memory(): number {
    return 2 ** ((this.#lastAt - this.#clock.now()) / halfLife);
  }
}

/** Measures, for the strategies that go by it. */
export function withLoad(load: TargetLoad, clock: Clock): Layer {
  return (next) => (call, context) => {
    const startedAt = clock.now();
    context.onSettled(({ health }) => load.ended(health));
    const sent = next(call, context);
    void sent.then(
      () => load.answered(call.stream, clock.now() - startedAt),
      () => {},
    );
    return sent;
  };
}
