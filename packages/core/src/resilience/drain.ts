import { GatewayError } from '../errors.ts';
import type { Call } from '../protocol/call.ts';
import type { Candidate, Candidates } from './candidate.ts';

/** Its target takes nothing new, because an operator wants that. Without an upstream: none of them does. */
export function drained(upstream?: string): GatewayError {
  return new GatewayError('VE_UPSTREAM_DRAINED', upstream === undefined ? {} : { upstream }, {
    failure: { retry: 'elsewhere', health: 'neutral', sent: false },
  });
}

/**
 * Whether a call is about what an upstream has already: a job that is under way there, or its files, or a response that is
 * kept there. A drained target is asked about these all the same, or what runs would never be finished.
 */
export function isOfWhatIsThere({ stored, native }: Pick<Call, 'native' | 'stored'>): boolean {
  return stored !== undefined || (native !== undefined && native.passing === undefined);
}

const isDrained = (candidate: Candidate): boolean => candidate.isDrained === true;

/**
 * Leaves those targets out that take nothing new.
 *
 * @throws GatewayError `VE_UPSTREAM_DRAINED` where no other is left
 */
export function leaveDrained(call: Call, candidates: Candidates): void {
  if (!candidates.some(isDrained) || isOfWhatIsThere(call)) return;
  for (const candidate of candidates.list()) if (isDrained(candidate)) candidates.drop(candidate);
  if (candidates.list().length === 0) throw drained();
}
