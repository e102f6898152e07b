import { manualClock } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import { Probe, type ProbeResult } from './probes.ts';

/** A look that the test answers. */
function setUp(every = 5000) {
  const clock = manualClock();
  const looks: { answer: (status: number) => void; fail: (error: GatewayError) => void; end: () => void }[] =
    [];
  const givenUp: string[] = [];
  const results: ProbeResult[] = [];
  const probe = new Probe({
    upstream: 'openai',
    every,
    clock,
    look: () => {
      const status = Promise.withResolvers<number>();
      const over = Promise.withResolvers<void>();
      looks.push({ answer: status.resolve, fail: status.reject, end: () => over.resolve() });
      return {
        status: status.promise,
        over: over.promise,
        giveUp: (reason) => {
          givenUp.push(reason.code);
          status.reject(reason);
          over.resolve();
        },
      };
    },
    onResult: (result) => results.push(result),
  });
  const answer = async (status: number): Promise<void> => {
    looks.at(-1)?.answer(status);
    looks.at(-1)?.end();
    await clock.advance(0);
  };
  return { clock, probe, looks, givenUp, results, answer };
}

describe('Probe', () => {
  test('looks after each interval, and not before the last look is over', async () => {
    const { clock, looks, answer } = setUp();
    expect(looks).toHaveLength(0);
    await clock.advance(4999);
    expect(looks).toHaveLength(0);
    await clock.advance(1);
    expect(looks).toHaveLength(1);
    await clock.advance(3000);
    await answer(200);
    await clock.advance(4999);
    expect(looks).toHaveLength(1);
    await clock.advance(1);
    expect(looks).toHaveLength(2);
  });

  test.each([
    [200, false],
    [401, false],
    [404, false],
    [429, false],
    [500, true],
    [503, true],
  ])('after a status of %d an upstream is down: %s', async (status, isDown) => {
    const { clock, probe, results, answer } = setUp();
    await clock.advance(5000);
    await answer(status);
    expect(probe.isDown).toBe(isDown);
    expect(results).toEqual([
      {
        outcome: isDown ? 'down' : 'up',
        status,
        error: undefined,
        milliseconds: expect.any(Number) as number,
      },
    ]);
  });

  test('is down until a look does not fail, and what could not be asked says nothing', async () => {
    const { clock, probe, looks, results, answer } = setUp();
    await clock.advance(5000);
    looks[0]?.fail(new GatewayError('VE_UPSTREAM_UNREACHABLE'));
    looks[0]?.end();
    await clock.advance(5000);
    expect(probe.isDown).toBe(true);
    looks[1]?.fail(new GatewayError('VE_UPSTREAM_KEY'));
    looks[1]?.end();
    await clock.advance(5000);
    expect(probe.isDown).toBe(true);
    await answer(200);
    expect(probe.isDown).toBe(false);
    expect(results.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['down', 'VE_UPSTREAM_UNREACHABLE'],
      ['unknown', 'VE_UPSTREAM_KEY'],
      ['up', undefined],
    ]);
  });

  test('who does not answer in time is down, and is looked at again', async () => {
    const { clock, probe, looks, givenUp, results } = setUp(60_000);
    await clock.advance(60_000);
    await clock.advance(9999);
    expect(results).toEqual([]);
    await clock.advance(1);
    expect(probe.isDown).toBe(true);
    expect(givenUp).toEqual(['VE_UPSTREAM_TIMEOUT']);
    await clock.advance(60_000);
    expect(looks).toHaveLength(2);
  });

  test('who answers and never ends is up, and its answer is given up', async () => {
    const { clock, probe, looks, givenUp } = setUp();
    await clock.advance(5000);
    looks[0]?.answer(200);
    await clock.advance(5000);
    expect(givenUp).toEqual(['VE_UPSTREAM_TIMEOUT']);
    expect(probe.isDown).toBe(false);
    await clock.advance(5000);
    expect(looks).toHaveLength(2);
  });

  test('closed, it ends what is under way, tells nothing of it, and leaves no timer', async () => {
    const { clock, probe, givenUp, results } = setUp();
    await clock.advance(5000);
    probe.close();
    await clock.advance(20_000);
    expect(givenUp).toEqual(['VE_CLOSING']);
    expect(results).toEqual([]);
    expect(clock.pending).toBe(0);
    const idle = setUp();
    idle.probe.close();
    expect(idle.clock.pending).toBe(0);
  });
});
