import type { HeaderMap } from '../protocol/answer.ts';
import type { Dialect } from '../protocol/call.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { RuledCounter } from './limit-rules.ts';

/** What a caller is told of one counter. */
export interface LimitState {
  readonly counter: Pick<RuledCounter, 'limitText'>;
  readonly remaining: number;
  /** Time of the gateway's clock at which its window ends. */
  readonly end: number;
}

/** Whether less remains; of two alike, that is tighter which is so for longer. */
export function isTighter(remaining: number, end: number, than: LimitState): boolean {
  return remaining < than.remaining || (remaining === than.remaining && end > than.end);
}

interface Told {
  readonly requests: LimitState | undefined;
  readonly tokens: LimitState | undefined;
}

/** To whom it is told, and when by the gateway's clock. */
interface Telling {
  readonly dialect: Dialect;
  readonly now: number;
  readonly clock: Clock;
}

/**
 * A copy of an answer's headers with those of limits in the words of the caller's dialect. An upstream's own figures are of
 * the operator's account: where the caller has limits of its own, it is told only of these.
 *
 * https://platform.openai.com/docs/guides/rate-limits, https://docs.claude.com/en/api/rate-limits; Google has no such headers.
 */
export function tellLimits(headers: HeaderMap, told: Told, { dialect, now, clock }: Telling): HeaderMap {
  // A new object grows by names that are always the same before it gets those of an answer: that is faster.
  const all =
    dialect === 'anthropic-messages' ? claudeHeaders(told, now, wallTime(clock)) : openaiHeaders(told, now);
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !isOfLimits(name)) all[name] = value;
  }
  return all;
}

function openaiHeaders({ requests, tokens }: Told, now: number): HeaderMap {
  const headers: HeaderMap = {};
  if (requests !== undefined) {
    headers['x-ratelimit-limit-requests'] = requests.counter.limitText;
    headers['x-ratelimit-remaining-requests'] = String(requests.remaining);
    headers['x-ratelimit-reset-requests'] = toDuration(Math.max(0, requests.end - now));
  }
  if (tokens !== undefined) {
    headers['x-ratelimit-limit-tokens'] = tokens.counter.limitText;
    headers['x-ratelimit-remaining-tokens'] = String(tokens.remaining);
    headers['x-ratelimit-reset-tokens'] = toDuration(Math.max(0, tokens.end - now));
  }
  return headers;
}

/** `wall`: what the clocks of others show now. */
function claudeHeaders({ requests, tokens }: Told, now: number, wall: number): HeaderMap {
  const headers: HeaderMap = {};
  if (requests !== undefined) {
    headers['anthropic-ratelimit-requests-limit'] = requests.counter.limitText;
    headers['anthropic-ratelimit-requests-remaining'] = String(requests.remaining);
    headers['anthropic-ratelimit-requests-reset'] = toSeconds(wall + Math.max(0, requests.end - now));
  }
  if (tokens !== undefined) {
    headers['anthropic-ratelimit-tokens-limit'] = tokens.counter.limitText;
    headers['anthropic-ratelimit-tokens-remaining'] = String(tokens.remaining);
    headers['anthropic-ratelimit-tokens-reset'] = toSeconds(wall + Math.max(0, tokens.end - now));
  }
  return headers;
}

const ofLimits: Readonly<Record<string, string>> = {
  a: 'anthropic-ratelimit',
  r: 'ratelimit',
  x: 'x-ratelimit',
};

function isOfLimits(name: string): boolean {
  const beginning = ofLimits[name.charAt(0)];
  return beginning !== undefined && name.startsWith(beginning);
}

/** What follows the seconds, by the milliseconds: to write a fraction takes longer than all the rest. */
const fractions: string[] = Array.from({ length: 1000 }, (_, milliseconds) =>
  String(milliseconds / 1000).slice(1),
);

/** As OpenAI writes it: `120ms`, `8.64s`, `6m0s`, `23h59m59s`. */
export function toDuration(milliseconds: number): string {
  const rest = Math.ceil(milliseconds);
  if (rest > 0 && rest < 1000) return `${rest}ms`;
  const hours = Math.floor(rest / 3_600_000);
  const minutes = Math.floor((rest % 3_600_000) / 60_000);
  const seconds = `${Math.floor((rest % 60_000) / 1000)}${fractions[rest % 1000]}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

/** RFC 3339, in whole seconds, none too early. */
function toSeconds(time: number): string {
  return new Date(Math.ceil(time / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
