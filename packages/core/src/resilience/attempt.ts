import { GatewayError } from '../errors.ts';
import type { RequestFacts, TargetName } from '../protocol/call.ts';
import type { CallContext, Outcome, Phase, TimedPhase } from '../protocol/layer.ts';
import type { Logger } from '../protocol/logger.ts';
import type { AttemptTrace } from '../protocol/trace.ts';
import type { Watch } from './deadlines.ts';
import { busy } from './slots.ts';

export interface AttemptParts {
  readonly request: RequestFacts;
  readonly target: TargetName;
  readonly attempt: number;
  readonly logger: Logger;
  readonly isForced: boolean;
  /** It goes on with a stream that broke off. Default false. */
  readonly isContinuation?: boolean;
  /** By the gateway's clock. */
  readonly startedAt: number;
  readonly watch: Watch;
  readonly timeouts: Readonly<Record<TimedPhase, number>>;
}

/** One attempt at one target: it can be given up, its deadlines run, and it settles exactly once. */
export class Attempt implements CallContext {
  readonly request: RequestFacts;
  readonly target: TargetName;
  readonly attempt: number;
  readonly isForced: boolean;
  readonly isContinuation: boolean;
  readonly startedAt: number;
  readonly logger: Logger;
  /** Put in its place by whoever is told that it has started. */
  trace: AttemptTrace | undefined;
  readonly #watch: Watch;
  readonly #timeouts: Readonly<Record<TimedPhase, number>>;
  readonly #abortListeners: ((reason: GatewayError) => void)[] = [];
  readonly #settleListeners: ((outcome: Outcome) => void)[] = [];
  #queuedAt: number | undefined;
  #servedAt: number | undefined;
  #answeredAt: number | undefined;
  #hasBegun = false;
  #controller: AbortController | undefined;
  #phase: Phase | undefined;
  #aborted: GatewayError | undefined;
  #outcome: Outcome | undefined;
  #key: number | undefined;
  #redacted: Readonly<Record<string, number>> | undefined;

  constructor(parts: AttemptParts) {
    this.request = parts.request;
    this.target = parts.target;
    this.attempt = parts.attempt;
    this.isForced = parts.isForced;
    this.isContinuation = parts.isContinuation ?? false;
    this.startedAt = parts.startedAt;
    this.logger = parts.logger;
    this.#watch = parts.watch;
    this.#timeouts = parts.timeouts;
  }

  /** Undefined until somebody has said what is waited for. */
  get phase(): Phase | undefined {
    return this.#phase;
  }

  /** How it ended, once it has. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  get isSettled(): boolean {
    return this.#outcome !== undefined;
  }

  get aborted(): GatewayError | undefined {
    return this.#aborted;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      this.onAbort((reason) => controller.abort(reason));
    }
    return this.#controller.signal;
  }

  onAbort(listener: (reason: GatewayError) => void): void {
    if (this.#aborted === undefined) this.#abortListeners.push(listener);
    else this.#tell(listener, this.#aborted);
  }

  onSettled(listener: (outcome: Outcome) => void): void {
    if (this.#outcome === undefined) this.#settleListeners.push(listener);
    else this.#tell(listener, this.#outcome);
  }

  /** Gives the attempt up; what was sent so far is closed at once. */
  abort(reason: GatewayError): void {
    // A caller that was told of the end and does not take it can still be given up.
    const isFinal = reason.code === 'VE_CLIENT_CLOSED' && this.#phase === 'write';
    if (this.#outcome !== undefined || (this.#aborted !== undefined && !isFinal)) return;
    this.#aborted = reason;
    for (const listener of this.#abortListeners) this.#tell(listener, reason);
  }

  showKey(index: number): void {
    this.#key = index;
  }

  /** The place of the key that was shown; undefined where none was. */
  get key(): number | undefined {
    return this.#key;
  }

  showRedacted(counts: Readonly<Record<string, number>>): void {
    this.#redacted = counts;
  }

  /** What was hidden from the target, by kind; undefined where nothing was. */
  get redacted(): Readonly<Record<string, number>> | undefined {
    return this.#redacted;
  }

  begin(): boolean {
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    return isFirst;
  }

  enter(phase: Phase): void {
    if (this.#outcome !== undefined) return;
    const before = this.#phase;
    this.#phase = phase;
    const now = this.#watch.set(
      phase === 'prepare' ? Number.POSITIVE_INFINITY : this.#timeouts[phase],
      this.#expire,
    );
    if (phase === before) return;
    if (phase === 'queue') this.#queuedAt ??= now;
    else if (before === 'queue') this.#servedAt ??= now;
    else if (phase === 'idle') this.#answeredAt ??= now;
  }

  /** When it began to wait for a place, by the gateway's clock; undefined where there was one. */
  get queuedAt(): number | undefined {
    return this.#queuedAt;
  }

  /** When it had a place after all. */
  get servedAt(): number | undefined {
    return this.#servedAt;
  }

  /** When the upstream had begun to answer. */
  get answeredAt(): number | undefined {
    return this.#answeredAt;
  }

  settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#watch.pause();
    for (const listener of this.#settleListeners) this.#tell(listener, outcome);
  }

  /** A listener of the user's that throws must not keep the others, which give back slots, from hearing of it. */
  #tell<T>(listener: (value: T) => void, value: T): void {
    try {
      listener(value);
    } catch (error) {
      this.logger.error({ error }, 'a listener of an attempt threw');
    }
  }

  readonly #expire = (): void => {
    const phase = this.#phase;
    const { upstream } = this.target;
    if (phase === undefined) return;
    if (phase === 'write') this.abort(new GatewayError('VE_CLIENT_CLOSED', { phase }));
    else if (this.#watch.isTotal) this.abort(deadlineError(upstream));
    // It says nothing about the target but that it is busy.
    else if (phase === 'queue') this.abort(busy(upstream));
    else {
      this.abort(
        new GatewayError(
          'VE_UPSTREAM_TIMEOUT',
          { upstream, phase },
          {
            failure: {
              retry: 'elsewhere',
              health: 'failure',
              sent: phase !== 'connect',
            },
          },
        ),
      );
    }
  };
}

/** The time for the whole request is over: nothing else is tried. */
function deadlineError(upstream: string): GatewayError {
  return new GatewayError(
    'VE_DEADLINE',
    { upstream, phase: 'total' },
    { failure: { retry: 'never', health: 'failure', sent: true } },
  );
}
