import { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call, RequestFacts, TargetName } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Member } from '../protocol/roster.ts';
import type { ByteStream } from '../stream/byte-stream.ts';
import { settleAtEnd } from '../stream/settle-at-end.ts';
import { Attempt } from './attempt.ts';
import type { Candidate } from './candidate.ts';
import type { Deadlines, Watch } from './deadlines.ts';
import { fail, giveUp, isOurs } from './end-attempt.ts';
import type { Payer, RequestListener } from './request-listener.ts';

export interface ScopeParts {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly logger: Logger;
  /** Milliseconds for the whole request, waiting and retries included. */
  readonly total: number;
  /** Told when the request is over. */
  leave(scope: RequestScope): void;
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
  /** It goes on with a stream that broke off. */
  readonly isContinuation?: boolean;
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
  /** The second of two that are under way at once. */
  #beside: Attempt | undefined;
  #attempts = 0;
  /** A stream that a layer made by itself, while it flows. */
  #ownStream: ByteStream | undefined;
  /** A stream that goes on when its attempt is over. */
  #held: ByteStream | undefined;
  /** Not in a closure: those of thousands of requests kept each other from the young generation's collector. */
  #caller: Caller | undefined;
  #ending: (() => void) | undefined;
  /** Hardly any request has more than one. */
  #moreEndings: (() => void)[] | undefined;
  #payer: Payer | undefined;
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

  /** The model has a deadline of its own, in milliseconds from the request's beginning. */
  allow(total: number): void {
    this.watch.allow(total);
  }

  /** The caller does not wait longer than so many milliseconds from the request's beginning. */
  shorten(total: number): void {
    this.watch.shorten(total);
  }

