import type { HeaderMap } from '../protocol/answer.ts';
import type { Dialect } from '../protocol/call.ts';
import type { Counter, CounterState } from '../protocol/limits.ts';

/** What a caller is told of one counter, as it was at a time of the gateway's clock. */
export interface LimitState {
  readonly counter: Pick<Counter, 'limit'>;
  readonly state: CounterState;
  readonly time: number;
}

const openaiNames = {
  requests: {
    limit: 'x-ratelimit-limit-requests',
    remaining: 'x-ratelimit-remaining-requests',
    reset: 'x-ratelimit-reset-requests',
  },
  tokens: {
    limit: 'x-ratelimit-limit-tokens',
    remaining: 'x-ratelimit-remaining-tokens',
    reset: 'x-ratelimit-reset-tokens',
  },
} as const;

const claudeNames = {
  requests: {
    limit: 'anthropic-ratelimit-requests-limit',
    remaining: 'anthropic-ratelimit-requests-remaining',
    reset: 'anthropic-ratelimit-requests-reset',
  },
  tokens: {
    limit: 'anthropic-ratelimit-tokens-limit',
    remaining: 'anthropic-ratelimit-tokens-remaining',
    reset: 'anthropic-ratelimit-tokens-reset',
  },
} as const;

/** Of which least remains; of two alike, that which is so for longer. */
export function tighter(one: LimitState | undefined, other: LimitState): LimitState {
  if (one === undefined || other.state.remaining < one.state.remaining) return other;
  return other.state.remaining === one.state.remaining && endOf(other) > endOf(one) ? other : one;
}

const endOf = ({ state, time }: LimitState): number => time + state.resetsAfter;

/** To whom it is told, and when: `now` by the gateway's clock, `wallTime` in milliseconds since the epoch. */
interface Telling {
  readonly dialect: Dialect;
  readonly now: number;
  readonly wallTime: number;
}

/**
 * A copy of an answer's headers with those of limits in the words of the caller's dialect. An upstream's own figures are of
 * the operator's account: where the caller has limits of its own, it is told only of these.
 *
 * https://platform.openai.com/docs/guides/rate-limits, https://docs.claude.com/en/api/rate-limits; Google has no such headers.
 */
export function tellLimits(
  headers: HeaderMap,
  told: { readonly requests: LimitState | undefined; readonly tokens: LimitState | undefined },
  telling: Telling,
): HeaderMap {
  const names = telling.dialect === 'anthropic-messages' ? claudeNames : openaiNames;
  const all = withoutLimits(headers);
  if (told.requests !== undefined) tell(all, names.requests, told.requests, telling);
  if (told.tokens !== undefined) tell(all, names.tokens, told.tokens, telling);
  return all;
}

function tell(
  headers: HeaderMap,
  names: Readonly<Record<'limit' | 'remaining' | 'reset', string>>,
  tightest: LimitState,
  { dialect, now, wallTime }: Telling,
): void {
  const { counter, state } = tightest;
  const resetsAfter = Math.max(0, endOf(tightest) - now);
  headers[names.limit] = String(counter.limit);
  headers[names.remaining] = String(state.remaining);
  headers[names.reset] =
    dialect === 'anthropic-messages' ? toSeconds(wallTime + resetsAfter) : toDuration(resetsAfter);
}

/** A copy. */
function withoutLimits(headers: HeaderMap): HeaderMap {
  let hasSome = false;
  for (const name in headers) hasSome ||= isOfLimits(name);
  if (!hasSome) return { ...headers };
  // Not deleted from a copy: such an object is slow from then on.
  const told: HeaderMap = {};
  for (const name in headers)
    if (!isOfLimits(name) && headers[name] !== undefined) told[name] = headers[name];
  return told;
}

function isOfLimits(name: string): boolean {
  return name.includes('ratelimit') && /^(?:x-|anthropic-)?ratelimit/.test(name);
}

/** As OpenAI writes it: `120ms`, `8.64s`, `6m0s`, `23h59m59s`. */
export function toDuration(milliseconds: number): string {
  const rest = Math.ceil(milliseconds);
  if (rest > 0 && rest < 1000) return `${rest}ms`;
  const hours = Math.floor(rest / 3_600_000);
  const minutes = Math.floor((rest % 3_600_000) / 60_000);
  const seconds = `${(rest % 60_000) / 1000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

/** RFC 3339, in whole seconds, none too early. */
function toSeconds(time: number): string {
  return new Date(Math.ceil(time / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
