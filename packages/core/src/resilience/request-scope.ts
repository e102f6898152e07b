import { GatewayError, toGatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call, RequestFacts } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Outcome } from '../protocol/layer.ts';
import type { Logger } from '../protocol/logger.ts';
import type { ByteStream } from '../stream/byte-stream.ts';
import { settleAtEnd } from '../stream/settle-at-end.ts';
import { Attempt } from './attempt.ts';
import type { Candidate } from './candidate.ts';
import type { Deadlines, Watch } from './deadlines.ts';
import type { Member } from './roster.ts';

export interface ScopeParts {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly logger: Logger;
  /** Milliseconds for the whole request, waiting and retries included. */
  readonly total: number;
  /** Told when the request is over. */
  leave(scope: RequestScope): void;
}

/** Told of every attempt of a request when it starts and when it is over, and of the request's own end. */
export interface RequestListener {
  attemptStarted(attempt: Attempt): void;
  attemptSettled(attempt: Attempt, outcome: Outcome): void;
  requestEnded(): void;
}

/** Who is waiting for the answer. */
interface Caller {
  destroy(): void;
}

/** Why an attempt is made. */
export interface AttemptChoice {
  readonly facts: RequestFacts;
  /** No target may be tried by the rules; this is the least bad. */
  readonly isForced: boolean;
}

/** What belongs to one request while it is under way: its time, its attempts, and the caller's leave. */
export class RequestScope implements Member {
  place = -1;
  readonly watch: Watch;
  readonly #parts: ScopeParts;
  readonly #listener: RequestListener;
  #cancelled: GatewayError | undefined;
  #cancelWaiting: ((reason: GatewayError) => void) | undefined;
  #current: Attempt | undefined;
  #attempts = 0;
  /** A stream that a layer made by itself, while it flows. */
  #ownStream: ByteStream | undefined;
  /** Not in a closure: those of thousands of requests kept each other from the young generation's collector. */
  #caller: Caller | undefined;
  #state: 'working' | 'streaming' | 'answered' | 'over' = 'working';

  /** `parts` are those of the gateway, `listener` is of this request. */
  constructor(parts: ScopeParts, listener: RequestListener) {
    this.#parts = parts;
    this.#listener = listener;
    this.watch = parts.deadlines.watch(parts.total);
  }

  get cancelled(): GatewayError | undefined {
    return this.#cancelled;
  }

  /** The caller has gone, or the gateway closes: whatever is waited for ends now. */
  cancel(reason: GatewayError): void {
    if (this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    this.#current?.abort(reason);
    this.#ownStream?.abort(reason);
    this.#cancelWaiting?.(reason);
    if (this.#state !== 'answered') return;
    this.#caller?.destroy();
    this.end();
  }

  /** The connection to the caller is closed: early, or because everything is said. */
  leave(): void {
    if (this.#state === 'answered') return this.end();
    const isAllSaid =
      this.#state === 'streaming' && this.#ownStream === undefined && this.#current?.isSettled === true;
    if (!isAllSaid && this.#state !== 'over') this.cancel(new GatewayError('VE_CLIENT_CLOSED'));
  }

  /** Whatever the caller has not taken by now, it will not get. */
  giveUp(): void {
    this.#current?.abort(new GatewayError('VE_CLIENT_CLOSED'));
  }

  /** Waits for `wait` under a deadline of its own; it is handed the way to be called off. */
  during<T>(
    milliseconds: number,
    expired: () => GatewayError,
    wait: (onCancel: (cancel: (error: GatewayError) => void) => void) => Promise<T>,
  ): Promise<T> {
    if (this.#cancelled !== undefined) return Promise.reject(this.#cancelled);
    // What is waited for next has its own deadline, and calling off what is over does nothing: no clean-up is needed.
    return wait((cancel) => {
      this.#cancelWaiting = cancel;
      this.watch.set(milliseconds, () => cancel(expired()));
    });
  }

  /** Waits for what cannot be called off: it is left to itself when the caller goes or the whole request's time is over. */
  outlast<T>(start: () => Promise<T>): Promise<T> {
    return this.during(
      Number.POSITIVE_INFINITY,
      () => new GatewayError('VE_DEADLINE', { phase: 'total' }),
      (onCancel) =>
        new Promise((resolve, reject) => {
          onCancel(reject);
          start().then(resolve, reject);
        }),
    );
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

  /** `facts`: of the request. Resolves with a committed answer, rejects with whatever the onion threw. */
  attempt(call: Call, candidate: Candidate, { facts, isForced }: AttemptChoice): Promise<Answer> {
    if (this.#cancelled !== undefined) return Promise.reject(this.#cancelled);
    this.#attempts++;
    // What was waited for before may hold a body.
    this.#cancelWaiting = undefined;
    const { logger } = this.#parts;
    const listener = this.#listener;
    const attempt = new Attempt({
      request: facts,
      target: candidate.target,
      attempt: this.#attempts,
      isForced,
      logger,
      watch: this.watch,
      timeouts: candidate.timeouts,
    });
    this.#current = attempt;
    listener.attemptStarted(attempt);
    attempt.onSettled((outcome) => listener.attemptSettled(attempt, outcome));
    const answer = candidate.send(call, attempt);
    // Waiting for a slot, a key or a layer of the user's: only the whole request's deadline runs.
    if (attempt.phase === undefined) attempt.enter('queue');
    return answer;
  }

  /** What the attempt threw; it is settled with that, if nothing has settled it: a layer of the user's may throw, too. */
  failed(thrown: unknown): GatewayError {
    const error = toGatewayError(thrown);
    // A layer that throws while what it called is still under way gives that up.
    this.#current?.abort(error);
    this.#current?.settle({ health: error.failure?.health ?? 'neutral', error });
    return error;
  }

  /** A stream that a layer made by itself settles nothing: the request lasts until its end, and so does what it holds. */
  own(answer: Answer): Answer {
    const attempt = this.#current;
    const isUpstreams = attempt !== undefined && !attempt.isSettled && attempt.phase !== 'queue';
    if (isUpstreams || answer.body instanceof Uint8Array) return answer;
    const ended = (): void => {
      this.#ownStream = undefined;
      attempt?.settle({ health: 'neutral' });
      if (this.#state === 'streaming') this.end();
    };
    this.#ownStream = settleAtEnd(answer.body, ended);
    return { ...answer, body: this.#ownStream };
  }

  /** A stream is on its way to the caller: the request is over when that is. */
  streaming(): void {
    this.#state = 'streaming';
    if (this.#ownStream !== undefined) return;
    if (this.#current === undefined) this.end();
    else this.#current.onSettled(() => this.end());
  }

  /** A whole answer is on its way: the request is over when the connection is done with it. */
  answered(caller: Caller): void {
    // It had gone already, and will not be told of again.
    if (this.#cancelled !== undefined) return this.end();
    this.#state = 'answered';
    this.#caller = caller;
    // A framework may never close what it answers; nothing is to be remembered of it for ever.
    this.watch.set(Number.POSITIVE_INFINITY, () => this.end());
  }

  /** The request is over. An attempt whose answer a layer threw away is given up, and gives back what it holds. */
  end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#caller = undefined;
    this.watch.stop();
    if (this.#current?.isSettled === false) {
      this.#current.abort(new GatewayError('VE_CLIENT_CLOSED'));
      this.#current.settle({ health: 'neutral' });
    }
    this.#parts.leave(this);
    this.#listener.requestEnded();
  }
}
