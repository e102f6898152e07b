import { GatewayError, toGatewayError } from '../errors.ts';
import type { Clock } from '../protocol/clock.ts';

/** Milliseconds that one look may take, unless the next is due before. */
const longestLook = 10_000;

/** One look at an upstream, under way. */
interface Look {
  /** Of its answer; rejects with `VE_UPSTREAM_KEY` where it could not be asked, with something else where it does not answer. */
  readonly status: Promise<number>;
  readonly over: Promise<void>;
  giveUp(reason: GatewayError): void;
}

/** What one look has shown. */
export interface ProbeResult {
  /** `unknown`: it could not be asked, for want of a key. */
  readonly outcome: 'up' | 'down' | 'unknown';
  /** Of its answer. */
  readonly status: number | undefined;
  readonly error: GatewayError | undefined;
  readonly milliseconds: number;
}

export interface ProbeParts {
  /** The upstream's name, for errors. */
  readonly upstream: string;
  /** Milliseconds between two looks. */
  readonly every: number;
  readonly clock: Clock;
  readonly look: () => Look;
  readonly onResult: (result: ProbeResult) => void;
}

/**
 * Looks at an upstream from time to time. It is down from a look that fails (no connection, no answer in time, a status of
 * 500 or more) until one that does not: whatever else it answers, somebody is there.
 */
export class Probe {
  readonly #parts: ProbeParts;
  #isDown = false;
  #nextAt = 0;
  #timer: unknown;
  #look: Look | undefined;
  #isClosed = false;

  /** The first look comes after one interval: nothing is sent before somebody calls, or time has passed. */
  constructor(parts: ProbeParts) {
    this.#parts = parts;
    this.#arm();
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** When it looks again: milliseconds of `clock.now()`. */
  get nextAt(): number {
    return this.#nextAt;
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.clock.clearTimeout(this.#timer);
    this.#look?.giveUp(new GatewayError('VE_CLOSING'));
  }

  #arm(): void {
    const { clock, every } = this.#parts;
    this.#nextAt = clock.now() + every;
    this.#timer = clock.setTimeout(() => void this.#probe(), every);
  }

  async #probe(): Promise<void> {
    const { upstream, every, clock } = this.#parts;
    const look = this.#parts.look();
    this.#look = look;
    const startedAt = clock.now();
    this.#nextAt = startedAt + every;
    const limit = clock.setTimeout(
      () => look.giveUp(new GatewayError('VE_UPSTREAM_TIMEOUT', { upstream })),
      Math.min(longestLook, every),
    );
    const result = await look.status.then(
      (status) => ({ outcome: status < 500 ? ('up' as const) : ('down' as const), status, error: undefined }),
      (thrown: unknown) => failed(toGatewayError(thrown)),
    );
    if (!this.#isClosed) this.#take({ ...result, milliseconds: clock.now() - startedAt });
    await look.over;
    clock.clearTimeout(limit);
    this.#look = undefined;
    if (!this.#isClosed) this.#arm();
  }

  #take(result: ProbeResult): void {
    if (result.outcome !== 'unknown') this.#isDown = result.outcome === 'down';
    this.#parts.onResult(result);
  }
}

/** Without a key nothing was asked, and nothing is known. */
function failed(error: GatewayError): Pick<ProbeResult, 'outcome' | 'status' | 'error'> {
  const outcome = error.code === 'VE_UPSTREAM_KEY' ? 'unknown' : 'down';
  return { outcome, status: undefined, error };
}
