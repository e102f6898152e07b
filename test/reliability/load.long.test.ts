import { createGateway } from '@vector-engine/core';
import { type RequestFault, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { runFor, sampleRss } from './load.ts';
import { heapAtRest, mebibyte } from './memory.ts';
import { ask, model, percentile, question, startHost, until, upstreamAt } from './support.ts';

const listeners = (): number =>
  process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

describe('long runs are flat', () => {
  it('500 concurrent requests for a minute: no error, memory flat', { timeout: 120_000 }, async () => {
    await using first = await simulatedOpenAI({ keepRequests: 1 });
    await using second = await simulatedOpenAI({ keepRequests: 1 });
    await using gateway = createGateway({
      upstreams: { first: upstreamAt(first, { maxConcurrency: 300 }), second: upstreamAt(second) },
      models: { chat: [`first/${model}`, `second/${model}`] },
      open: true,
    });
    await using host = await startHost(gateway);
    let failures = 0;
    const call = async (index: number): Promise<void> => {
      const response = await fetch(`${host.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...question, stream: index % 2 === 0 }),
      });
      const text = await response.text();
      if (response.status !== 200 || text.includes('"error"')) failures++;
    };
    // Callers and upstreams live here, too: it takes half of the minute until the heap of all of them has found its size.
    await runFor(30_000, 500, call);
    const heapBefore = await heapAtRest();
    const load = runFor(30_000, 500, call);
    const rss = await sampleRss(load);
    expect(await load).toBeGreaterThan(5000);
    expect(failures).toBe(0);
    expect(rss.tenth(10) / rss.tenth(5)).toBeLessThanOrEqual(1.1);
    expect(((await heapAtRest()) - heapBefore) / mebibyte).toBeLessThanOrEqual(8);
    await until(() => gateway.stats().active === 0, 'everything is settled');
  });

  it('a soak of mixed traffic with faults: memory and listeners do not grow', {
    timeout: 120_000,
  }, async () => {
    const faults: readonly (RequestFault | undefined)[] = [
      undefined,
      undefined,
      undefined,
      undefined,
      { type: 'reset-before-headers' },
      { type: 'reset-after-headers' },
      { type: 'status', status: 500 },
      { type: 'status', status: 429, headers: { 'retry-after': '0' } },
      { type: 'status', status: 400 },
      { type: 'cut', afterEvents: 3, how: 'reset' },
      { type: 'cut', afterEvents: 1, how: 'close' },
      { type: 'garbage', content: 'sse' },
      { type: 'hang' },
      { type: 'gzip' },
      { type: 'write', chunkSize: 7 },
      { type: 'error-event', afterEvents: 3 },
    ];
    await using first = await simulatedOpenAI({ keepRequests: 1 });
    await using second = await simulatedOpenAI({ keepRequests: 1 });
    for (const [offset, upstream] of [first, second].entries())
      upstream.fail((_request, index) => faults[(index * 7 + offset * 5) % faults.length]);
    await using gateway = createGateway({
      upstreams: {
        first: upstreamAt(first, { apiKey: ['sk-key-one', 'sk-key-two'] }),
        second: upstreamAt(second),
      },
      models: { chat: [`first/${model}`, `second/${model}`] },
      open: true,
      timeouts: { firstByte: 200, idle: 200, total: 2000 },
      breaker: { resetAfter: 300 },
      retry: { longestPause: 50 },
    });
    let ended = 0;
    const off = gateway.on('end', () => {
      ended++;
    });
    const listenersBefore = listeners();
    const soak = runFor(50_000, 40, async (index) => {
      const body = { ...question, stream: index % 2 === 0, pad: 'x'.repeat((index * 37) % 20_000) };
      const leave = new AbortController();
      const call = ask(gateway, index % 50 === 0 ? { model: 'nobody' } : body, { signal: leave.signal });
      try {
        const response = await call;
        if (index % 11 === 0) leave.abort();
        await response.text();
      } catch {
        // Those who left, and answers that broke off.
      }
      // Where everybody is left alone for a moment, the loop must still turn.
      if (index % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    const rss = await sampleRss(soak);
    const calls = await soak;
    off();
    expect(calls).toBeGreaterThan(5000);
    expect(rss.tenth(10) / rss.tenth(2)).toBeLessThanOrEqual(1.1);
    expect(listeners()).toBe(listenersBefore);
    await until(() => gateway.stats().active === 0, 'everything is settled');
    expect(ended).toBe(calls);
    for (const target of gateway.stats().targets) expect(target).toMatchObject({ active: 0, waiting: 0 });
  });
});

describe('overload sheds early', () => {
  it('three times the capacity: rejected at once with Retry-After, goodput stays, and it recovers by itself', async () => {
    const slots = 20;
    const takes = 100;
    const seconds = 10;
    await using upstream = await simulatedOpenAI({ keepRequests: 1 });
    upstream.fail({ type: 'slow', headersAfter: takes });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { maxConcurrency: slots }) },
      models: { chat: `only/${model}` },
      open: true,
    });
    const good: number[] = [];
    const rejected: number[] = [];
    const told = new Set<string>();
    const one = async (): Promise<void> => {
      const start = performance.now();
      const response = await ask(gateway);
      await response.arrayBuffer();
      const took = performance.now() - start;
      if (response.status === 200) good.push(took);
      else rejected.push(took);
      told.add(`${response.status} ${response.headers.get('retry-after')}`);
    };
    const closedLoop = async (): Promise<number> => {
      good.length = 0;
      const start = performance.now();
      await runFor(2000, slots, one);
      return good.length / ((performance.now() - start) / 1000);
    };
    const peak = await closedLoop();
    good.length = 0;
    const calls: Promise<void>[] = [];
    const begun = performance.now();
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const elapsed = performance.now() - begun;
        const due = Math.min(elapsed, seconds * 1000) * ((3 * slots) / takes);
        while (calls.length < due) calls.push(one());
        if (elapsed < seconds * 1000) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
    await Promise.all(calls);
    const goodput = good.length / ((performance.now() - begun) / 1000);
    expect(goodput / peak).toBeGreaterThanOrEqual(0.9);
    expect(rejected.length).toBeGreaterThan(calls.length / 2);
    expect(percentile(rejected, 0.99)).toBeLessThanOrEqual(10);
    expect(told).toEqual(new Set(['200 null', '503 1']));
    const failed = rejected.length;
    expect((await closedLoop()) / peak).toBeGreaterThanOrEqual(0.9);
    expect(rejected).toHaveLength(failed);
  });
});
