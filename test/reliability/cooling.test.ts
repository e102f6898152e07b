import { createGateway, type GatewayOptions } from '@vector-engine/core';
import { type ManualClock, manualClock, replay, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, passTime, question, refusal, upstreamAt } from './support.ts';

/** With nothing else that can be read: OpenAI says it twice. */
const limited = (headers: Record<string, string>) =>
  ({ type: 'status', status: 429, headers: { 'retry-after-ms': '-', ...headers } }) as const;

/** How long a call took, and what it came to; times are the gateway's. */
async function timeCall(
  gateway: ReturnType<typeof createGateway>,
  clock: ManualClock,
  init: RequestInit = {},
): Promise<{ took: number; status: number; retryAfter: string | null }> {
  const start = clock.now();
  const response = await passTime(clock, ask(gateway, question, init), 10);
  await response.arrayBuffer();
  return {
    took: clock.now() - start,
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
  };
}

const within = (timeout: string): RequestInit => ({
  headers: { 'content-type': 'application/json', 'x-vector-timeout': timeout },
});

async function startBench(options: Partial<GatewayOptions> = {}) {
  const clock = manualClock();
  const upstream = await simulatedOpenAI();
  const gateway = createGateway({
    upstreams: { only: upstreamAt(upstream, { apiKey: ['sk-key-one', 'sk-key-two'] }) },
    models: { chat: `only/${model}` },
    clock,
    random: () => 0,
    ...options,
    open: true,
  } as GatewayOptions);
  return {
    clock,
    upstream,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await upstream.close();
    },
  };
}

describe('when every key is over its limit, the soonest is waited for', () => {
  it('a call that meets the limits itself is answered when the first key may be used again', async () => {
    await using bench = await startBench();
    const { upstream, gateway, clock } = bench;
    upstream.fail((_request, index) => limited({ 'retry-after': index === 0 ? '7' : '3' }), { times: 2 });
    const { took, status } = await timeCall(gateway, clock);
    expect(status).toBe(200);
    expect(took).toBeGreaterThanOrEqual(3000);
    expect(took).toBeLessThan(3100);
    expect(upstream.requests).toHaveLength(3);
  });

  it('so is a call that comes while they rest, without an attempt in vain, and without a slot', async () => {
    await using bench = await startBench({ retry: { rounds: 0 } });
    const { upstream, gateway, clock } = bench;
    upstream.fail(limited({ 'retry-after': '5' }), { times: 2 });
    expect((await timeCall(gateway, clock)).status).toBe(429);
    await clock.advance(1000);
    const before = clock.now();
    const waiting = ask(gateway);
    await clock.advance(2000);
    expect(gateway.stats().targets[0]).toMatchObject({ active: 0, waiting: 0, restingKeys: 2 });
    const response = await passTime(clock, waiting, 10);
    expect(response.status).toBe(200);
    expect(clock.now() - before).toBeGreaterThanOrEqual(3900);
    expect(clock.now() - before).toBeLessThan(4200);
    expect(upstream.requests).toHaveLength(3);
  });

  it.each([
    ['the longest pause', { retry: { rounds: 0, longestPause: 3000 } }, {}],
    ['the deadline of the gateway', { retry: { rounds: 0 }, timeouts: { total: 3000 } }, {}],
    ['the deadline of the caller', { retry: { rounds: 0 } }, within('3')],
  ] as const)(
    'but not for longer than %s: then it is told at once when to come back',
    async (_what, options, init) => {
      await using bench = await startBench(options);
      const { upstream, gateway, clock } = bench;
      upstream.fail(limited({ 'retry-after': '5' }), { times: 2 });
      await timeCall(gateway, clock);
      const { took, status, retryAfter } = await timeCall(gateway, clock, init);
      expect({ status, retryAfter }).toEqual({ status: 429, retryAfter: '5' });
      expect(took).toBeLessThan(200);
      expect(upstream.requests).toHaveLength(2);
    },
  );

  it.each([
    ['retry-after in seconds', { 'retry-after': '4' }],
    ['retry-after-ms', { 'retry-after-ms': '4000' }],
    ['a date', { 'retry-after': new Date(Date.UTC(2030, 0, 1, 0, 0, 4)).toUTCString() }],
  ])('%s is understood', async (_what, headers) => {
    const clock = manualClock(Date.UTC(2030, 0, 1));
    await using bench = await startBench({ clock });
    bench.upstream.fail(limited(headers), { times: 2 });
    const { took, status } = await timeCall(bench.gateway, clock);
    expect(status).toBe(200);
    expect(took).toBeGreaterThanOrEqual(3900);
    expect(took).toBeLessThan(4200);
  });

  it('500 callers who wait for the same key do not come all at once, and all are answered', async () => {
    let seed = 1;
    const random = (): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    await using bench = await startBench({ random, retry: { rounds: 0 } });
    const { upstream, gateway, clock } = bench;
    upstream.fail(limited({ 'retry-after': '8' }), { times: 2 });
    await timeCall(gateway, clock);
    upstream.requests.length = 0;
    const sent: number[] = [];
    gateway.on('attempt', () => sent.push(clock.now()));
    const start = clock.now();
    const responses = await passTime(clock, Promise.all(Array.from({ length: 500 }, () => ask(gateway))), 10);
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    const times = sent.map((time) => time - start);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(7900);
    // In no tenth of the two seconds over which they come are there twice as many as there should be.
    const tenths = Map.groupBy(times, (time) => Math.floor((time - 8000) / 200));
    for (const inTenth of tenths.values()) expect(inTenth.length).toBeLessThan(100);
  });

  it('who leaves while it waits is gone at once', async () => {
    await using bench = await startBench({ retry: { rounds: 0 } });
    const { upstream, gateway, clock } = bench;
    upstream.fail(limited({ 'retry-after': '8' }), { times: 2 });
    await timeCall(gateway, clock);
    const leave = new AbortController();
    const call = ask(gateway, question, { signal: leave.signal });
    await clock.advance(100);
    expect(gateway.stats().active).toBe(1);
    leave.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await clock.advance(0);
    expect(gateway.stats().active).toBe(0);
    await clock.advance(20_000);
    expect(upstream.requests).toHaveLength(2);
  });

  it('a refused key is none that comes back: it is tried at once', async () => {
    const clock = manualClock();
    await using upstream = await replay(refusal(401));
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
      clock,
    });
    for (let call = 0; call < 2; call++) {
      const { took, status } = await timeCall(gateway, clock);
      expect(status).toBe(502);
      expect(took).toBeLessThan(200);
    }
    expect(upstream.requests).toHaveLength(2);
  });
});
