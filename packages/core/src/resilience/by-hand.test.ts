import { EventEmitter } from 'node:events';
import { manualClock } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callOf } from '../../test/resilience-world.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call } from '../protocol/call.ts';
import type { CallContext, Outcome } from '../protocol/layer.ts';
import { Breaker, withBreaker } from './breaker.ts';
import { isOfWhatIsThere } from './drain.ts';

const resetAfter = 1000;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const clock = manualClock();
  const told: string[] = [];
  const others: number[] = [];
  const breaker = new Breaker(
    { failureRate: 0.5, minimumAttempts: 10, consecutiveFailures: 3, resetAfter, window: 10_000 },
    {
      clock,
      rotation: new EventEmitter(),
      onChange: (state, byHand) => told.push(byHand === undefined ? state : `${state} by ${byHand}`),
      onOpen: (milliseconds) => others.push(milliseconds),
    },
  );
  const attempt = async (health: Outcome['health'], times = 1): Promise<void> => {
    for (let time = 0; time < times; time++) {
      breaker.enter()({ health });
      await turn();
    }
  };
  return { clock, breaker, told, others, attempt };
}

describe('a breaker that is opened by hand', () => {
  test('stays open however long it takes, and lets no probe through', async () => {
    const { clock, breaker, told } = setUp();
    breaker.holdOpen();
    breaker.hurry();
    await clock.advance(1000 * resetAfter);
    breaker.hurry();
    breaker.openFor(1, true);
    expect([breaker.admits(), breaker.state, breaker.byHand]).toEqual([false, 'open', 'open']);
    expect(breaker.reopensAt).toBeGreaterThan(clock.now() + 1e12);
    expect(told).toEqual(['open by open']);
  });

  test('is told to no other process', () => {
    const { breaker, others } = setUp();
    breaker.holdOpen();
    expect(others).toEqual([]);
  });

  test('is not closed by what was under way and succeeds', async () => {
    const { breaker, attempt } = setUp();
    const late = breaker.enter();
    breaker.holdOpen();
    late({ health: 'success' });
    await attempt('success', 5);
    expect(breaker.admits()).toBe(false);
  });

  test('is not closed by a probe that was under way and succeeds', async () => {
    const { clock, breaker, attempt } = setUp();
    await attempt('failure', 3);
    await clock.advance(resetAfter);
    expect(breaker.admits()).toBe(true);
    const probe = breaker.enter();
    breaker.holdOpen();
    probe({ health: 'success' });
    await turn();
    expect([breaker.state, breaker.admits()]).toEqual(['open', false]);
  });

  test('is closed by hand, and opens again by itself as ever', async () => {
    const { clock, breaker, told, others, attempt } = setUp();
    breaker.holdOpen();
    breaker.letGo();
    expect([breaker.admits(), breaker.state, breaker.byHand]).toEqual([true, 'closed', undefined]);
    await attempt('failure', 3);
    expect(breaker.admits()).toBe(false);
    await clock.advance(resetAfter);
    expect(breaker.admits()).toBe(true);
    expect(told).toEqual(['open by open', 'closed by close', 'open', 'half-open']);
    expect(others).toEqual([resetAfter]);
  });

  test('was open already: it is held, and told once', async () => {
    const { clock, breaker, told, attempt } = setUp();
    await attempt('failure', 3);
    breaker.holdOpen();
    breaker.holdOpen();
    await clock.advance(resetAfter);
    expect(breaker.admits()).toBe(false);
    expect(told).toEqual(['open', 'open by open']);
  });
});

describe('a breaker that is drained', () => {
  test('admits nothing, counts what ends meanwhile, and goes on with that when it is closed', async () => {
    const { clock, breaker, told, attempt } = setUp();
    await attempt('success', 2);
    const late = breaker.enter();
    breaker.drain();
    await clock.advance(100 * resetAfter);
    breaker.hurry();
    late({ health: 'success' });
    await turn();
    expect([breaker.admits(), breaker.state]).toEqual([false, 'closed']);
    expect(breaker.counts.successes).toBe(3);
    breaker.letGo();
    expect(breaker.admits()).toBe(true);
    expect(breaker.counts.successes).toBe(3);
    expect(told).toEqual(['closed by drain', 'closed by close']);
  });

  test('may have been opened by hand before', () => {
    const { breaker, told } = setUp();
    breaker.holdOpen();
    breaker.drain();
    expect([breaker.state, breaker.byHand]).toEqual(['open', 'drain']);
    breaker.letGo();
    expect([breaker.state, breaker.admits()]).toEqual(['closed', true]);
    expect(told).toEqual(['open by open', 'open by drain', 'closed by close']);
  });
});

