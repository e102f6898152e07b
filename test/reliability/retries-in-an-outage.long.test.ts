// oxlint-disable vitest/expect-expect -- expectClose does
import { createGateway, type GatewayOptions } from '@vector-engine/core';
import { manualClock, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, passTime, refusal, requestsOf, runMany, upstreamAt, wholeAnswer } from './support.ts';

const calls = 2000;
const savings = 100;
/** A breaker that never opens: the retry budget stands alone. */
const noBreaker = { failureRate: 1, consecutiveFailures: 1_000_000 };

const optionsFor = (first: SimulatedUpstream, second: SimulatedUpstream) =>
  ({
    upstreams: { first: upstreamAt(first), second: upstreamAt(second) },
    models: { chat: [`first/${model}`, `second/${model}`] },
    open: true,
  }) as const satisfies GatewayOptions;

function expectClose(pauses: number[], expected: number[]): void {
  expect(pauses).toHaveLength(expected.length);
  for (const [index, pause] of pauses.entries()) {
    // The clock is moved on by whole milliseconds while bytes are on their way.
    expect(pause).toBeGreaterThanOrEqual(expected[index] ?? 0);
    expect(pause).toBeLessThanOrEqual((expected[index] ?? 0) + 15);
  }
}

describe('retries never make an outage worse', () => {
  it('2,000 calls against targets that all answer 503 make at most 1.2 times as many attempts', async () => {
    await using first = await replay(refusal(503));
    await using second = await replay(refusal(503));
    const clock = manualClock();
    await using gateway = createGateway({ ...optionsFor(first, second), clock, breaker: noBreaker });
    const answers = await passTime(
      clock,
      runMany(calls, 50, async () => {
        const response = await ask(gateway);
        await response.arrayBuffer();
        return response.status;
      }),
    );
    expect(new Set(answers)).toEqual(new Set([503]));
    expect(requestsOf(first, second)).toBeLessThanOrEqual(calls * 1.2 + savings);
    // The budget is there to be used: an outage that is short must be bridged.
    expect(requestsOf(first, second)).toBeGreaterThan(calls);
  });

  it('with the breaker at work the same outage costs the targets no more than the budget either', async () => {
    await using first = await replay(refusal(503));
    await using second = await replay(refusal(503));
    const clock = manualClock();
    await using gateway = createGateway({ ...optionsFor(first, second), clock });
    await passTime(
      clock,
      runMany(calls, 50, async () => (await ask(gateway)).arrayBuffer()),
    );
    expect(requestsOf(first, second)).toBeLessThanOrEqual(calls * 1.2 + savings);
  });

  it('an upstream that answers 429 with "retry-after: 0" is not asked again and again by one call', async () => {
    await using upstream = await replay(refusal(429, { 'retry-after': '0' }));
    const clock = manualClock();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { apiKey: ['sk-key-one', 'sk-key-two'] }) },
      models: { chat: `only/${model}` },
      open: true,
      clock,
      random: () => 0,
    });
    const response = await passTime(clock, ask(gateway));
    expect(response.status).toBe(429);
    // Both keys in each of three rounds.
    expect(upstream.requests.length).toBeLessThanOrEqual(6);
  });

  it('pauses between rounds have full jitter over a doubling range', async () => {
    const clock = manualClock();
    const pausesFor = async (random: () => number): Promise<number[]> => {
      await using server = await replay(refusal(503), { clock });
      await using gateway = createGateway({
        upstreams: { only: upstreamAt(server) },
        models: { chat: `only/${model}` },
        open: true,
        clock,
        random,
        retry: { rounds: 4 },
      });
      await passTime(clock, ask(gateway), 1);
      const at = server.requests.map(({ receivedAt }) => receivedAt);
      return at.slice(1).map((time, index) => time - (at[index] ?? 0));
    };
    expectClose(await pausesFor(() => 0), [0, 0, 0, 0]);
    expectClose(await pausesFor(() => 0.5), [50, 100, 200, 400]);
    expectClose(await pausesFor(() => 0.999), [99, 199, 399, 799]);
  });
});

describe('Retry-After is honoured within the deadline', () => {
  const start = Date.UTC(2026, 0, 1);
  const forms: readonly [form: string, headers: Record<string, string>][] = [
    ['seconds', { 'retry-after': '3' }],
    ['a date', { 'retry-after': new Date(start + 3000).toUTCString() }],
    ['retry-after-ms', { 'retry-after-ms': '3000', 'retry-after': '9' }],
  ];

  for (const status of [503, 429]) {
    for (const [form, headers] of forms) {
      it(`a ${status} that asks for three seconds in the form of ${form} is waited for`, async () => {
        const clock = manualClock(start);
        await using upstream = await replay([refusal(status, headers), wholeAnswer], { clock });
        await using gateway = createGateway({
          upstreams: { only: upstreamAt(upstream) },
          models: { chat: `only/${model}` },
          open: true,
          clock,
          random: () => 0,
        });
        const response = await passTime(clock, ask(gateway), 10);
        expect(response.status).toBe(200);
        expect(response.headers.get('x-vector-attempts')).toBe('2');
        const [before, after] = upstream.requests;
        const waited = (after?.receivedAt ?? 0) - (before?.receivedAt ?? 0);
        expect(waited).toBeGreaterThanOrEqual(2900);
        expect(waited).toBeLessThanOrEqual(3300);
      });
    }
  }

  it('a pause that would pass the deadline of the whole request is not begun, and the caller is told when to come', async () => {
    const clock = manualClock(start);
    await using upstream = await replay(refusal(503, { 'retry-after': '4' }), { clock });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
      clock,
      timeouts: { total: 2000 },
    });
    const response = await passTime(clock, ask(gateway), 1);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('4');
    expect(upstream.requests).toHaveLength(1);
    expect(clock.now() - start).toBeLessThan(1000);
  });

  it('a pause longer than the longest allowed is not waited for', async () => {
    const clock = manualClock(start);
    await using upstream = await replay(refusal(503, { 'retry-after': '60' }), { clock });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
      clock,
    });
    const response = await passTime(clock, ask(gateway), 1);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(upstream.requests).toHaveLength(1);
  });
});
