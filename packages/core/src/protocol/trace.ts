import type { GatewayError } from '../errors.ts';
import type { Answer } from './answer.ts';
import type { Call, RequestFacts, TargetName } from './call.ts';
import type { Confidential } from './confidential.ts';
import type { EndEvent } from './events.ts';
import type { Usage } from './usage.ts';

/** What is on its way to the ledger: one of both is called, once. */
export interface KeptContent {
  take(): Promise<{ readonly question: Confidential; readonly answer: Confidential } | undefined>;
  drop(): void;
}

/** One attempt as it begins. */
export interface AttemptStart {
  readonly target: TargetName;
  /** 1 for the first. */
  readonly attempt: number;
  readonly isContinuation: boolean;
}

/** How it ended, and what it has used. */
export interface AttemptEnding {
  readonly error?: GatewayError;
  readonly usage?: Usage;
}

/** One call as it is seen in traces. None of these throws. */
export interface CallTrace {
  /** What the host traces in there is a part of this call. */
  run<Result>(serve: () => Result): Result;
  /** A model was asked for, which may not be there. */
  named(model: string): void;
  /** The request was read, and there is somebody to send it to. */
  understood(facts: RequestFacts, call: Call): void;
  attemptStarted(attempt: AttemptStart): AttemptTrace;
  /**
   * Everything is over. `content`: what is kept of it, if anything is. Returns what is to be taken in its place, or dropped:
   * only then is it known what there is to be seen.
   */
  ended(event: () => EndEvent, content: KeptContent | undefined): KeptContent | undefined;
}

/** One attempt as it is seen in traces. None of these throws. */
export interface AttemptTrace {
  /** Names and values in turn. Returns them with the trace that the upstream goes on with, in place of the caller's. */
  passOn(headers: string[]): string[];
  /** Runs what sends: no instrumentation of the host's is to see the same once more. */
  quietly(send: () => void): void;
  /** Returns the same answer; what it tells about itself is read on its way. */
  answered(answer: Answer): Answer;
  /** Everything is over. `key`: the place of the key that was shown. */
  settled(ending: AttemptEnding, key: number | undefined): void;
}
