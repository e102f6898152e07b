import { checkLimits, manualClock } from '@vector-engine/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryLimits } from './memory-limits.ts';

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

test('whatever comes in between, no window lets more through than the limit', async () => {
  const limits = [7, 20];
  const step = fc.oneof(
    fc.record({ type: fc.constant('take' as const), amount: fc.integer({ min: 0, max: 25 }) }),
    fc.record({ type: fc.constant('settle' as const), used: fc.integer({ min: 0, max: 25 }) }),
    fc.record({ type: fc.constant('wait' as const), time: fc.integer({ min: 0, max: 50_000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { state, clock } = settableClock();
      const store = memoryLimits({ clock });
      const counters = limits.map((limit, index) => ({ key: `c${index}`, limit, window }));
      /** What the window that is open lets through now, by what was said of each taking since it began. */
      const open = limits.map(() => ({ end: 0, amounts: new Map<number, number>() }));
      const taken: { readonly id: number; readonly amount: number; readonly time: number }[] = [];
      for (const [id, one] of steps.entries()) {
        if (one.type === 'wait') state.time += one.time;
        else if (one.type === 'take') {
          const { refusedBy, states } = await store.take(counters.map((each) => ({ ...each, ...one })));
          const isFree = open.every(({ end, amounts }, index) => {
            const used = end <= state.time ? 0 : [...amounts.values()].reduce((sum, each) => sum + each, 0);
            const limit = limits[index] ?? 0;
            return used + Math.min(one.amount, limit) <= limit;
          });
          expect(refusedBy === -1).toBe(isFree);
          if (refusedBy !== -1 || one.amount === 0) continue;
          taken.push({ id, amount: one.amount, time: state.time });
          for (const [index, each] of open.entries()) {
            if (each.end <= state.time) {
              each.end = state.time + window;
              each.amounts.clear();
            }
            each.amounts.set(id, Math.min(one.amount, limits[index] ?? 0));
            expect(states[index]?.resetsAfter).toBe(each.end - state.time);
          }
        } else {
          const last = taken.pop();
          if (last === undefined) continue;
          await store.adjust(
            counters.map((each) => ({
              ...each,
              change: one.used - Math.min(last.amount, each.limit),
              endsWithin: last.time + window - state.time,
            })),
          );
          for (const { amounts } of open) if (amounts.has(last.id)) amounts.set(last.id, one.used);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('places are never more than there are, and all of them free when everybody has left', async () => {
  const step = fc.record({ id: fc.integer({ min: 0, max: 9 }), enters: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const store = memoryLimits({ clock: manualClock() });
      const places = [
        { key: 'a', limit: 3 },
        { key: 'b', limit: 5 },
      ];
      const inside = new Set<number>();
      for (const { id, enters } of steps) {
        if (enters) {
          const full = await store.enter(places, String(id), 1000);
          expect(full).toBe(inside.has(id) || inside.size < 3 ? -1 : 0);
          if (full === -1) inside.add(id);
        } else {
          await store.leave(places, String(id));
          inside.delete(id);
        }
      }
      for (const id of inside) await store.leave(places, String(id));
      const entered = await Promise.all([1, 2, 3, 4].map((id) => store.enter(places, `n${id}`, 1000)));
      expect(entered).toEqual([-1, -1, -1, 0]);
    }),
  );
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
