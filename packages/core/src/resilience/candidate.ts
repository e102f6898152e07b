import type { Call, TargetName } from '../protocol/call.ts';
import type { Send, TimedPhase } from '../protocol/layer.ts';
import type { Principal } from '../protocol/principal.ts';

/** The targets of one call, from which one is chosen after the other. */
export interface Candidates {
  /** The next to be tried, of those that are left and fit. */
  choose(fits: (candidate: Candidate) => boolean): Candidate | undefined;
  some(fits: (candidate: Candidate) => boolean): boolean;
  /** Those that are left, in the order written. */
  list(): readonly Candidate[];
  /** Not again in this round. */
  drop(candidate: Candidate): void;
  /** A new round, with these only. */
  keep(candidates: readonly Candidate[]): void;
}

/** A target with everything that decides whether it can be tried now. */
export interface Candidate {
  readonly target: TargetName;
  /** The whole onion around the send. */
  readonly send: Send;
  readonly timeouts: Readonly<Record<TimedPhase, number>>;
  /** Whether its upstream has an address for this. */
  supports(call: Call): boolean;
  /** Whether its breaker lets an attempt through. */
  admits(): boolean;
  /** As many requests are under way as it may have. */
  readonly isFull: boolean;
  /** Whether this caller would have to wait there: it is full, or its tenant has all of it that it may have. */
  isFullFor?(principal: Principal | undefined): boolean;
  /** Keys that it has, at rest or not; 1 where it needs none. */
  readonly keyCount: number;
  /** A key that is neither refused nor over its limit. */
  readonly hasAwakeKey: boolean;
  /** Milliseconds for which all its keys are over their limit; 0 if one is not. */
  readonly limitedFor: number;
  /** When its breaker will let a probe through. */
  readonly reopensAt: number;
  /** It takes nothing new, also where nothing else is left: an operator wants that. Left out: it is not. */
  readonly isDrained?: boolean;
  /** False while its breaker is not closed: what goes there is a probe. */
  readonly isSteady?: boolean;
  /**
   * Milliseconds in which nineteen of twenty attempts show something: the first content of a stream, or a whole answer.
   * Undefined while that is not known.
   */
  usualWait?(stream: boolean): number | undefined;
}

/** Whether an attempt may go there by the rules, if perhaps after a wait in line. */
export function isAvailable(candidate: Candidate): boolean {
  return candidate.hasAwakeKey && candidate.admits();
}

/** Whether it can go there at once. `principal`: who asks. */
export function canStart(candidate: Candidate, principal?: Principal): boolean {
  const isFull = candidate.isFullFor?.(principal) ?? candidate.isFull;
  return !isFull && isAvailable(candidate);
}
