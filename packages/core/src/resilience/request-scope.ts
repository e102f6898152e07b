import { GatewayError, toGatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call, RequestFacts } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Outcome } from '../protocol/layer.ts';
import type { Logger } from '../protocol/logger.ts';
import { Attempt } from './attempt.ts';
import type { Candidate } from './candidate.ts';
import { Watch } from './watch.ts';

export interface ScopeParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds for the whole request, waiting and retries included. */
  readonly total: number;
  /** Told of every attempt when it starts, and when it is over. */
  readonly attemptStarted: (attempt: Attempt) => void;
  readonly attemptSettled: (attempt: Attempt, outcome: Outcome) => void;
}

/** What belongs to one request while it is under way: its time, its attempts, and the caller's leave. */
export class RequestScope {
  readonly watch: Watch;
  readonly #parts: ScopeParts;
  #cancelled: GatewayError | undefined;
  #cancelWaiting: ((reason: GatewayError) => void) | undefined;
  #current: Attempt | undefined;
  #attempts = 0;

  constructor(parts: ScopeParts) {
    this.#parts = parts;
    this.watch = new Watch(parts.clock, parts.total);
  }

  get cancelled(): GatewayError | undefined {
    return this.#cancelled;
  }

  /** The caller has gone, or the gateway closes: whatever is waited for ends now. */
  cancel(reason: GatewayError): void {
    if (this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    this.#current?.abort(reason);
    this.#cancelWaiting?.(reason);
  }

  /** Waits for `wait` under a deadline of its own; it is handed the way to be called off. */
  async during<T>(
    milliseconds: number,
    expired: () => GatewayError,
    wait: (onCancel: (cancel: (error: GatewayError) => void) => void) => Promise<T>,
  ): Promise<T> {
    if (this.#cancelled !== undefined) throw this.#cancelled;
    const result = wait((cancel) => {
      this.#cancelWaiting = cancel;
      this.watch.set(milliseconds, () => cancel(expired()));
    });
    try {
      return await result;
    } finally {
      this.#cancelWaiting = undefined;
      this.watch.pause();
    }
  }

  sleep(milliseconds: number): Promise<void> {
    return this.during<void>(
      Number.POSITIVE_INFINITY,
      () => new GatewayError('VE_DEADLINE'),
      (onCancel) =>
        new Promise((resolve, reject) => {
          const timer = this.#parts.clock.setTimeout(resolve, milliseconds);
          onCancel((error) => {
            this.#parts.clock.clearTimeout(timer);
            reject(error);
          });
        }),
    );
  }

  /** `facts`: of the request. Resolves with a committed answer, rejects with a `GatewayError`. */
  async attempt(call: Call, candidate: Candidate, facts: RequestFacts): Promise<Answer> {
    if (this.#cancelled !== undefined) throw this.#cancelled;
    this.#attempts++;
    const { logger, attemptStarted, attemptSettled } = this.#parts;
    const attempt = new Attempt({
      request: facts,
      target: candidate.target,
      attempt: this.#attempts,
      logger,
      watch: this.watch,
      timeouts: candidate.timeouts,
    });
    this.#current = attempt;
    attemptStarted(attempt);
    attempt.onSettled((outcome) => attemptSettled(attempt, outcome));
    try {
      const answer = candidate.send(call, attempt);
      // Waiting for a slot, a key or a layer of the user's: only the whole request's deadline runs.
      if (attempt.phase === undefined) attempt.enter('queue');
      // A layer or a key function that never answers must not outlive the caller or the deadline.
      return await new Promise<Answer>((resolve, reject) => {
        attempt.onAbort(reject);
        answer.then(resolve, reject);
      });
    } catch (thrown) {
      const error = toGatewayError(thrown);
      // A layer of the user's that throws before it sends has nothing that settles the attempt.
      attempt.settle({ health: error.failure?.health ?? 'neutral', error });
      throw error;
    }
  }

  /** Runs when the attempt that answered is over. */
  onAnswered(listener: (outcome: Outcome) => void): void {
    this.#current?.onSettled(listener);
  }
}
