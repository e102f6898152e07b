/** What a vendor says is left of its rate limits, of the one that is closest. */
export interface Headroom {
  /** 0 to 1. */
  readonly share: number;
  /** Milliseconds since the epoch until which that holds; by then the vendor has given some back. */
  readonly until: number;
}

/** What a vendor told last of its rate limits; what it did not tell is left out. */
export interface RateLimit {
  readonly remainingRequests?: number;
  readonly limitRequests?: number;
  readonly remainingTokens?: number;
  readonly limitTokens?: number;
  /** Of that which is closest: when the vendor gives all of it back, in milliseconds since the epoch. */
  readonly resetsAt?: number;
}

export type LimitHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Where one limit stands in the headers. */
interface LimitNames {
  readonly remaining: string;
  readonly limit: string;
  readonly reset: string;
}

/**
 * What all vendors have in common is the word, wherever they put it: OpenAI, Azure, Groq, Mistral and Cerebras
 * `x-ratelimit-remaining-tokens`, Anthropic `anthropic-ratelimit-input-tokens-remaining`, Together `x-tokenlimit-remaining`,
 * OpenRouter `x-ratelimit-remaining`; `limit` and `reset` stand in the same place. OpenAI:
 * https://platform.openai.com/docs/guides/rate-limits; Anthropic: https://platform.claude.com/docs/en/api/rate-limits.
 */
const word = 'remaining';

/** Milliseconds for which a limit without a reset holds: most are limits per minute. */
const usualReset = 60_000;
/** Limits by the day are told, too, and clocks differ. */
const longestReset = 86_400_000;
/** Vendors have some ten names; what a hostile one makes up is not remembered. */
const namesRemembered = 256;

const known = new Map<string, LimitNames | undefined>();

/** Undefined where an answer says nothing of limits. `now`: milliseconds since the epoch, as clocks of others show it. */
export function readHeadroom(headers: LimitHeaders, now: number): Headroom | undefined {
  let least: Headroom | undefined;
  for (const name in headers) {
    const names = namesOf(name);
    if (names === undefined) continue;
    const share = shareOf(textOf(headers[name]), textOf(headers[names.limit]));
    if (share === undefined || (least !== undefined && least.share <= share)) continue;
    least = { share, until: now + readReset(textOf(headers[names.reset]), now) };
  }
  return least;
}

/** One limit, as it was told. */
interface Told {
  readonly remaining: number;
  readonly limit: number | undefined;
  readonly resetsAt: number | undefined;
  /** 0 to 1; 1 where it is not known. */
  readonly share: number;
}

/**
 * What an answer says of limits: of requests, and of tokens, that of several which is closest. Undefined where it says
 * nothing. `now`: when it came, in milliseconds since the epoch.
 */
export function readRateLimit(headers: LimitHeaders, now: number): RateLimit | undefined {
  let requests: Told | undefined;
  let tokens: Told | undefined;
  for (const name in headers) {
    const names = namesOf(name);
    const told = names && readTold(headers, names, now);
    if (told === undefined) continue;
    if (name.includes('token')) tokens = closer(tokens, told);
    else requests = closer(requests, told);
  }
  const closest = tokens === undefined ? requests : closer(requests, tokens);
  if (closest === undefined) return undefined;
  const { resetsAt } = closest;
  return {
    ...(requests && { remainingRequests: requests.remaining }),
    ...(requests?.limit !== undefined && { limitRequests: requests.limit }),
    ...(tokens && { remainingTokens: tokens.remaining }),
    ...(tokens?.limit !== undefined && { limitTokens: tokens.limit }),
    ...(resetsAt !== undefined && { resetsAt }),
  };
}

const closer = (one: Told | undefined, other: Told): Told =>
  one === undefined || other.share < one.share ? other : one;

function readTold(headers: LimitHeaders, names: LimitNames, now: number): Told | undefined {
  const [left, most] = [textOf(headers[names.remaining]), textOf(headers[names.limit])];
  const remaining = numberOf(left);
  if (remaining === undefined) return undefined;
  const reset = textOf(headers[names.reset]);
  return {
    remaining: Math.max(0, remaining),
    limit: numberOf(most),
    resetsAt: reset === undefined ? undefined : Math.round(now + readReset(reset, now)),
    share: shareOf(left, most) ?? 1,
  };
}

function namesOf(name: string): LimitNames | undefined {
  if (known.has(name)) return known.get(name);
  const isLimit = name.includes(word) && name.includes('limit');
  const replaced = (by: string): string => name.replace(word, by);
  const names = isLimit ? { remaining: name, limit: replaced('limit'), reset: replaced('reset') } : undefined;
  if (known.size < namesRemembered) known.set(name, names);
  return names;
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

/** Without a limit it is known only when nothing is left. */
function shareOf(remaining: string | undefined, limit: string | undefined): number | undefined {
  const left = numberOf(remaining);
  if (left === undefined) return undefined;
  if (left <= 0) return limit !== undefined && numberOf(limit) === 0 ? undefined : 0;
  const most = numberOf(limit);
  return most === undefined || most <= 0 ? undefined : Math.min(1, left / most);
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s{0,8}-?\d{1,15}(?:\.\d{1,15})?\s{0,8}$/.test(text)) return undefined;
  return Number(text);
}

/**
 * Milliseconds from now: of a span (`6m0s`, `20ms`, `1h2m3.5s`), seconds, a date (`2026-01-27T12:00:30Z`), or the seconds or
 * milliseconds of the epoch.
 */
export function readReset(text: string | undefined, now: number): number {
  const found = text === undefined || text.length > 64 ? undefined : (spanOf(text) ?? dateOf(text, now));
  if (found === undefined || Number.isNaN(found)) return usualReset;
  return Math.min(Math.max(found, 0), longestReset);
}

/** Later numbers are times, not spans: nobody waits for decades. */
const firstEpochSeconds = 1e9;
const firstEpochMilliseconds = 1e12;

function dateOf(text: string, now: number): number | undefined {
  const number = numberOf(text);
  if (number === undefined) return Date.parse(text) - now;
  if (number >= firstEpochMilliseconds) return number - now;
  return number >= firstEpochSeconds ? number * 1000 - now : number * 1000;
}

const spans: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function spanOf(text: string): number | undefined {
  const parts = /^(?:\d{1,12}(?:\.\d{1,12})?(?:ms|[dhms])){1,5}$/.test(text)
    ? text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)
    : undefined;
  if (parts === undefined) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of parts) total += Number(amount) * (spans[unit] ?? 0);
  return total;
}
