import { GatewayError, toGatewayError } from '../errors.ts';
import type { Attempt } from './attempt.ts';

/** A layer that throws while what it called is still under way gives that up. */
export function fail(attempt: Attempt | undefined, thrown: unknown): GatewayError {
  const error = toGatewayError(thrown);
  attempt?.abort(error);
  attempt?.settle({ health: error.failure?.health ?? 'neutral', error });
  return error;
}

export function giveUp(attempt: Attempt | undefined): void {
  if (attempt?.isSettled !== false) return;
  attempt.abort(new GatewayError('VE_CLIENT_CLOSED'));
  attempt.settle({ health: 'neutral' });
}

/** Nothing was sent to an upstream yet. */
export function isOurs(phase: Attempt['phase']): boolean {
  return phase === 'prepare' || phase === 'queue';
}
