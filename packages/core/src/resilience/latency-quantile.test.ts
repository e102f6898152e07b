import { manualClock } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import { silentLogger } from '../protocol/logger.ts';
import { Attempt } from './attempt.ts';
import { Deadlines } from './deadlines.ts';
import { LatencyQuantile, TargetLatencies, withLatencies } from './latency-quantile.ts';
import { TargetLoad } from './target-load.ts';

function measured(values: Iterable<number>): LatencyQuantile {
  const quantile = new LatencyQuantile();
  for (const value of values) quantile.add(value);
  return quantile;
}

/** 1 to `count`, in an order without meaning. */
function shuffled(count: number): number[] {
  return Array.from({ length: count }, (_, index) => ((index * 7919) % count) + 1);
}

describe('what is usual for a target', () => {
  test('nothing is concluded from fewer than 40 measurements', () => {
    expect(measured(Array(39).fill(100)).read(0.95)).toBeUndefined();
    expect(measured(Array(40).fill(100)).read(0.95)).toBeGreaterThanOrEqual(100);
  });

  test.each([100, 400, 900])('of %i spread out, the 95th of a hundred is met to a tenth', (count) => {
    const exact = count * 0.95;
    const read = measured(shuffled(count)).read(0.95) ?? 0;
    expect(read).toBeGreaterThanOrEqual(exact * 0.99);
    expect(read).toBeLessThanOrEqual(exact * 1.1);
  });

  test('it follows a target that has become slower, and one that has become faster', () => {
    const quantile = measured(Array(2000).fill(100));
    for (let index = 0; index < 200; index++) quantile.add(1000);
    expect(quantile.read(0.95)).toBeGreaterThanOrEqual(1000);
    for (let index = 0; index < 8000; index++) quantile.add(10);
    expect(quantile.read(0.95)).toBeLessThan(12);
  });

  test('no time is too short or too long for it', () => {
    expect(measured(Array(50).fill(0)).read(0.95)).toBe(1);
    expect(measured(Array(50).fill(0.2)).read(0.95)).toBe(1);
    expect(measured(Array(50).fill(1e12)).read(0.95)).toBe(2 ** 20);
  });
});

describe('what is measured of a target', () => {
  const request = {
    id: 'req',
    principal: undefined,
    operation: 'chat',
    model: 'gpt',
    stream: true,
    priority: 'interactive',
  } as const;
  const timeouts = { queue: 1000, connect: 1000, firstByte: 1000, idle: 1000, write: 1000 };
  // Only whether it is a stream is looked at.
  const call = { stream: true } as never;
  const answer: Answer = { kind: 'verbatim', status: 200, headers: {}, body: Buffer.from('{}') };

  /** So many attempts that take so long, and then end like this. */
  async function measure(count: number, milliseconds: number, error?: GatewayError) {
    const clock = manualClock(0);
    const latencies = new TargetLatencies();
    const load = new TargetLoad(clock);
    const watch = new Deadlines(clock).watch(60_000);
    for (let attempt = 1; attempt <= count; attempt++) {
      const context = new Attempt({
        request,
        target: { upstream: 'a', model: 'gpt' },
        attempt,
        isForced: false,
        startedAt: 0,
        logger: silentLogger,
        watch,
        timeouts,
      });
      const ending = Promise.withResolvers<Answer>();
      const sent = withLatencies(latencies, load, clock)(() => ending.promise)(call, context);
      await clock.advance(milliseconds);
      if (error === undefined) ending.resolve(answer);
      else ending.reject(error);
      context.settle({ health: 'neutral', ...(error === undefined ? {} : { error }) });
      await sent.catch(() => undefined);
    }
    return { usual: latencies.p95(true) ?? 0, whole: latencies.p95(false), load: load.latency(true, 1) };
  }

  test('streams until they show something, and whole answers apart from them', async () => {
    const { usual, whole } = await measure(40, 100);
    expect(usual).toBeGreaterThanOrEqual(100);
    expect(usual).toBeLessThan(110);
    expect(whole).toBeUndefined();
  });

  test('one that was overtaken, or never spoke, took at least as long as it was waited for', async () => {
    const overtaken = await measure(40, 300, new GatewayError('VE_OVERTAKEN'));
    expect(overtaken.usual).toBeGreaterThanOrEqual(300);
    expect(overtaken.load).toBe(300);
    const silent = await measure(40, 300, new GatewayError('VE_UPSTREAM_TIMEOUT', { phase: 'firstByte' }));
    expect(silent.usual).toBeGreaterThanOrEqual(300);
  });

  test('one that failed, or that its caller left, tells nothing', async () => {
    for (const code of ['VE_UPSTREAM_STATUS', 'VE_CLIENT_CLOSED'] as const)
      expect((await measure(40, 5, new GatewayError(code))).usual).toBe(0);
  });
});
