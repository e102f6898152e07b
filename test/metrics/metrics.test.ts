import { describe, expect, test } from 'vitest';
import { fastClock } from '../video/fast-clock.ts';
import { question, startMetered } from './metered-host.ts';

const stream = { ...question, stream: true };

describe('metrics', () => {
  test('tell what was called, how it ended, what it used and cost', async () => {
    await using host = await startMetered({ upstream: { pace: 2 } });
    const { usage } = (await (await host.ask(question)).json()) as { usage: Record<string, number> };
    await (await host.ask(stream)).text();
    await host.ask({ model: 'embedder', input: 'hello' }, {}, { path: '/v1/embeddings' });
    await host.ask({ model: 'chat', messages: 'no list' });
    await host.ask({ ...question, model: 'made-up' });
    await host.ask(question, { 'x-tenant': '' });
    const long = { ...stream, messages: [{ role: 'user', content: 'a long answer '.repeat(200) }] };
    const leaving = new AbortController();
    await host.ask(long, {}, { signal: leaving.signal });
    leaving.abort();
    const scrape = await host.scrape();
    const chat = { operation: 'chat', model: 'chat', upstream: 'first' };
    expect(scrape.sum('vector_calls_total', { ...chat, outcome: 'ok' })).toBe(2);
    expect(scrape.sum('vector_calls_total', { ...chat, outcome: 'left' })).toBe(1);
    expect(
      scrape.sum('vector_calls_total', { operation: 'embeddings', model: 'embedder', outcome: 'ok' }),
    ).toBe(1);
    expect(scrape.sum('vector_calls_total', { model: 'other', outcome: 'refused' })).toBe(1);
    expect(scrape.sum('vector_errors_total', { code: 'VE_MODEL_NOT_FOUND' })).toBe(1);
    expect(scrape.sum('vector_errors_total', { code: 'VE_UNAUTHENTICATED', operation: 'none' })).toBe(1);
    expect(scrape.sum('vector_errors_total', { code: 'VE_CLIENT_CLOSED' })).toBe(1);
    // Streams only, and among them the one whose caller left.
    const [duration] = scrape.series('vector_call_duration_seconds', chat);
    const [firstToken] = scrape.series('vector_first_token_seconds', chat);
    expect([duration?.value, firstToken?.value]).toEqual([3, 2]);
    expect(firstToken?.sum).toBeLessThan(duration?.sum ?? 0);
    expect(duration?.buckets?.['+Inf']).toBe(3);
    const { inputTokens, outputTokens } = host.gateway.stats();
    const input = ['input', 'cached_input', 'cache_write'];
    const output = ['output', 'reasoning'];
    const tokens = (kinds: readonly string[]): number =>
      kinds.reduce((sum, kind) => sum + scrape.sum('vector_tokens_total', { kind }), 0);
    expect([tokens(input), tokens(output)]).toEqual([inputTokens, outputTokens]);
    expect(inputTokens).toBeGreaterThan(usage['prompt_tokens'] ?? 0);
    expect(scrape.sum('vector_cost_dollars_total', chat)).toBeCloseTo(
      (scrape.sum('vector_tokens_total', { ...chat, kind: 'input' }) * 2 +
        scrape.sum('vector_tokens_total', { ...chat, kind: 'output' }) * 8) /
        1e6,
      9,
    );
  });

  test('tell of failovers, of breakers, and of streams that break off', async () => {
    await using host = await startMetered({ gateway: { breaker: { consecutiveFailures: 2 } } });
    host.first.fail({ type: 'status', status: 500 }, { times: 2 });
    await host.ask(question);
    await host.ask(question);
    host.second.fail({ type: 'cut', afterEvents: 3, how: 'reset' }, { times: 1 });
    await (await host.ask(stream)).text();
    const scrape = await host.scrape();
    const first = { upstream: 'first', model: 'gpt-4o' };
    const second = { upstream: 'second', model: 'gpt-4o' };
    expect(scrape.sum('vector_attempts_total', { ...first, outcome: 'failure' })).toBe(2);
    expect(scrape.sum('vector_attempts_total', { ...second, outcome: 'success' })).toBe(2);
    expect(scrape.sum('vector_attempts_total', { ...second, outcome: 'failure' })).toBe(1);
    expect(scrape.sum('vector_attempt_errors_total', { ...first, code: 'VE_UPSTREAM_STATUS' })).toBe(2);
    expect(scrape.series('vector_attempt_duration_seconds', first).map(({ value }) => value)).toEqual([2]);
    expect(scrape.sum('vector_breaker_state', first)).toBe(1);
    expect(scrape.sum('vector_breaker_state', second)).toBe(0);
    // It began with 200, and has failed all the same.
    expect(scrape.sum('vector_calls_total', { outcome: 'failed', upstream: 'second' })).toBe(1);
    expect(scrape.sum('vector_calls_total', { outcome: 'ok', upstream: 'second' })).toBe(2);
    host.gateway.targets.drain({ upstream: 'second', model: 'gpt-4o' });
    expect((await host.scrape()).sum('vector_target_by_hand', second)).toBe(1);
  });

  test('tell what is under way', async () => {
    await using host = await startMetered();
    host.first.fail({ type: 'hang' }, { times: 1 });
    const leaving = new AbortController();
    host.ask(question, {}, { signal: leaving.signal }).catch(() => {});
    await host.first.waitForRequests(1);
    const { text } = await host.gateway.metrics();
    expect(text).toContain('vector_calls_in_flight 1\n');
    expect(text).toContain('vector_target_in_flight{upstream="first",model="gpt-4o"} 1\n');
    leaving.abort();
    const scrape = await host.scrape();
    expect(scrape.sum('vector_calls_in_flight')).toBe(0);
    expect(scrape.sum('vector_target_in_flight')).toBe(0);
  });

  test('tell of the cache, and what it saved', async () => {
    await using host = await startMetered({ gateway: { cache: {} } });
    const asked = { ...question, temperature: 0 };
    for (let time = 0; time < 3; time++) await (await host.ask(asked)).text();
    const scrape = await host.scrape();
    expect(scrape.sum('vector_cache_results_total', { result: 'hit' })).toBe(2);
    expect(scrape.sum('vector_cache_results_total', { result: 'miss' })).toBe(1);
    expect(scrape.sum('vector_cache_entries')).toBe(1);
    expect(scrape.sum('vector_cache_bytes')).toBe(host.gateway.stats().cache?.bytes);
    expect(scrape.sum('vector_saved_dollars_total', { by: 'cache' })).toBeCloseTo(
      2 * scrape.sum('vector_cost_dollars_total'),
      9,
    );
    // An answer from the cache is none of the upstream's.
    expect(scrape.sum('vector_calls_total', { upstream: 'cache' })).toBe(2);
    expect(scrape.series('vector_call_duration_seconds', { upstream: 'first' })[0]?.value).toBe(1);
  });

  test('tell of limits and budgets, and of what was redacted', async () => {
    await using host = await startMetered({
      gateway: {
        limits: { tenant: { rpm: 3 } },
        budgets: { acme: { limit: 0.01 }, 'acme/*': { limit: 1 } },
        redaction: { rules: [{ kinds: ['email'], mode: 'mask' }] },
      },
    });
    const mail = {
      ...question,
      messages: [{ role: 'user', content: 'To ann@example.com and bob@example.com' }],
    };
    const statuses: number[] = [];
    for (let time = 0; time < 5; time++) statuses.push((await host.ask(mail)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const scrape = await host.scrape();
    expect(scrape.sum('vector_limit_refusals_total', { of: 'tenant', limit: 'rpm' })).toBe(2);
    expect(scrape.sum('vector_errors_total', { code: 'VE_RATE_LIMITED' })).toBe(2);
    expect(scrape.sum('vector_calls_total', { outcome: 'refused' })).toBe(2);
    expect(scrape.sum('vector_redactions_total', { kind: 'email' })).toBe(6);
    const spent = scrape.sum('vector_cost_dollars_total');
    // Those that the options name one by one: of the others there can be any number.
    expect(scrape.series('vector_budget_used_ratio')).toEqual([
      { labels: { path: 'acme', window: 'month' }, value: expect.closeTo(spent / 0.01, 9) },
    ]);
  });

  test('tell tenants apart only where that is asked for, and the first of them only', async () => {
    await using plain = await startMetered();
    await plain.ask(question);
    expect((await plain.scrape()).values('tenant')).toEqual([]);
    await using host = await startMetered({ gateway: { metrics: { tenants: 2 } } });
    for (const tenant of ['acme', 'globex', 'initech', 'umbrella', 'acme'])
      await host.ask(question, { 'x-tenant': tenant });
    const scrape = await host.scrape();
    expect(scrape.values('tenant')).toEqual(['acme', 'globex', 'other']);
    expect(scrape.sum('vector_tenant_calls_total', { tenant: 'acme' })).toBe(2);
    expect(scrape.sum('vector_tenant_calls_total', { tenant: 'other' })).toBe(2);
    expect(scrape.sum('vector_tenant_cost_dollars_total')).toBeCloseTo(
      scrape.sum('vector_cost_dollars_total'),
      9,
    );
  });

  test('tell of jobs, and of what they have cost once they are over', async () => {
    await using host = await startMetered({
      upstream: { jobTime: 5 },
      gateway: { clock: fastClock(), metrics: { tenants: 5 } },
    });
    const created = await host.ask(
      { model: 'film', prompt: 'a cat', seconds: '4' },
      {},
      { path: '/v1/videos' },
    );
    const { id } = (await created.json()) as { id: string };
    await expect.poll(async () => (await host.gateway.tasks.find(id))?.settledAt).toBeDefined();
    const cost = (await host.gateway.tasks.find(id))?.cost;
    expect(cost).toBeGreaterThan(0);
    const scrape = await host.scrape();
    expect(scrape.sum('vector_jobs_total', { operation: 'video', state: 'succeeded' })).toBe(1);
    const film = { operation: 'video', model: 'film', upstream: 'studio' };
    expect(scrape.sum('vector_calls_total', film)).toBe(1);
    expect(scrape.sum('vector_cost_dollars_total', film)).toBeCloseTo((cost ?? 0) / 1e9, 9);
    expect(scrape.sum('vector_tenant_cost_dollars_total', { tenant: 'acme' })).toBeCloseTo(
      (cost ?? 0) / 1e9,
      9,
    );
  });

  test('are named and explained as Prometheus wants it', async () => {
    await using host = await startMetered({ gateway: { cache: {} } });
    await host.ask(question);
    const { metrics } = await host.scrape();
    expect(metrics.size).toBeGreaterThan(25);
    const kinds = { counter: /_total$/, gauge: /(?<!_total)$/, histogram: /_seconds$/ };
    for (const [name, { type, help }] of metrics) {
      expect(name).toMatch(/^vector_[a-z_]+$/);
      expect(`${name}: ${help}`).toMatch(/: [A-Z].{10,}\.$/);
      expect(name).toMatch(kinds[type as keyof typeof kinds]);
    }
  });
});
