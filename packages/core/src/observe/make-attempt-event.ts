import type { RequestFacts, TargetName } from '../protocol/call.ts';
import type { AttemptEvent } from '../protocol/events.ts';
import type { Outcome } from '../protocol/layer.ts';

interface AttemptAtEnd {
  readonly target: TargetName;
  readonly attempt: number;
  readonly isContinuation: boolean;
  readonly startedAt: number;
  readonly outcome: Outcome;
}

/** How the end of an attempt is told to listeners. `now`: by the gateway's clock. */
export function makeAttemptEvent(
  request: RequestFacts,
  { target, attempt, isContinuation, startedAt, outcome: { health, error } }: AttemptAtEnd,
  now: number,
): AttemptEvent {
  const upstreamStatus = error?.details.upstreamStatus;
  return {
    request,
    target,
    attempt,
    outcome: health,
    ...(error === undefined ? {} : { error: error.code }),
    ...(upstreamStatus === undefined ? {} : { upstreamStatus }),
    ...(isContinuation ? { isContinuation: true } : {}),
    milliseconds: now - startedAt,
  };
}
