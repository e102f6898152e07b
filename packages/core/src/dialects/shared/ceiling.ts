import { GatewayError } from '../../errors.ts';

/** Characters that no token of any usual text goes beyond on average: fewer tokens cannot have been written. */
const mostPerToken = 8;
/** By how much a stream may be beyond its ceiling: what is counted here is not just what its vendor counts. */
const share = 1.1;
const slack = 64;

/** Tokens that so much of a stream has at least. No vendor sends a part of a token. */
export function tokensAtLeast({
  events,
  characters,
}: {
  readonly events: number;
  readonly characters: number;
}): number {
  return Math.max(events, characters / mostPerToken);
}

/** `ceiling`: see `Call.ceiling`. */
export function isBeyond(tokens: number, ceiling: number): boolean {
  return tokens > ceiling * share + slack;
}

/** For a stream that goes on beyond what it was allowed: nobody is to go on with it. */
export function beyondCeiling(ceiling: number): GatewayError {
  return new GatewayError(
    'VE_BUDGET_EXCEEDED',
    { reason: `the answer went on beyond the ${ceiling} tokens that it was allowed` },
    { failure: { retry: 'never', health: 'neutral', sent: true } },
  );
}
