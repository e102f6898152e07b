import type { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';
import type { Clock } from '../protocol/clock.ts';
import type { Layer, Outcome } from '../protocol/layer.ts';
import { drained, isOfWhatIsThere } from './drain.ts';
import { busy } from './slots.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * What holds because an operator wants it. `open`: the breaker is open, and no probe is let through. `drain`: nothing new is
 * sent, also where nothing else is left.
 */
export type ByHand = 'open' | 'drain';

export interface BreakerOptions {
  /** Share of failed attempts, above which the breaker opens; 0 to 1. */
  readonly failureRate: number;
  /** Attempts in the window before the rate counts. */
  readonly minimumAttempts: number;
  /** Failures in a row that open the breaker whatever the rate. */
  readonly consecutiveFailures: number;
  /** Milliseconds until a probe is let through. */
  readonly resetAfter: number;
  /** Milliseconds over which the rate is taken; no shorter than the longest deadline, or slow failures never count. */
  readonly window: number;
}

class Discard extends Array<number> {
  override push(): number {
    return 0;
  }
}

interface BreakerPorts {
  readonly clock: Clock;
  /** Emits `rotate`, then `rotated`, once for every tenth of the window; shared by all breakers. */
  readonly rotation: EventEmitter;
  /** `byHand`: what an operator did. */
  readonly onChange: (state: BreakerState, byHand?: ByHand | 'close') => void;
  /** It opened by itself for so many milliseconds; `isProbe`: because one probe failed. */
  readonly onOpen?: (milliseconds: number, isProbe: boolean) => void;
}

type Circuit = CircuitBreaker<[Promise<void> | KnownOutcome], void>;

const ignore = (): void => {};

/**
 * An outcome that is known already, as opossum takes it: it asks for no more of a promise than `then` and `catch`, and
 * this one needs no further turns to say what it has to say.
 */
class KnownOutcome {
  readonly #failed: boolean;

  constructor(failed: boolean) {
    this.#failed = failed;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is
  then(succeeded: () => void): this {
    if (!this.#failed) succeeded();
    return this;
  }

  catch(failed: () => void): this {
    if (this.#failed) failed();
    return this;
  }
}

const success = new KnownOutcome(false);
const failure = new KnownOutcome(true);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see KnownOutcome
const passOn = (outcome: Promise<void> | KnownOutcome): Promise<void> => outcome as Promise<void>;
/** opossum's own reset timer is not used: it cannot be given a clock. */
const never = 2_147_483_647;
/** A moment that does not come, and can be reckoned with. */
const untilClosed = Number.MAX_SAFE_INTEGER;

/**
 * opossum behind the few things that it needs to be right for calls that last minutes. Each time the circuit
 * has been open it is replaced by a new one, half-open: what calls of an earlier time report then goes nowhere, so that
 * neither their success closes it nor their failure counts twice. A probe that proves nothing counts as failed.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #ports: BreakerPorts;
  #circuit: Circuit;
  #reopensAt = 0;
  #failuresInRow = 0;
  #isHurried = false;
  #byHand: ByHand | undefined;
  /** Milliseconds for which it opens when it opens. */
  #openTime: number;

  constructor(options: BreakerOptions, ports: BreakerPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#openTime = options.resetAfter;
    this.#circuit = this.#makeCircuit(false);
    ports.rotation.on('rotated', this.#discardLatencies);
  }

  get state(): BreakerState {
    if (this.#circuit.closed) return 'closed';
    return this.#circuit.opened ? 'open' : 'half-open';
  }

  /** Counts in the present window. */
  get counts(): { readonly successes: number; readonly failures: number } {
    const { successes, failures } = this.#circuit.stats;
    return { successes, failures };
  }

  /** Milliseconds of `clock.now()` at which a probe may go; in the past while closed. */
  get reopensAt(): number {
    return this.#byHand === 'open' ? untilClosed : this.#reopensAt;
  }

  /** Undefined where no operator has a hand in it. */
  get byHand(): ByHand | undefined {
    return this.#byHand;
  }

  /** Whether an attempt may go now. Turns an open circuit half-open when its time has come. */
  admits(): boolean {
    if (this.#byHand !== undefined) return false;
    if (this.#circuit.closed) return true;
    if (this.#circuit.opened && this.#ports.clock.now() >= this.#reopensAt) {
      this.#circuit.shutdown();
      this.#circuit = this.#makeCircuit(true);
      this.#ports.onChange('half-open');
    }
    return this.#circuit.pendingClose;
  }

  /** An attempt begins. The returned function takes its outcome, however late. */
  enter(): (outcome: Outcome) => void {
    const circuit = this.#circuit;
    const isProbe = circuit.halfOpen;
    // A probe is fired when it leaves, so that it is the only one. Any other call is fired when it is over: nothing of it
    // waits in memory for the length of a stream, and calls under way do not dilute the rate.
    const probe = isProbe ? Promise.withResolvers<void>() : undefined;
    if (probe !== undefined) circuit.fire(probe.promise).catch(ignore);
    return (outcome) => {
      if (circuit !== this.#circuit) return;
      const failed = outcome.health === 'failure' || (isProbe && outcome.health === 'neutral');
      if (outcome.health === 'success') this.#failuresInRow = 0;
      else if (failed) this.#failuresInRow++;
      // What proves nothing is not counted, or aborts and rate limits would hide the failures.
      if (probe === undefined && outcome.health === 'neutral') return;
      if (probe === undefined) circuit.fire(failed ? failure : success).catch(ignore);
      else if (failed) probe.reject();
      else probe.resolve();
      if (this.#failuresInRow >= this.#options.consecutiveFailures) circuit.open();
    };
  }

  /**
   * Another process found the target bad: opens for so long, or stays open at least that long. While a probe of its own is
   * to say, it waits for that. `isProbe`: it was one probe that failed there; what succeeded here says more.
   */
  openFor(milliseconds: number, isProbe: boolean): void {
    if (this.#byHand === 'open') return;
    const { closed, opened } = this.#circuit;
    if (isProbe ? !closed || this.counts.successes > 0 : !closed && !opened) return;
    if (opened) {
      this.#reopensAt = Math.max(this.#reopensAt, this.#ports.clock.now() + milliseconds);
      return;
    }
    this.#openTime = milliseconds;
    this.#circuit.open();
    this.#openTime = this.#options.resetAfter;
  }

  /** Something says that the target is well again: it is tried now, once; if that fails, it has its full time again. */
  hurry(): void {
    if (!this.#circuit.opened || this.#isHurried || this.#byHand === 'open') return;
    this.#isHurried = true;
    this.#reopensAt = Math.min(this.#reopensAt, this.#ports.clock.now());
  }

  /** An operator opens it: until `letGo`, whatever anybody finds out about the target. */
  holdOpen(): void {
    if (this.#byHand === 'open') return;
    this.#byHand = 'open';
    if (this.#circuit.opened) this.#ports.onChange('open', 'open');
    else this.#circuit.open();
  }

  /** An operator wants nothing new to be sent: until `letGo`. What is under way is counted as ever. */
  drain(): void {
    if (this.#byHand === 'drain') return;
    this.#byHand = 'drain';
    this.#ports.onChange(this.state, 'drain');
  }

  /** An operator ends what holds by hand, and closes it, whoever has opened it. */
  letGo(): void {
    if (this.#byHand === undefined && this.#circuit.closed) return;
    this.#byHand = undefined;
    this.#failuresInRow = 0;
    this.#isHurried = false;
    if (!this.#circuit.closed) {
      this.#circuit.shutdown();
      this.#circuit = this.#makeCircuit(false);
    }
    this.#ports.onChange('closed', 'close');
  }

  close(): void {
    this.#ports.rotation.off('rotated', this.#discardLatencies);
    this.#circuit.shutdown();
  }

  /** opossum keeps the duration of every call of the window even if nobody asks for percentiles. */
  readonly #discardLatencies = (): void => {
    const [bucket] = this.#circuit.status.window;
    if (bucket !== undefined) bucket.latencyTimes = new Discard();
  };

  #makeCircuit(halfOpen: boolean): Circuit {
    const circuit: Circuit = new CircuitBreaker(passOn, {
      timeout: false,
      resetTimeout: never,
      errorThresholdPercentage: this.#options.failureRate * 100,
      volumeThreshold: this.#options.minimumAttempts,
      rollingCountTimeout: this.#options.window,
      rollingCountBuckets: 10,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: this.#ports.rotation,
      ...(halfOpen ? { state: { closed: false, halfOpen: true } } : {}),
    });
    let isProbing = halfOpen;
    circuit.on('open', () => {
      this.#failuresInRow = 0;
      // What an operator does here is for this process: others are not told.
      if (this.#byHand === 'open') return this.#ports.onChange('open', 'open');
      this.#reopensAt = this.#ports.clock.now() + this.#openTime;
      this.#ports.onChange('open');
      this.#ports.onOpen?.(this.#openTime, isProbing);
    });
    circuit.on('close', () => {
      this.#isHurried = false;
      isProbing = false;
      this.#ports.onChange('closed');
    });
    const [bucket] = circuit.status.window;
    if (bucket !== undefined) bucket.latencyTimes = new Discard();
    return circuit;
  }
}

/** Reports how the attempt ended, at the end of the stream, to the breaker of its target. */
export function withBreaker(breaker: Breaker): Layer {
  return (next) => (call, context) => {
    // It may have opened since the target was chosen: while the call waited in line, or in a layer.
    if (!breaker.admits()) {
      const { upstream } = context.target;
      if (breaker.byHand === 'drain' && !isOfWhatIsThere(call)) return Promise.reject(drained(upstream));
      return context.isForced ? next(call, context) : Promise.reject(busy(upstream));
    }
    const isProbe = breaker.state === 'half-open';
    const report = breaker.enter();
    context.onSettled(report);
    const sent = next(call, context);
    // A conversation may last for hours, and the target is well as soon as it is open: no other call waits for its end.
    if (isProbe && call.operation === 'realtime') sent.then(() => report({ health: 'success' }), ignore);
    return sent;
  };
}
