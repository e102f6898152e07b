import { checkLimits, manualClock } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryLimits, type OpenCounter, type OpenPlace, over } from './memory-limits.ts';

test('passes every check of a store of limits', async () => {
  const clock = manualClock();
  const findings = await checkLimits(memoryLimits({ clock }), { pass: (time) => clock.advance(time) });
  expect(findings.filter(({ passed }) => !passed)).toEqual([]);
  expect(findings).toHaveLength(15);
});

const window = 60_000;
const counter = { key: 'a', limit: 10, window };

/** A clock that is set to a time, also back. */
function settableClock() {
  const state = { time: 1_000_000 };
  return { state, clock: { ...manualClock(), now: () => state.time } };
}

/** What windows let through, worked out another way: by what was said of each taking since the window began. */
class Ledger {
  readonly #limit: number;
  #end = 0;
  readonly #amounts = new Map<number, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  hasRoom(amount: number, now: number): boolean {
    const used = this.#end <= now ? 0 : [...this.#amounts.values()].reduce((sum, each) => sum + each, 0);
    return used + Math.min(amount, this.#limit) <= this.#limit;
  }

  write(id: number, amount: number, now: number): number {
    if (this.#end <= now) {
      this.#end = now + window;
      this.#amounts.clear();
    }
    this.#amounts.set(id, Math.min(amount, this.#limit));
    return this.#end;
  }

  correct(id: number, used: number): void {
    if (this.#amounts.has(id)) this.#amounts.set(id, used);
  }
}

const step = fc.oneof(
  fc.record({ type: fc.constant('take' as const), amount: fc.integer({ min: 1, max: 25 }) }),
  fc.record({ type: fc.constant('settle' as const), used: fc.integer({ min: 0, max: 25 }) }),
  fc.record({ type: fc.constant('wait' as const), time: fc.integer({ min: 0, max: 50_000 }) }),
);

test('whatever comes in between, no window lets more through than the limit', async () => {
  const run = async (steps: readonly (typeof step extends fc.Arbitrary<infer One> ? One : never)[]) => {
    const { state, clock } = settableClock();
    const store = memoryLimits({ clock });
    const counters = [7, 20].map((limit, index) => ({ key: `c${index}`, limit, window }));
    const ledgers = counters.map(({ limit }) => new Ledger(limit));
    const taken: { readonly id: number; readonly amount: number; readonly end: readonly number[] }[] = [];
    const found: unknown[] = [];
    const expected: unknown[] = [];
    for (const [id, one] of steps.entries()) {
      if (one.type === 'wait') state.time += one.time;
      if (one.type === 'take') {
        const { refusedBy, states } = await store.take(counters.map((each) => ({ ...each, ...one })));
        const fits = ledgers.every((each) => each.hasRoom(one.amount, state.time));
        found.push(refusedBy === -1);
        expected.push(fits);
        if (!fits) continue;
        const end = ledgers.map((each) => each.write(id, one.amount, state.time));
        found.push(...states.map(({ resetsAfter }) => resetsAfter));
        expected.push(...end.map((time) => time - state.time));
        taken.push({ id, amount: one.amount, end });
      }
      const last = one.type === 'settle' ? taken.pop() : undefined;
      if (last === undefined || one.type !== 'settle') continue;
      await store.adjust(
        counters.map((each, index) => ({
          ...each,
          change: one.used - Math.min(last.amount, each.limit),
          endsWithin: (last.end[index] ?? 0) - state.time,
        })),
      );
      for (const each of ledgers) each.correct(last.id, one.used);
    }
    expect(found).toEqual(expected);
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), run), { numRuns: 300 });
});

test('a place that remembers who has such places finds others where those were forgotten', async () => {
  const { state, clock } = settableClock();
  const limits = memoryLimits({ clock });
  const place: OpenPlace = { key: 'a', limit: 1, leases: undefined };
  const [one, other] = [{ ...place }, { ...place }];
  const lease = limits.leasesOf(one, state.time).add(state.time, 1000);
  lease.leases.delete(lease);
  for (let index = 0; index < 2000; index++) await limits.enter([{ key: `k${index}`, limit: 1 }], 'x', 1000);
  limits.leasesOf(other, state.time).add(state.time, 1000);
  expect([limits.fullOf([one], state.time), limits.fullOf([other], state.time)]).toEqual([0, 0]);
  state.time += 1000;
  expect(limits.fullOf([one], state.time)).toBe(-1);
});

