import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../packages/core/src/protocol/answer.ts';
import type { Call } from '../../packages/core/src/protocol/call.ts';
import { systemClock } from '../../packages/core/src/protocol/clock.ts';
import { composeLayers, type Send } from '../../packages/core/src/protocol/layer.ts';
import { silentLogger } from '../../packages/core/src/protocol/logger.ts';
import { Attempt } from '../../packages/core/src/resilience/attempt.ts';
import { Breaker, withBreaker } from '../../packages/core/src/resilience/breaker.ts';
import { Deadlines } from '../../packages/core/src/resilience/deadlines.ts';
import { Slots, withSlots } from '../../packages/core/src/resilience/slots.ts';
import { quantile } from './statistics.ts';

/** Microseconds that both may cost a call, on a machine on which it takes a tenth of one without them. */
const most = 2;
const usual = 0.1;
/** Of one turn of the event loop, as a busy server has them. */
const batch = 50;
const batches = 200;
const rounds = 40;

const answering = Promise.resolve<Answer>({
  kind: 'verbatim',
  status: 200,
  headers: {},
  body: Buffer.alloc(0),
});
const send: Send = (_call, context) => {
  context.settle({ health: 'success' });
  return answering;
};
// Nothing here looks into the call.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const call = {} as Call;

/** Microseconds for one call; of a machine that has other things to do, the quiet rounds count. */
async function measure(target: Send, tenants: number): Promise<number> {
  const watch = new Deadlines(systemClock).watch(900_000);
  const timeouts = { queue: 1e6, connect: 1e6, firstByte: 1e6, idle: 1e6, write: 1e6 };
  const requests = Array.from({ length: tenants }, (_, index) => ({
    id: 'req',
    principal: { tenant: `tenant-${index}` },
    operation: 'chat' as const,
    model: 'gpt',
    stream: false,
    priority: 'interactive' as const,
  }));
  const parts = {
    target: { upstream: 'openai', model: 'gpt' },
    attempt: 1,
    isForced: false,
    startedAt: 0,
    logger: silentLogger,
    watch,
    timeouts,
  };
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let spent = 0;
    for (let first = 0; first < batches * batch; first += batch) {
      const start = performance.now();
      for (let index = first; index < first + batch; index++) {
        const request = requests[index % tenants];
        if (request !== undefined) void target(call, new Attempt({ ...parts, request }));
      }
      // What the breaker leaves to later is part of it.
      for (let turn = 0; turn < 3; turn++) await answering;
      spent += performance.now() - start;
    }
    times.push((spent * 1000) / (batches * batch));
  }
  watch.stop();
  return quantile(
    times.toSorted((one, other) => one - other),
    0.2,
  );
}

describe('slots and breaker together cost a call at most 2 µs', () => {
  test.each([
    ['nobody is told apart', 1000, 1],
    ['1,000 tenants have their shares', 800, 1000],
    ['5,000 tenants have their shares, and come and go', 800, 5000],
  ])('%s', async (what, tenantLimit, tenants) => {
    const rotation = new EventEmitter();
    const breaker = new Breaker(
      { failureRate: 0.5, minimumAttempts: 10, consecutiveFailures: 5, resetAfter: 10_000, window: 900_000 },
      { clock: systemClock, rotation, onChange: () => {} },
    );
    const slots = new Slots({ upstream: 'openai', limit: 1000, tenantLimit });
    const bare = await measure(send, tenants);
    const limited = await measure(composeLayers([withSlots(slots), withBreaker(breaker)], send), tenants);
    const cost = limited - bare;
    console.info(`slots and breaker, ${what}: ${cost.toFixed(2)} µs a call (${bare.toFixed(2)} without)`);
    // Both did their work.
    expect(slots).toMatchObject({ taken: 0, waiting: 0 });
    expect(breaker.counts.successes).toBe(batch * batches * rounds);
    breaker.close();
    // A slower machine is as slow in both.
    expect(cost).toBeLessThanOrEqual(most * Math.max(1, bare / usual));
  });
});
