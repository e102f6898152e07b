import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import type { Priority } from '../protocol/call.ts';
import { type Claim, Slots } from './slots.ts';

/** What may happen to a target. `index` picks one of those that it may happen to. */
type Step =
  | { readonly kind: 'take'; readonly tenant: string; readonly priority: Priority }
  | { readonly kind: 'release'; readonly index: number }
  | { readonly kind: 'leave'; readonly index: number };

const tenants = ['a', 'b', 'c', 'd'];
const priorities: readonly Priority[] = ['interactive', 'batch'];
const index = fc.nat(1000);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      tenant: fc.constantFrom(...tenants),
      priority: fc.constantFrom(...priorities),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('release' as const), index }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), index }) },
);

/** Anywhere from one slot for all to a share that is nearly everything. */
const sizes = fc
  .integer({ min: 1, max: 6 })
  .chain((limit) =>
    fc.record({ limit: fc.constant(limit), tenantLimit: fc.integer({ min: 1, max: limit }) }),
  );

interface Caller {
  readonly claim: Claim;
  readonly tenant: string;
  readonly number: number;
  state: 'waiting' | 'holding' | 'refused' | 'gone';
  leave: () => void;
}

/** The slots, and beside them what everybody knows of their own. */
class Bench {
  readonly slots: Slots;
  readonly limit: number;
  readonly tenantLimit: number;
  readonly callers: Caller[] = [];
  readonly served: Caller[] = [];

  constructor({ limit, tenantLimit }: { limit: number; tenantLimit: number }) {
    this.slots = new Slots({ upstream: 'openai', limit, tenantLimit });
    this.limit = limit;
    this.tenantLimit = tenantLimit;
  }

  those(state: Caller['state'], tenant?: string): Caller[] {
    return this.callers.filter(
      (caller) => caller.state === state && (tenant ?? caller.tenant) === caller.tenant,
    );
  }

  async play(current: Step): Promise<void> {
    if (current.kind === 'take') this.#take(current.tenant, current.priority);
    else {
      const among = this.those(current.kind === 'release' ? 'holding' : 'waiting');
      const caller = among[current.index % Math.max(1, among.length)];
      if (caller !== undefined) this.#end(caller);
    }
    // Whoever was told something has heard it.
    await new Promise((resolve) => setImmediate(resolve));
  }

  #take(tenant: string, priority: Priority): void {
    const claim: Claim = { principal: { tenant }, priority };
    const caller: Caller = {
      claim,
      tenant,
      number: this.callers.length,
      state: 'holding',
      leave: () => {},
    };
    this.callers.push(caller);
    if (this.slots.tryTake(claim)) return;
    caller.state = 'waiting';
    const cancelled = new GatewayError('VE_CLIENT_CLOSED');
    const waiting = this.slots.take(claim, (cancel) => {
      caller.leave = () => cancel(cancelled);
    });
    void this.#follow(caller, waiting, cancelled);
  }

  async #follow(caller: Caller, waiting: Promise<void>, cancelled: GatewayError): Promise<void> {
    try {
      await waiting;
      caller.state = 'holding';
      this.served.push(caller);
    } catch (error) {
      caller.state = error === cancelled ? 'gone' : 'refused';
    }
  }

  #end(caller: Caller): void {
    if (caller.state === 'waiting') caller.leave();
    else {
      caller.state = 'gone';
      this.slots.release(caller.claim);
    }
  }

  /** What is not as it must be, in words. */
  get wrongs(): string[] {
    const [holding, waiting] = [this.those('holding'), this.those('waiting')];
    const batch = waiting.filter(({ claim }) => claim.priority === 'batch');
    const { taken, waiting: inLine, batchWaiting } = this.slots;
    const rules: [wrong: boolean, words: string][] = [
      [taken !== holding.length, `${taken} slots are taken by ${holding.length}`],
      [inLine !== waiting.length, `${inLine} places are taken by ${waiting.length}`],
      [batchWaiting !== batch.length, `${batchWaiting} places are batch, of ${batch.length}`],
      [holding.length > this.limit, `${holding.length} have a slot`],
      [waiting.length > this.limit, `${waiting.length} wait`],
      ...tenants.flatMap((tenant) => this.#rulesOf(tenant, holding.length)),
    ];
    return rules.flatMap(([wrong, words]) => (wrong ? [words] : []));
  }

  #rulesOf(tenant: string, holding: number): [wrong: boolean, words: string][] {
    const held = this.those('holding', tenant).length;
    const waiting = this.those('waiting', tenant).length;
    const mayHaveOne = holding < this.limit && held < this.tenantLimit;
    return [
      [held > this.tenantLimit, `${tenant} has ${held} slots`],
      [waiting > this.tenantLimit, `${tenant} has ${waiting} places`],
      [mayHaveOne && waiting > 0, `${tenant} waits for a slot that is free and that it may have`],
    ];
  }
}

describe('Slots: no schedule of takes, releases and leaves, by any tenant and priority,', () => {
  test('leaks a slot, exceeds a limit, lets a free slot wait, or sticks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), sizes, async (schedule, size) => {
        const bench = new Bench(size);
        for (const current of schedule) {
          await bench.play(current);
          expect(bench.wrongs).toEqual([]);
        }
        // Whoever is left is served, one after the other, and then nothing is.
        while (bench.those('holding').length > 0) {
          await bench.play({ kind: 'release', index: 0 });
          expect(bench.wrongs).toEqual([]);
        }
        expect(bench.those('waiting')).toEqual([]);
        expect(bench.slots).toMatchObject({ taken: 0, waiting: 0, batchWaiting: 0 });
        for (const tenant of tenants) expect(bench.slots.isFullFor({ tenant })).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('serves the calls of one tenant and priority in another order than theirs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), sizes, async (schedule, size) => {
        const bench = new Bench(size);
        for (const current of schedule) await bench.play(current);
        for (const tenant of tenants) {
          for (const priority of priorities) {
            const numbers = bench.served
              .filter((caller) => caller.tenant === tenant && caller.claim.priority === priority)
              .map(({ number }) => number);
            expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('refuses anybody while there is a place in the line, or an interactive call while batch has one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), sizes, async (schedule, size) => {
        const bench = new Bench(size);
        for (const current of schedule) {
          const waiting = bench.those('waiting');
          const refused = bench.those('refused').length;
          await bench.play(current);
          const shed = bench.those('refused').slice(refused);
          if (bench.those('refused').length === refused || current.kind !== 'take') continue;
          const own = waiting.filter(({ tenant }) => tenant === current.tenant);
          expect(waiting.length === size.limit || own.length >= size.tenantLimit).toBe(true);
          const hasBatch = (among: readonly Caller[]): boolean =>
            among.some(({ claim }) => claim.priority === 'batch');
          const replaceable = own.length >= size.tenantLimit ? own : waiting;
          const newcomer = bench.callers.at(-1);
          const mayReplace = current.priority === 'interactive' && hasBatch(replaceable);
          expect(newcomer?.state).toBe(mayReplace ? 'waiting' : 'refused');
          expect(shed).toHaveLength(1);
          expect(!mayReplace || hasBatch(shed)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
