import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EntryList, type Kept } from './entry-list.ts';

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      at: fc.oneof(fc.integer({ min: -20, max: 5 }), fc.integer({ min: -1200, max: 0 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('drop' as const), at: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), at: fc.nat(2000) }) },
);

test('entries are in the order of their time whatever comes and goes, and however often the ring is gone round', () => {
  fc.assert(
    fc.property(
      // Some of them end where the ring does, with few in it.
      fc.oneof(fc.nat(1100), fc.integer({ min: 1000, max: 1024 })),
      fc.oneof(fc.nat(1100), fc.integer({ min: 900, max: 980 })),
      fc.array(step, { maxLength: 200, size: 'max' }),
      (filled, gone, steps) => {
        const times: number[] = [];
        const list = new EntryList({ timeOf: (row) => times[row] ?? 0 });
        let kept: Kept[] = [];
        const removals: (readonly [boolean, boolean])[] = [];
        const add = (time: number): void => {
          const row = times.push(time) - 1;
          list.add(row, row + 1);
          // A stable sort: of two of one time that is first which came first.
          kept = [...kept, { row, place: row + 1 }].toSorted(
            (one, other) => (times[one.row] ?? 0) - (times[other.row] ?? 0),
          );
        };
        const drop = (): void => {
          expect(list.oldest).toEqual(kept[0]);
          list.removeOldest();
          kept.shift();
        };
        for (let time = 0; time < filled; time++) add(time);
        for (let count = 0; count < Math.min(gone, filled); count++) drop();
        for (const { do: what, at } of steps) {
          if (what === 'add') add(Math.max(0, times.length + at));
          else if (what === 'drop') drop();
          else {
            const [removed] = kept.splice(at % Math.max(1, kept.length), 1);
            if (removed !== undefined) removals.push([list.remove(removed), list.remove(removed)]);
          }
        }
        expect(removals).toEqual(removals.map(() => [true, false]));
        expect(list.size).toBe(kept.length);
        expect([...list.backwards(undefined)]).toEqual(kept.toReversed());
        const middle = kept[Math.floor(kept.length / 2)];
        const before = middle && { time: times[middle.row] ?? 0, place: middle.place };
        expect([...list.backwards(before)]).toEqual(
          kept.slice(0, before === undefined ? undefined : Math.floor(kept.length / 2)).toReversed(),
        );
      },
    ),
    { numRuns: 60 },
  );
});
