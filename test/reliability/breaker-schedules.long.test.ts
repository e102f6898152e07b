import { createGateway, type Gateway } from '@vector-engine/core';
import {
  type ManualClock,
  manualClock,
  type RequestFault,
  type SimulatedUpstream,
  simulatedOpenAI,
} from '@vector-engine/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask, model, passTime, question, until, upstreamAt } from './support.ts';

const resetAfter = 10_000;
/** One after the other, at once, or with time passing: what a target may go through. */
type Step =
  | {
      readonly kind: 'calls';
      readonly count: number;
      readonly fault: RequestFault | undefined;
      readonly stream: boolean;
    }
  | { readonly kind: 'leave'; readonly count: number }
  | { readonly kind: 'time'; readonly milliseconds: number };

const faults: readonly (RequestFault | undefined)[] = [
  undefined,
  { type: 'reset-before-headers' },
  { type: 'hang' },
  { type: 'status', status: 500 },
  { type: 'status', status: 400 },
  { type: 'status', status: 429, headers: { 'retry-after': '1' } },
  { type: 'cut', afterEvents: 3, how: 'reset' },
];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('calls' as const),
      count: fc.integer({ min: 1, max: 8 }),
      fault: fc.constantFrom(...faults),
      stream: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('leave' as const), count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      milliseconds: fc.constantFrom(1, 500, resetAfter - 1, resetAfter, 100_000),
    }),
  },
);

async function play(
  schedule: readonly Step[],
  bench: { gateway: Gateway; clock: ManualClock; bad: SimulatedUpstream },
): Promise<void> {
  const { gateway, clock, bad } = bench;
  for (const current of schedule) {
    if (current.kind === 'time') {
      await clock.advance(current.milliseconds);
    } else if (current.kind === 'leave') {
      bad.fail({ type: 'hang' });
      await Promise.all(
        Array.from({ length: current.count }, async () => {
          const leave = new AbortController();
          const call = ask(gateway, question, { signal: leave.signal }).catch(() => undefined);
          await clock.advance(1);
          leave.abort();
          await call;
        }),
      );
    } else {
      if (current.fault === undefined) bad.heal();
      else bad.fail(current.fault);
      const calls = Array.from({ length: current.count }, async () => {
        const response = await ask(gateway, { ...question, stream: current.stream });
        await response.arrayBuffer();
      });
      await passTime(clock, Promise.all(calls), 2500);
    }
  }
}

describe('a bad target is left alone: no schedule of outcomes sticks', () => {
  it('whatever happened, a target that is well again gets calls again, and nothing is left behind', async () => {
    await using bad = await simulatedOpenAI();
    await using good = await simulatedOpenAI({ keepRequests: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (schedule) => {
        const clock = manualClock();
        await using gateway = createGateway({
          upstreams: { bad: upstreamAt(bad, { maxConcurrency: 4 }), good: upstreamAt(good) },
          models: { chat: [`bad/${model}`, `good/${model}`] },
          open: true,
          clock,
          breaker: { resetAfter },
          timeouts: { firstByte: 5000, idle: 5000 },
        });
        await play(schedule, { gateway, clock, bad });
        bad.heal();
        await until(() => gateway.stats().active === 0, 'the calls are over');
        // Longer than any rest of a key or of the breaker.
        await clock.advance(60_000);
        for (let index = 0; index < 2; index++) {
          const response = await passTime(clock, ask(gateway), 1);
          await response.arrayBuffer();
          expect(response.headers.get('x-vector-upstream')).toBe('bad');
        }
        const [target] = gateway.stats().targets;
        expect(target).toMatchObject({ breaker: 'closed', active: 0, waiting: 0, restingKeys: 0 });
      }),
      { numRuns: 60 },
    );
  });
});
