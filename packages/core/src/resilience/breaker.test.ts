import { EventEmitter } from 'node:events';
import { manualClock } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Breaker, type BreakerOptions } from './breaker.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(options: Partial<BreakerOptions> = {}) {
  const clock = manualClock();
  const rotation = new EventEmitter();
  const states: string[] = [];
  const breaker = new Breaker(
    {
      failureRate: 0.5,
      minimumAttempts: 10,
      consecutiveFailures: 5,
      resetAfter: 1000,
      window: 10_000,
      ...options,
    },
    { clock, rotation, onChange: (state) => states.push(state) },
  );
  const attempt = async (health: 'success' | 'failure' | 'neutral', times = 1): Promise<void> => {
    for (let time = 0; time < times && breaker.admits(); time++) {
      breaker.enter()({ health });
      await turn();
    }
  };
  const rotate = (): void => {
    rotation.emit('rotate');
    rotation.emit('rotated');
  };
  return { clock, rotation, states, breaker, attempt, rotate };
}

describe('Breaker', () => {
  test('opens after as many failures in a row, and not one earlier', async () => {
    const { breaker, attempt, states } = setUp();
    await attempt('failure', 4);
    await attempt('success');
    await attempt('failure', 4);
    expect(breaker.admits()).toBe(true);
    await attempt('failure');
    expect(breaker.admits()).toBe(false);
    expect(states).toEqual(['open']);
    breaker.close();
  });

  test('opens on the rate of failures once there are enough attempts', async () => {
    const { breaker, attempt, states } = setUp({ minimumAttempts: 6 });
    for (let pair = 0; pair < 2; pair++) {
      await attempt('failure', 2);
      await attempt('success');
    }
    expect(breaker.counts).toEqual({ successes: 2, failures: 4 });
    await attempt('failure', 2);
    expect(states).toEqual(['open']);
    breaker.close();
  });

  test('neutral outcomes, a 429 say, are no failures', async () => {
    const { breaker, attempt } = setUp({ minimumAttempts: 1, consecutiveFailures: 2 });
    await attempt('neutral', 50);
    expect(breaker.state).toBe('closed');
    breaker.close();
  });

  test('forgets what has left the window', async () => {
    const { breaker, attempt, rotate } = setUp({ minimumAttempts: 4, consecutiveFailures: 100 });
    await attempt('failure', 3);
    for (let bucket = 0; bucket < 10; bucket++) rotate();
    expect(breaker.counts).toEqual({ successes: 0, failures: 0 });
    await attempt('failure', 3);
    expect(breaker.state).toBe('closed');
    breaker.close();
  });

  test('lets exactly one of 200 calls through when its time has come', async () => {
    const { breaker, attempt, clock, states } = setUp();
    await attempt('failure', 5);
    await clock.advance(999);
    expect(breaker.admits()).toBe(false);
    await clock.advance(1);
    let probes = 0;
    for (let call = 0; call < 200; call++) {
      if (!breaker.admits()) continue;
      breaker.enter();
      probes++;
    }
    expect(probes).toBe(1);
    expect(breaker.state).toBe('half-open');
    expect(states).toEqual(['open', 'half-open']);
    breaker.close();
  });

  test.each([
    ['success', 'closed'],
    ['failure', 'open'],
    ['neutral', 'open'],
  ] as const)('a probe that ends in %s leaves it %s', async (health, state) => {
    const { breaker, attempt, clock } = setUp();
    await attempt('failure', 5);
    await clock.advance(1000);
    expect(breaker.admits()).toBe(true);
    await attempt(health);
    expect(breaker.state).toBe(state);
    expect(breaker.admits()).toBe(state === 'closed');
    breaker.close();
  });

  test('outcomes of calls that began before it opened neither close it nor count', async () => {
    const { breaker, attempt, clock, states } = setUp();
    const early = [breaker.enter(), breaker.enter()];
    await attempt('failure', 5);
    await clock.advance(1000);
    breaker.admits();
    const probe = breaker.enter();
    for (const report of early) report({ health: 'success' });
    await turn();
    expect(breaker.state).toBe('half-open');
    probe({ health: 'success' });
    await turn();
    expect(breaker.state).toBe('closed');
    expect(states).toEqual(['open', 'half-open', 'closed']);
    breaker.close();
  });

  test('no schedule of outcomes sticks: left alone for long enough, it lets somebody try, and success closes it', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('begin' as const) }),
      fc.record({
        do: fc.constant('end' as const),
        index: fc.nat(20),
        health: fc.constantFrom('success' as const, 'failure' as const, 'neutral' as const),
      }),
      fc.record({ do: fc.constant('wait' as const), milliseconds: fc.constantFrom(1, 500, 1000) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { breaker, clock } = setUp({ consecutiveFailures: 2, minimumAttempts: 3 });
        const open: ReturnType<Breaker['enter']>[] = [];
        for (const action of steps) {
          if (action.do === 'begin' && breaker.admits()) open.push(breaker.enter());
          if (action.do === 'end')
            open.splice(action.index % Math.max(open.length, 1), 1)[0]?.({ health: action.health });
          if (action.do === 'wait') await clock.advance(action.milliseconds);
          else await turn();
        }
        // Every attempt has a deadline: all of them end.
        for (const report of open) report({ health: 'failure' });
        await turn();
        await clock.advance(1000);
        expect(breaker.admits()).toBe(true);
        breaker.enter()({ health: 'success' });
        await turn();
        expect(breaker.state).toBe('closed');
        breaker.close();
      }),
      { numRuns: 60 },
    );
  });

  test('closing leaves no listener behind', async () => {
    const { breaker, attempt, clock, rotation } = setUp();
    await attempt('failure', 5);
    await clock.advance(1000);
    breaker.admits();
    breaker.close();
    expect(rotation.eventNames().map((name) => rotation.listenerCount(name))).toEqual([]);
  });
});