const ofTenant = (): OpenCounter[] =>
  [7, 20].map((limit) => ({ key: `tenant ${limit}`, limit, window, open: over }));

const asked = fc.record({
  /** Of three callers of one tenant, each with counters of its own for it. */
  who: fc.integer({ min: 0, max: 2 }),
  amount: fc.integer({ min: 0, max: 6 }),
  /** The clock may be set back. */
  passes: fc.oneof(fc.constant(0), fc.integer({ min: -90_000, max: 90_000 })),
});

test('a counter that remembers its window counts as one that looks it up each time', () => {
  const run = (calls: readonly (typeof asked extends fc.Arbitrary<infer One> ? One : never)[]) => {
    const { state, clock } = settableClock();
    const [one, other] = [memoryLimits({ clock }), memoryLimits({ clock })];
    const callers = [ofTenant(), ofTenant(), ofTenant()];
    for (const { who, amount, passes } of calls) {
      state.time += passes;
      const [remembered = [], fresh] = [callers[who], ofTenant()];
      const found = [[one, remembered] as const, [other, fresh] as const].map(([limits, counters]) => {
        const refusedBy = limits.refuserOf(counters, amount, state.time);
        if (refusedBy === -1) limits.takeNow(counters, amount, state.time);
        return { refusedBy, open: counters.map(({ open }) => open) };
      });
      expect(found[0]).toEqual(found[1]);
    }
  };
  fc.assert(fc.property(fc.array(asked, { maxLength: 60 }), run), { numRuns: 300 });
});

async function moveAbout(moves: readonly { readonly id: number; readonly enters: boolean }[]): Promise<void> {
  const store = memoryLimits({ clock: manualClock() });
  const places = [
    { key: 'a', limit: 3 },
    { key: 'b', limit: 5 },
  ];
  const inside = new Set<number>();
  const found: number[] = [];
  const expected: number[] = [];
  for (const { id, enters } of moves) {
    if (enters) {
      found.push(await store.enter(places, String(id), 1000));
      expected.push(inside.has(id) || inside.size < 3 ? -1 : 0);
      if (found.at(-1) === -1) inside.add(id);
    } else {
      await store.leave(places, String(id));
      inside.delete(id);
    }
  }
  for (const id of inside) await store.leave(places, String(id));
  for (const id of ['new', 'newer', 'newest', 'late']) found.push(await store.enter(places, id, 1000));
  expect(found).toEqual([...expected, -1, -1, -1, 0]);
}

test('places are never more than there are, and all of them free when everybody has left', async () => {
  const move = fc.record({ id: fc.integer({ min: 0, max: 9 }), enters: fc.boolean() });
  await fc.assert(fc.asyncProperty(fc.array(move, { maxLength: 80 }), moveAbout));
});

test('a clock that is set back ends nothing early, and locks nobody out for longer than a window', async () => {
  const { state, clock } = settableClock();
  const store = memoryLimits({ clock });
  await store.take([{ ...counter, amount: 10 }]);
  await store.enter([counter], 'lost', 1000);
  state.time -= 500_000;
  expect(await store.take([{ ...counter, amount: 1 }])).toEqual({
    refusedBy: 0,
    states: [{ remaining: 0, resetsAfter: window }],
  });
  const others = Array.from({ length: 9 }, (_, index) => store.enter([counter], String(index), 10_000));
  await Promise.all(others);
  expect(await store.enter([counter], 'next', 1000)).toBe(0);
  state.time += 1000;
  expect(await store.enter([counter], 'next', 1000)).toBe(-1);
  state.time += window - 1000;
  expect((await store.take([{ ...counter, amount: 1 }])).refusedBy).toBe(-1);
});

test('names that are over are forgotten, however many there were', async () => {
  const { state, clock } = settableClock();
  const store = memoryLimits({ clock });
  let most = 0;
  for (let index = 0; index < 20_000; index++) {
    state.time += 60;
    most = Math.max(most, store.size);
    const key = `attacker ${index}`;
    await store.take([{ key, limit: 1, window, amount: 1 }]);
    await store.enter([{ key, limit: 1 }], key, 1000);
  }
  // A thousand windows are open at a time.
  expect(most).toBeLessThan(3000);
  expect((await store.take([{ ...counter, amount: 10 }])).refusedBy).toBe(-1);
});
