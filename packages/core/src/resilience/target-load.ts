import type { Clock } from '../protocol/clock.ts';
import type { Layer } from '../protocol/layer.ts';
import type { Usage } from '../protocol/usage.ts';

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
  /** Of these two the one that was measured last. */
  #latest: Smoothed = this.#whole;
  #failureRate = 0;
  #lastAt = 0;
  #inputTokens = 0;
  #cachedTokens = 0;

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

  /** Milliseconds, smoothed: of streams to their first content, or of whole answers, whichever was asked for last. */
  get latestLatency(): number | undefined {
    return this.#latest.value;
  }

  /** Of the tokens of all prompts, the share that the vendor read from its prompt cache: 0 to 1. Undefined before there are any. */
  get promptCacheShare(): number | undefined {
    return this.#inputTokens === 0 ? undefined : this.#cachedTokens / this.#inputTokens;
  }

  /** What an attempt has used, as the vendor says: what is estimated tells nothing of its cache. */
  used({ inputTokens, cachedInputTokens, isEstimated }: Usage): void {
    if (isEstimated === true) return;
    this.#inputTokens += inputTokens;
    this.#cachedTokens += cachedInputTokens;
  }

  /** 0 to 1; of a target that nobody asks it rises with time. */
  get successRate(): number {
    return this.#failureRate === 0 ? 1 : 1 - this.#failureRate * this.#memory();
  }

  answered(stream: boolean, milliseconds: number): void {
    this.#latest = stream ? this.#stream : this.#whole;
    this.#latest.add(milliseconds);
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
    context.onSettled(({ health, usage }) => {
      load.ended(health);
      if (usage !== undefined) load.used(usage);
    });
    const sent = next(call, context);
    void sent.then(
      () => load.answered(call.stream, clock.now() - startedAt),
      () => {},
    );
    return sent;
  };
}
