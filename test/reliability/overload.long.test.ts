import { createGateway } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { runFor } from './load.ts';
import { ask, model, percentile, upstreamAt } from './support.ts';

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
