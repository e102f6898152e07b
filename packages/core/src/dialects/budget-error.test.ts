import { expect, test } from 'vitest';
import { type BudgetFacts, GatewayError } from '../errors.ts';
import type { Dialect } from '../protocol/call.ts';
import { loadCodecs } from './load-codecs.ts';
import { renderError } from './render-error.ts';

const budget: BudgetFacts = { path: 'acme', window: 'month', limit: 10, spent: 9.5, held: 0, isHeld: false };
const spent = new GatewayError('VE_BUDGET_EXCEEDED', {
  reason: 'of the budget of this month of "acme", $9.50 of the $10.00 are spent',
  retryAfter: 86_400_000,
  isFinal: true,
  budget,
});
const held = new GatewayError('VE_BUDGET_EXCEEDED', {
  reason: 'of the budget of this month of "acme", $9.50 are held',
  retryAfter: 1000,
  budget: { ...budget, isHeld: true },
});

const cases: [Dialect, status: number, spent: object, held: object][] = [
  [
    'openai-chat',
    429,
    { error: { type: 'insufficient_quota', code: 'insufficient_quota' } },
    { error: { type: 'requests', code: 'rate_limit_exceeded' } },
  ],
  [
    'openai-responses',
    429,
    { error: { type: 'insufficient_quota', code: 'insufficient_quota' } },
    { error: { type: 'requests', code: 'rate_limit_exceeded' } },
  ],
  [
    'anthropic-messages',
    402,
    { type: 'error', error: { type: 'billing_error' } },
    { type: 'error', error: { type: 'rate_limit_error' } },
  ],
  ['gemini', 429, { error: { status: 'RESOURCE_EXHAUSTED' } }, { error: { status: 'RESOURCE_EXHAUSTED' } }],
  ['bedrock', 400, { __type: 'ServiceQuotaExceededException' }, { __type: 'ThrottlingException' }],
];

test.each(cases)('a budget that is spent is final in the words of %s', async (dialect, status, body) => {
  await loadCodecs();
  const rendered = renderError(spent, dialect);
  expect(rendered.status).toBe(status);
  expect(rendered.headers).toMatchObject({ 'x-should-retry': 'false', 'retry-after': '86400' });
  expect(JSON.parse(rendered.body.toString())).toMatchObject(body);
  expect(rendered.body.toString()).toContain(
    'There is no budget left for this call: of the budget of this month',
  );
});

test.each(cases)(
  'one that calls under way hold may be tried again, in the words of %s',
  async (dialect, _, __, body) => {
    await loadCodecs();
    const rendered = renderError(held, dialect);
    expect(rendered.status).toBe(429);
    expect(rendered.headers).not.toHaveProperty('x-should-retry');
    expect(rendered.headers).toMatchObject({ 'retry-after-ms': '1000' });
    expect(JSON.parse(rendered.body.toString())).toMatchObject(body);
    expect(rendered.body.toString()).toContain('There is no budget left for this call at the moment');
  },
);
