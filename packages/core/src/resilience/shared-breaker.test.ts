import { EventEmitter } from 'node:events';
import { manualClock } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { Breaker } from './breaker.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const clock = manualClock();
  const opened: [milliseconds: number, isProbe: boolean][] = [];
  const states: string[] = [];
  const breaker = new Breaker(
    { failureRate: 0.5, minimumAttempts: 10, consecutiveFailures: 3, resetAfter: 1000, window: 10_000 },
    {
      clock,
      rotation: new EventEmitter(),
      onChange: (state) => states.push(state),
      onOpen: (...facts) => opened.push(facts),
    },
  );
  const attempt = async (health: 'success' | 'failure', times = 1): Promise<void> => {
    for (let time = 0; time < times; time++) {
      if (breaker.admits()) breaker.enter()({ health });
      await turn();
    }
  };
  return { clock, opened, states, breaker, attempt };
}

describe('a breaker that another process opens', () => {
  test('is open for as long as it was told, then lets one probe go, whose success closes it', async () => {
    const { breaker, clock, attempt, states } = setUp();
    await attempt('success', 20);
    breaker.openFor(5000, false);
    expect(breaker.state).toBe('open');
    await clock.advance(4999);
    expect(breaker.admits()).toBe(false);
    await clock.advance(1);
    expect(breaker.admits()).toBe(true);
    const probe = breaker.enter();
    expect(breaker.admits()).toBe(false);
    probe({ health: 'success' });
    await turn();
    expect(states).toEqual(['open', 'half-open', 'closed']);
    breaker.close();
  });

  test('is open for its own time when it opens by itself afterwards', async () => {
    const { breaker, clock, attempt, opened } = setUp();
    breaker.openFor(5000, false);
    await clock.advance(5000);
    await attempt('failure');
    expect(breaker.state).toBe('open');
    expect(breaker.reopensAt - clock.now()).toBe(1000);
    expect(opened).toEqual([
      [5000, false],
      [1000, true],
    ]);
    breaker.close();
  });

  test('neither success nor failure of a call from before changes it', async () => {
    const { breaker, clock } = setUp();
    const [early, other] = [breaker.enter(), breaker.enter()];
    breaker.openFor(1000, false);
    early({ health: 'success' });
    other({ health: 'failure' });
    await turn();
    expect(breaker.state).toBe('open');
    expect(breaker.reopensAt - clock.now()).toBe(1000);
    breaker.close();
  });

  test('that is open stays so at least as long, and never less', async () => {
    const { breaker, clock, attempt } = setUp();
    await attempt('failure', 3);
    breaker.openFor(500, false);
    expect(breaker.reopensAt - clock.now()).toBe(1000);
    breaker.openFor(3000, false);
    expect(breaker.reopensAt - clock.now()).toBe(3000);
    breaker.close();
  });

  test('waits for its own probe where one is to say', async () => {
    const { breaker, clock, attempt } = setUp();
    await attempt('failure', 3);
    await clock.advance(1000);
    expect(breaker.admits()).toBe(true);
    const probe = breaker.enter();
    breaker.openFor(1000, false);
    expect(breaker.state).toBe('half-open');
    probe({ health: 'success' });
    await turn();
    expect(breaker.state).toBe('closed');
    breaker.close();
  });
});

describe("another's failed probe", () => {
  test('opens the breaker of a process that knows nothing of the target', () => {
    const { breaker } = setUp();
    breaker.openFor(1000, true);
    expect(breaker.state).toBe('open');
    breaker.close();
  });

  test('is nothing to one whose own calls succeed: a fleet does not wait for its unluckiest member', async () => {
    const { breaker, attempt } = setUp();
    await attempt('success');
    breaker.openFor(1000, true);
    expect(breaker.state).toBe('closed');
    breaker.close();
  });

  test('does not put off the probe of one that is open', async () => {
    const { breaker, clock, attempt } = setUp();
    await attempt('failure', 3);
    breaker.openFor(9000, true);
    expect(breaker.reopensAt - clock.now()).toBe(1000);
    breaker.close();
  });
});
