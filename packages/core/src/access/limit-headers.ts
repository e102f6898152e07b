import type { RateLimitFacts } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Dialect } from '../protocol/call.ts';

/** What a caller is told of one counter. */
export interface LimitState {
  readonly counted: RateLimitFacts['counted'];
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds from now. */
  readonly resetsAfter: number;
}

const both = ['requests', 'tokens'] as const;

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

const kinds = { rpm: 'requests', rpd: 'requests', tpm: 'tokens', tpd: 'tokens' } as const;

/**
 * Of requests, and of tokens, the counter of which least remains, in the words of the caller's dialect. `now`: milliseconds
 * since the epoch. Empty where nothing was counted.
 *
 * https://platform.openai.com/docs/guides/rate-limits, https://docs.claude.com/en/api/rate-limits; Google has no such headers.
 */
export function limitHeaders(states: readonly LimitState[], dialect: Dialect, now: number): HeaderMap {
  const headers: HeaderMap = {};
  const isClaude = dialect === 'anthropic-messages';
  const names = isClaude ? claudeNames : openaiNames;
  for (const kind of both) {
    const tightest = findTightest(states, kind);
    if (tightest === undefined) continue;
    const { limit, remaining, resetsAfter } = tightest;
    const name = names[kind];
    headers[name.limit] = String(limit);
    headers[name.remaining] = String(remaining);
    headers[name.reset] = isClaude ? toSeconds(now + resetsAfter) : toDuration(resetsAfter);
  }
  return headers;
}

/** An upstream's own figures are of the operator's account: where the caller has limits of its own, it is told only of these. */
export function withLimitHeaders(headers: HeaderMap, own: HeaderMap): HeaderMap {
  if (Object.keys(own).length === 0) return headers;
  const told: HeaderMap = {};
  for (const name of Object.keys(headers))
    if (!isOfLimits(name) && headers[name] !== undefined) told[name] = headers[name];
  return Object.assign(told, own);
}

function isOfLimits(name: string): boolean {
  return name.includes('ratelimit') && /^(?:x-|anthropic-)?ratelimit/.test(name);
}

function findTightest(states: readonly LimitState[], kind: 'requests' | 'tokens'): LimitState | undefined {
  let tightest: LimitState | undefined;
  for (const state of states) {
    if (state.counted === 'concurrency' || kinds[state.counted] !== kind) continue;
    const isTighter =
      tightest === undefined ||
      state.remaining < tightest.remaining ||
      (state.remaining === tightest.remaining && state.resetsAfter > tightest.resetsAfter);
    if (isTighter) tightest = state;
  }
  return tightest;
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
