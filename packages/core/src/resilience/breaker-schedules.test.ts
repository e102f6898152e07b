import { EventEmitter } from 'node:events';
import { manualClock } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Breaker } from './breaker.ts';

const resetAfter = 1000;
type Health = 'success' | 'failure' | 'neutral';

/** What may happen to a breaker: calls of its own, time, a probe that succeeds, and word from another process. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('begin' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      index: fc.nat(20),
      health: fc.constantFrom<Health>('success', 'failure', 'neutral'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      milliseconds: fc.constantFrom(1, 500, resetAfter),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hurry' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('hear' as const), isProbe: fc.boolean() }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Begun {
  readonly isProbe: boolean;
  readonly report: ReturnType<Breaker['enter']>;
}

/** A breaker, and beside it what its calls know of themselves. */
class Bench {
  readonly clock = manualClock();
  readonly breaker: Breaker;
  readonly #begun: Begun[] = [];

  constructor() {
    this.breaker = new Breaker(
      { failureRate: 0.5, minimumAttempts: 3, consecutiveFailures: 2, resetAfter, window: 10_000 },
      { clock: this.clock, rotation: new EventEmitter(), onChange: () => {} },
    );
  }

  get probes(): number {
    return this.#begun.filter(({ isProbe }) => isProbe).length;
  }

  async play(current: Step): Promise<void> {
    switch (current.do) {
      case 'begin':
        if (this.breaker.admits()) this.#begin();
        break;
      case 'end':
        this.#begun
          .splice(current.index % Math.max(1, this.#begun.length), 1)[0]
          ?.report({ health: current.health });
        break;
      case 'wait':
        await this.clock.advance(current.milliseconds);
        break;
      case 'hurry':
        this.breaker.hurry();
        break;
      case 'hear':
        this.breaker.openFor(resetAfter, current.isProbe);
        break;
    }
    await turn();
  }

  #begin(): void {
    const isProbe = this.breaker.state === 'half-open';
    this.#begun.push({ isProbe, report: this.breaker.enter() });
  }

  /** Every attempt has a deadline: all of them end. */
  async endAll(): Promise<void> {
    for (const { report } of this.#begun.splice(0)) report({ health: 'failure' });
    await turn();
  }
}

describe('Breaker: no schedule of outcomes, time, probes and word from others', () => {
  test('sends two probes at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (schedule) => {
        const bench = new Bench();
        for (const current of schedule) {
          await bench.play(current);
          expect(bench.probes).toBeLessThanOrEqual(1);
          // While one is under way, nobody else may go.
          const isTrying = bench.probes === 1 && bench.breaker.state !== 'closed';
          expect(isTrying && bench.breaker.admits()).toBe(false);
        }
        bench.breaker.close();
      }),
      { numRuns: 150 },
    );
  });

  test('sticks: left alone for long enough, somebody may try, and success closes it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (schedule) => {
        const bench = new Bench();
        for (const current of schedule) await bench.play(current);
        await bench.endAll();
        await bench.clock.advance(2 * resetAfter);
        expect(bench.breaker.admits()).toBe(true);
        bench.breaker.enter()({ health: 'success' });
        await turn();
        expect(bench.breaker.state).toBe('closed');
        bench.breaker.close();
      }),
      { numRuns: 150 },
    );
  });
});

/** Open, with its whole time before it. */
async function startOpen(): Promise<Bench> {
  const bench = new Bench();
  for (let failure = 0; failure < 2; failure++) {
    await bench.play({ do: 'begin' });
    await bench.play({ do: 'end', index: 0, health: 'failure' });
  }
  return bench;
}

describe('Breaker.hurry', () => {
  test('lets one try at once, and not another if that fails', async () => {
    const bench = await startOpen();
    const { breaker, clock } = bench;
    expect(breaker.state).toBe('open');
    expect(breaker.admits()).toBe(false);
    breaker.hurry();
    expect(breaker.admits()).toBe(true);
    await bench.play({ do: 'begin' });
    await bench.play({ do: 'end', index: 0, health: 'failure' });
    breaker.hurry();
    expect(breaker.admits()).toBe(false);
    await clock.advance(resetAfter);
    expect(breaker.admits()).toBe(true);
    await bench.play({ do: 'begin' });
    await bench.play({ do: 'end', index: 0, health: 'success' });
    expect(breaker.state).toBe('closed');
    breaker.close();
  });

  test('does nothing to one that is closed', () => {
    const bench = new Bench();
    bench.breaker.hurry();
    expect(bench.breaker.state).toBe('closed');
    expect(bench.breaker.admits()).toBe(true);
    bench.breaker.close();
  });
});