test('closing by hand what is closed changes nothing, and closes what has opened by itself', async () => {
  const { breaker, told, attempt } = setUp();
  breaker.letGo();
  expect(told).toEqual([]);
  await attempt('failure', 3);
  breaker.letGo();
  expect([breaker.state, breaker.admits()]).toEqual(['closed', true]);
  await attempt('failure', 2);
  expect(breaker.admits()).toBe(true);
  expect(told).toEqual(['open', 'closed by close']);
});

test('whatever happens, nothing is admitted while it is held, and calls are once it is let go', async () => {
  const act = fc.constantFrom('open', 'drain', 'success', 'failure', 'late', 'hurry', 'other', 'time');
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
      const { clock, breaker } = setUp();
      const late: ((outcome: Outcome) => void)[] = [];
      for (const one of acts) {
        if (one === 'open') breaker.holdOpen();
        else if (one === 'drain') breaker.drain();
        else if (one === 'hurry') breaker.hurry();
        else if (one === 'other') breaker.openFor(resetAfter, false);
        else if (one === 'time') await clock.advance(resetAfter);
        else if (one === 'late') late.shift()?.({ health: late.length % 2 === 0 ? 'success' : 'failure' });
        else if (breaker.admits()) late.push(breaker.enter());
        else continue;
        if (one === 'success' || one === 'failure') late.at(-1)?.({ health: one });
        await turn();
        const { byHand, state } = breaker;
        expect([one, byHand !== undefined && breaker.admits()]).toEqual([one, false]);
        expect([one, byHand === 'open' ? state : 'open']).toEqual([one, 'open']);
      }
      breaker.letGo();
      expect([breaker.admits(), breaker.state, breaker.byHand]).toEqual([true, 'closed', undefined]);
      for (const report of late) report({ health: 'failure' });
      await turn();
      breaker.close();
    }),
    { numRuns: 200 },
  );
});

describe('a call that comes to its target after it was drained', () => {
  const chat = callOf({
    id: 'req',
    principal: undefined,
    operation: 'chat',
    model: 'gpt',
    stream: false,
    priority: 'interactive',
  });
  const native = { method: 'GET', path: '/videos/1', body: undefined, type: undefined };
  const answer: Answer = { kind: 'verbatim', status: 200, headers: {}, body: Buffer.alloc(0) };
  const send = (breaker: Breaker, call: Call, isForced: boolean): Promise<unknown> => {
    const context: Pick<CallContext, 'isForced' | 'onSettled' | 'target'> = {
      isForced,
      onSettled: () => {},
      target: { upstream: 'a', model: 'gpt' },
    };
    // A breaker asks for no more of it.
    return withBreaker(breaker)(() => Promise.resolve(answer))(call, context as CallContext);
  };

  test('is refused in passing, also where it is forced', async () => {
    const { breaker } = setUp();
    breaker.drain();
    for (const isForced of [false, true])
      await expect(send(breaker, chat, isForced)).rejects.toMatchObject({
        code: 'VE_UPSTREAM_DRAINED',
        failure: { retry: 'elsewhere', health: 'neutral', sent: false },
      });
  });

  test('goes there where it is about what is there already', async () => {
    const { breaker } = setUp();
    breaker.drain();
    const about: readonly Partial<Call>[] = [{ native }, { stored: { method: 'GET', path: '/resp_1' } }];
    for (const fields of about)
      await expect(send(breaker, { ...chat, ...fields }, true)).resolves.toBe(answer);
    const passing = { accept: '*/*', isMetered: false };
    expect(isOfWhatIsThere({ stored: undefined, native: { ...native, passing } })).toBe(false);
  });

  test('goes to the least bad all the same where that is only open', async () => {
    const { breaker } = setUp();
    breaker.holdOpen();
    await expect(send(breaker, chat, false)).rejects.toMatchObject({ code: 'VE_TARGET_BUSY' });
    await expect(send(breaker, chat, true)).resolves.toBe(answer);
  });
});
