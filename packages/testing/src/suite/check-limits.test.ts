import type { Counter, LimitStore } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { checkLimits } from './check-limits.ts';

interface Mistakes {
  readonly clampsNot?: boolean;
  readonly takesSome?: boolean;
  readonly namesFirst?: boolean;
  readonly isSlowToCount?: boolean;
  readonly adjustsAny?: boolean;
  readonly forgetsNone?: boolean;
  readonly freesTwice?: boolean;
}

/** A store as simple as can be, with one mistake if one is wished for. */
function mapStore(mistakes: Mistakes = {}) {
  const clock = manualClock();
  const windows = new Map<string, { used: number; end: number }>();
  const places = new Map<string, { id: string; until: number }[]>();
  const now = (): number => (mistakes.forgetsNone === true ? 0 : clock.now());
  const open = ({ key }: Counter) => {
    const found = windows.get(key);
    return found !== undefined && found.end > now() ? found : undefined;
  };
  const inside = (key: string) => (places.get(key) ?? []).filter(({ until }) => until > now());
  const store: LimitStore = {
    async take(takes) {
      const amounts = takes.map(({ amount, limit }) =>
        mistakes.clampsNot === true ? amount : Math.min(amount, Math.max(1, limit)),
      );
      const full = takes.flatMap((each, index) => {
        const fits = (open(each)?.used ?? 0) + (amounts[index] ?? 0) <= each.limit;
        return fits ? [] : [{ index, end: open(each)?.end ?? 0 }];
      });
      if (mistakes.isSlowToCount === true) await Promise.resolve();
      if (mistakes.namesFirst !== true) full.sort((one, other) => other.end - one.end);
      const refusedBy = full[0]?.index ?? -1;
      for (const [index, each] of takes.entries()) {
        const amount = amounts[index] ?? 0;
        const isWhole = mistakes.takesSome === true && !full.some((one) => one.index === index);
        if ((refusedBy !== -1 && !isWhole) || amount === 0) continue;
        const window = open(each) ?? { used: 0, end: now() + each.window };
        window.used += amount;
        windows.set(each.key, window);
      }
      const states = takes.map((each) => ({
        remaining: Math.max(0, each.limit - (open(each)?.used ?? 0)),
        resetsAfter: Math.max(0, (open(each)?.end ?? now()) - now()),
      }));
      return { refusedBy, states };
    },
    adjust(changes) {
      for (const each of changes) {
        const window = open(each);
        const isMeant = mistakes.adjustsAny === true || (window?.end ?? 0) - now() <= each.endsWithin;
        if (window !== undefined && isMeant) window.used = Math.max(0, window.used + each.change);
      }
      return Promise.resolve();
    },
    enter(asked, id, lease) {
      const full = asked.findIndex(({ key, limit }) => {
        const others = inside(key).filter((one) => one.id !== id);
        return others.length >= limit;
      });
      if (full !== -1) return Promise.resolve(full);
      for (const { key } of asked)
        places.set(key, [...inside(key).filter((one) => one.id !== id), { id, until: now() + lease }]);
      return Promise.resolve(-1);
    },
    leave(asked, id) {
      for (const { key } of asked) {
        const left = inside(key).filter((one) => one.id !== id);
        places.set(key, mistakes.freesTwice === true ? inside(key).slice(1) : left);
      }
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return { store, pass: (milliseconds: number) => clock.advance(milliseconds) };
}

test('a store that does as it should passes every check, its time included', async () => {
  const { store, pass } = mapStore();
  const findings = await checkLimits(store, { pass });
  expect(findings.filter(({ passed }) => !passed)).toEqual([]);
  expect(findings).toHaveLength(15);
});

test.each<[string, Mistakes]>([
  ['takes an amount above the limit as the limit', { clampsNot: true }],
  ['takes from all counters or from none', { takesSome: true }],
  ['names the counter that resets last', { namesFirst: true }],
  ['lets exactly the limit through of many', { isSlowToCount: true }],
  ['leaves a window alone that is another', { adjustsAny: true }],
  ['begins a window anew', { forgetsNone: true }],
  ['has as many places as it says', { freesTwice: true }],
])('a store that does not: %s', async (name, mistakes) => {
  const { store, pass } = mapStore(mistakes);
  const findings = await checkLimits(store, { pass });
  expect(findings.filter(({ passed }) => !passed).map((finding) => finding.name)).toContainEqual(
    expect.stringContaining(name),
  );
});
