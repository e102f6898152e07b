import { manualClock } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { isTighter, type LimitState, tellLimits, toDuration } from './limit-headers.ts';

const wallTime = Date.UTC(2026, 0, 1, 12, 0, 0, 400);
const now = 5000;

/** Shows the wall's time; what is counted may be counted by another. */
const clock = { ...manualClock(), now: () => wallTime };
const telling = { dialect: 'openai-chat', now, clock } as const;

const stateOf = (limit: number, remaining: number, resetsAfter: number): LimitState => ({
  counter: { limitText: String(limit) },
  remaining,
  end: now + resetsAfter,
});

const requests = [
  stateOf(1000, 900, 50_000_000),
  stateOf(60, 59, 1000),
  stateOf(100, 59, 360_000),
  stateOf(70, 59, 300_000),
].reduce((one, other) => (isTighter(other.remaining, other.end, one) ? other : one));
const told = { requests, tokens: stateOf(10_000, 0, 8640) };

test.each(['openai-chat', 'openai-responses', 'gemini'] as const)('of what is tightest, in %s', (dialect) => {
  expect(tellLimits({}, told, { ...telling, dialect })).toEqual({
    'x-ratelimit-limit-requests': '100',
    'x-ratelimit-remaining-requests': '59',
    'x-ratelimit-reset-requests': '6m0s',
    'x-ratelimit-limit-tokens': '10000',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-tokens': '8.64s',
  });
});

test("Anthropic's tell the time at which, none too early", () => {
  expect(tellLimits({}, told, { ...telling, dialect: 'anthropic-messages' })).toEqual({
    'anthropic-ratelimit-requests-limit': '100',
    'anthropic-ratelimit-requests-remaining': '59',
    'anthropic-ratelimit-requests-reset': '2026-01-01T12:06:01Z',
    'anthropic-ratelimit-tokens-limit': '10000',
    'anthropic-ratelimit-tokens-remaining': '0',
    'anthropic-ratelimit-tokens-reset': '2026-01-01T12:00:10Z',
  });
});

test('of what is not counted nothing is said', () => {
  expect(Object.keys(tellLimits({}, { ...told, tokens: undefined }, telling))).toHaveLength(3);
  expect(Object.keys(tellLimits({}, { ...told, requests: undefined }, telling))).toHaveLength(3);
});

test.each([
  [0, '0s'],
  [0.2, '1ms'],
  [120, '120ms'],
  [1000, '1s'],
  [8640, '8.64s'],
  [60_000, '1m0s'],
  [360_000, '6m0s'],
  [72_600, '1m12.6s'],
  [3_600_000, '1h0m0s'],
  [86_399_000, '23h59m59s'],
])('%d milliseconds are %s', (milliseconds, duration) => {
  expect(toDuration(milliseconds)).toBe(duration);
});

test("an upstream's figures, of the operator's account, go where the caller has its own", () => {
  const headers = {
    'content-type': 'application/json',
    'x-ratelimit-limit-tokens': '30000000',
    'anthropic-ratelimit-input-tokens-limit': '5',
    'ratelimit-policy': '10;w=1',
    'retry-after': '1',
  };
  const limited = tellLimits(headers, { requests, tokens: undefined }, telling);
  expect(limited).toEqual({
    'content-type': 'application/json',
    'retry-after': '1',
    'x-ratelimit-limit-requests': '100',
    'x-ratelimit-remaining-requests': '59',
    'x-ratelimit-reset-requests': '6m0s',
  });
  expect(headers).toHaveProperty('ratelimit-policy');
});
