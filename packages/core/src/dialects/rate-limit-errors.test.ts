import { beforeAll, expect, test } from 'vitest';
import { GatewayError, type RateLimitFacts } from '../errors.ts';
import { loadCodecs } from './load-codecs.ts';
import { renderError } from './render-error.ts';

const facts: RateLimitFacts = { counted: 'rpm', of: 'key', limit: 60, remaining: 0 };
const limited = (rateLimit: RateLimitFacts, retryAfter = 5400): GatewayError =>
  new GatewayError('VE_RATE_LIMITED', { rateLimit, retryAfter });
const message =
  'Rate limit reached for this key on requests per min (RPM): Limit 60. Please try again in 6s.';

beforeAll(() => loadCodecs());

test.each([
  ['openai-chat', { error: { message, type: 'requests', code: 'rate_limit_exceeded', param: null } }],
  ['openai-responses', { error: { message, type: 'requests', code: 'rate_limit_exceeded' } }],
  ['anthropic-messages', { type: 'error', error: { message, type: 'rate_limit_error' } }],
  ['gemini', { error: { message, code: 429, status: 'RESOURCE_EXHAUSTED' } }],
] as const)('a limit that is reached, as %s words it', (dialect, words) => {
  const { status, headers, body } = renderError(limited(facts), dialect);
  expect(status).toBe(429);
  expect(headers).toMatchObject({ 'retry-after': '6', 'retry-after-ms': '5400' });
  expect(JSON.parse(String(body))).toMatchObject(words);
});

test.each<[RateLimitFacts, string]>([
  [
    { ...facts, counted: 'tpm', of: 'tenant', remaining: 5 },
    'for your tenant on tokens per min (TPM): Limit 60, Remaining 5.',
  ],
  [
    { ...facts, counted: 'tpd', of: 'path', name: 'acme/research' },
    "for the path 'acme/research' on tokens per day (TPD): Limit 60.",
  ],
  [
    { ...facts, counted: 'rpd', of: 'model', name: 'chat' },
    "for the model 'chat' on requests per day (RPD): Limit 60.",
  ],
  [{ ...facts, counted: 'concurrency', of: 'principal' }, 'for you on calls at once: Limit 60.'],
  [{ ...facts, of: 'gateway' }, 'for everybody here on requests per min (RPM): Limit 60.'],
])('%j is said in words', (rateLimit, words) => {
  const { body } = renderError(limited(rateLimit), 'openai-chat');
  const { error } = JSON.parse(String(body)) as { error: { message: string; type: string } };
  expect(error.message).toContain(words);
  expect(error.type).toBe(rateLimit.counted.startsWith('t') ? 'tokens' : 'requests');
});