  /** The caller has gone, or the gateway closes: whatever is waited for ends now. */
  cancel(reason: GatewayError): void {
    if (this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    this.#current?.abort(reason);
    this.#beside?.abort(reason);
    this.#ownStream?.abort(reason);
    // Told of any other end, it tells the caller.
    if (reason.code === 'VE_CLIENT_CLOSED') this.#held?.abort(reason);
    this.#cancelWaiting?.(reason);
    if (this.#state !== 'answered') return;
    this.#caller?.destroy();
    this.end();
  }

  /** The connection to the caller is closed: early, or because everything is said. */
  leave(): void {
    if (this.#state === 'answered') return this.end();
    const isLeft = this.#ownStream !== undefined || this.#held !== undefined;
    const isAllSaid = this.#state === 'streaming' && !isLeft && this.#current?.isSettled === true;
    if (!isAllSaid && this.#state !== 'over') this.cancel(new GatewayError('VE_CLIENT_CLOSED'));
  }

  /** Whatever the caller has not taken by now, it will not get. */
  giveUp(): void {
    this.#current?.abort(new GatewayError('VE_CLIENT_CLOSED'));
    this.#held?.abort(new GatewayError('VE_CLIENT_CLOSED'));
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
  attempt(call: Call, candidate: Candidate, choice: AttemptChoice): Promise<Answer> {
    if (this.#cancelled !== undefined) return Promise.reject(this.#cancelled);
    // What was waited for before may hold a body.
    this.#cancelWaiting = undefined;
    this.#current = this.#start(candidate, choice, this.watch);
    return send(call, candidate, this.#current);
  }

  /** A second attempt beside the one under way, with deadlines of its own. */
  attemptBeside(call: Call, candidate: Candidate, choice: AttemptChoice): Promise<Answer> {
    if (this.#cancelled !== undefined) return Promise.reject(this.#cancelled);
    const watch = this.#parts.deadlines.watch(this.watch.remaining);
    const attempt = this.#start(candidate, choice, watch);
    attempt.onSettled(() => watch.stop());
    this.#beside = attempt;
    return send(call, candidate, attempt);
  }

  #start(candidate: Candidate, choice: AttemptChoice, watch: Watch): Attempt {
    const { facts, isForced, isContinuation = false } = choice;
    this.#attempts++;
    const { logger, clock } = this.#parts;
    const listener = this.#listener;
    const attempt = new Attempt({
      request: facts,
      target: candidate.target,
      attempt: this.#attempts,
      isForced,
      isContinuation,
      logger,
      watch,
      timeouts: candidate.timeouts,
      startedAt: clock.now(),
    });
    listener.attemptStarted(attempt);
    attempt.onSettled((outcome) => {
      const cost = listener.attemptSettled(attempt, outcome);
      this.#payer?.pay(cost);
    });
    return attempt;
  }

  /** Whether nothing of the attempt under way was sent to an upstream yet. */
  get isPreparing(): boolean {
    return isOurs(this.#current?.phase);
  }

  /** Whether the attempt was given up while an upstream was at it. */
  get isCutOff(): boolean {
    const attempt = this.#current;
    const isSent = attempt !== undefined && !isOurs(attempt.phase) && attempt.phase !== 'connect';
    return isSent && attempt.aborted !== undefined;
  }

  /** What the attempt threw; it is settled with that, if nothing has settled it: a layer of the user's may throw, too. */
  failed(thrown: unknown): GatewayError {
    return fail(this.#current, thrown);
  }

  /** The same of the second of two. */
  failedBeside(thrown: unknown): GatewayError {
    const attempt = this.#beside;
    this.#beside = undefined;
    return fail(attempt, thrown);
  }

  /** The first of two has failed: the second is the attempt from now on. */
  promote(): void {
    this.#current = this.#beside;
    this.#beside = undefined;
  }

  /** One of two is the answer; the other is given up at once, and gives back what it holds. */
  decide(isSecond: boolean): void {
    const [chosen, other] = isSecond ? [this.#beside, this.#current] : [this.#current, this.#beside];
    this.#current = chosen;
    this.#beside = undefined;
    if (other !== undefined) fail(other, new GatewayError('VE_OVERTAKEN'));
    if (chosen !== undefined) this.#listener.attemptChosen(chosen, chosen.outcome);
  }

  /** The attempt under way, or the last one. */
  get current(): Attempt | undefined {
    return this.#current;
  }

  /** What followed an attempt that was answered came to nothing: its answer is the one after all. */
  goBack(attempt: Attempt): void {
    this.#current = attempt;
    this.#listener.attemptChosen(attempt, attempt.outcome);
  }

  /** A stream that a layer made by itself settles nothing: the request lasts until its end, and so does what it holds. */
  own(answer: Answer): Answer {
    const attempt = this.#current;
    const isUpstreams = attempt !== undefined && !attempt.isSettled && !isOurs(attempt.phase);
    if (isUpstreams || answer.body instanceof Uint8Array) return answer;
    const ended = (): void => {
      this.#ownStream = undefined;
      attempt?.settle({ health: 'neutral' });
      if (this.#state === 'streaming') this.end();
    };
    const body = settleAtEnd(answer.body, ended);
    this.#ownStream = body;
    // The caller has gone in the meantime, and nobody would say so again.
    if (this.#cancelled !== undefined) body.abort(this.#cancelled);
    return { ...answer, body };
  }

  /**
   * The stream goes on when its attempt is over: the request lasts until the returned function is called. What is still
   * flowing then is the caller's no more.
   */
  hold(stream: ByteStream): () => void {
    this.#held = stream;
    return () => {
      this.#held = undefined;
      if (this.#state === 'streaming') this.end();
    };
  }

  /** Where the attempt under way, or the last one, was made. */
  get target(): TargetName | undefined {
    return this.#current?.target;
  }

  /** A stream is on its way to the caller: the request is over when that is. */
  streaming(): void {
    this.#state = 'streaming';
    if (this.#ownStream !== undefined || this.#held !== undefined) return;
    if (this.#current === undefined) this.end();
    else this.#current.onSettled(() => this.end());
  }

  /** A whole answer is on its way: the request is over when the connection is done with it. */
  answered(caller: Caller): void {
    // It had gone already, and will not be told of again.
    if (this.#cancelled !== undefined) return this.end();
    this.#state = 'answered';
    this.#caller = caller;
    // What it cost is known: who asks again at once is not kept waiting by what was held for this.
    if (this.#current?.isSettled !== false) this.#payer?.requestEnded();
    // A framework may never close what it answers; nothing is to be remembered of it for ever.
    this.watch.set(Number.POSITIVE_INFINITY, () => this.end());
  }

  /** Who pays for what the request uses from now on. Where it is over by now, that is told at once. */
  paidBy(payer: Payer): void {
    this.#payer = payer;
    if (this.#state === 'over') payer.requestEnded();
  }

  /** Something that the caller is to know, in a header of the answer. */
  tell(name: string, value: string): void {
    this.#listener.tells?.(name, value);
  }

  /** Runs when the request is over, or at once if it is. */
  atEnd(ending: () => void): void {
    if (this.#state === 'over') return ending();
    if (this.#ending === undefined) this.#ending = ending;
    else (this.#moreEndings ??= []).push(ending);
  }

  /** The request is over. An attempt whose answer a layer threw away is given up, and gives back what it holds. */
  end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#caller = undefined;
    this.watch.stop();
    giveUp(this.#current);
    giveUp(this.#beside);
    this.#parts.leave(this);
    this.#payer?.requestEnded();
    this.#listener.requestEnded();
    this.#ending?.();
    if (this.#moreEndings !== undefined) for (const ending of this.#moreEndings) ending();
  }
}

function send(call: Call, candidate: Candidate, attempt: Attempt): Promise<Answer> {
  const answer = candidate.send(call, attempt);
  // Waiting for a key or a layer of the user's: only the whole request's deadline runs.
  if (attempt.phase === undefined) attempt.enter('prepare');
  return answer;
}
