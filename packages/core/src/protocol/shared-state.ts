import type { TargetName } from './call.ts';

interface Telling extends TargetName {
  /** Who tells: it does not listen to itself. */
  readonly from: string;
  /** Milliseconds from when it is heard; clocks of different machines are not compared. */
  readonly for: number;
}

/** The breaker of a target opened. */
export interface OpeningNotice extends Telling {
  readonly type: 'breaker-opening';
  /** What opened it: the failures of calls, or one probe that failed. */
  readonly after: 'failures' | 'probe';
}

/** A key of a target was refused, or is over its limit. */
export interface RestNotice extends Telling {
  readonly type: 'key-rest';
  /** A digest of the key, never the key. */
  readonly key: string;
  readonly problem: 'refused' | 'limited';
}

/** What one process found out about a target, and others need not find out again. */
export type Notice = OpeningNotice | RestNotice;

/** Whether others are within reach now; `error` says why not. */
export type ReachListener = (isReached: boolean, error?: unknown) => void;

/**
 * Where processes tell each other what they found out. Nothing here is waited for: what cannot be told now is dropped, and
 * a process that hears nothing finds out for itself.
 */
export interface SharedState {
  tell(notice: Notice): void;
  /**
   * First hears what was told before and still holds, `for` being what is left of it, then whatever is told. Returns the
   * function that ends it, and lets go of what it needed.
   */
  listen(listener: (notice: Notice) => void, onReach?: ReachListener): () => void;
}
