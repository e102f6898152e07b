import { expect, test } from 'vitest';
import { limitHeaders, toDuration, withLimitHeaders } from './limit-headers.ts';

const now = Date.UTC(2026, 0, 1, 12, 0, 0, 400);
const states = [
  { counted: 'rpd', limit: 1000, remaining: 900, resetsAfter: 50_000_000 },
  { counted: 'rpm', limit: 60, remaining: 59, resetsAfter: 1000 },
  { counted: 'rpm', limit: 100, remaining: 59, resetsAfter: 360_000 },
  { counted: 'tpm', limit: 10_000, remaining: 0, resetsAfter: 8640 },
] as const;

test.each(['openai-chat', 'openai-responses', 'gemini'] as const)('of what is tightest, in %s', (dialect) => {
  expect(limitHeaders(states, dialect, now)).toEqual({
    'x-ratelimit-limit-requests': '100',
    'x-ratelimit-remaining-requests': '59',
    'x-ratelimit-reset-requests': '6m0s',
    'x-ratelimit-limit-tokens': '10000',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-tokens': '8.64s',
  });
});

test("Anthropic's tell the time at which, none too early", () => {
  expect(limitHeaders(states, 'anthropic-messages', now)).toEqual({
    'anthropic-ratelimit-requests-limit': '100',
    'anthropic-ratelimit-requests-remaining': '59',
    'anthropic-ratelimit-requests-reset': '2026-01-01T12:06:01Z',
    'anthropic-ratelimit-tokens-limit': '10000',
    'anthropic-ratelimit-tokens-remaining': '0',
    'anthropic-ratelimit-tokens-reset': '2026-01-01T12:00:10Z',
  });
});

test('of what is not counted nothing is said', () => {
  expect(limitHeaders([], 'openai-chat', now)).toEqual({});
  expect(Object.keys(limitHeaders(states.slice(0, 1), 'openai-chat', now))).toHaveLength(3);
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
  const own = { 'x-ratelimit-limit-requests': '60' };
  expect(withLimitHeaders(headers, own)).toEqual({
    'content-type': 'application/json',
    'retry-after': '1',
    'x-ratelimit-limit-requests': '60',
  });
  expect(withLimitHeaders(headers, {})).toBe(headers);
});
