import { expect, test } from 'vitest';
import type { CallEntry, CallStep } from '../shapes.ts';
import { marksOf, timelineOf } from './timeline.ts';

const entry: CallEntry = {
  id: 'req_1',
  time: 0,
  status: 200,
  attempts: 1,
  isEstimated: false,
  milliseconds: 1000,
  stream: true,
  tags: [],
  dropped: [],
  adjusted: [],
  traceless: false,
};
const step: CallStep = { upstream: 'a', model: 'm', start: 10, waited: 0, end: 500, outcome: 'failure' };

test('a call of one attempt is told by its first byte and its end', () => {
  const { rows, length, firstByte } = timelineOf({ ...entry, firstByteMilliseconds: 300 });
  expect({ length, firstByte }).toEqual({ length: 1000, firstByte: 300 });
  expect(rows).toEqual([
    {
      step: undefined,
      stretches: [
        { kind: 'wait', from: 0, to: 300 },
        { kind: 'answer', from: 300, to: 1000 },
      ],
    },
  ]);
});

test('a call that was never answered is all waiting', () => {
  expect(timelineOf(entry).rows[0]?.stretches).toEqual([{ kind: 'wait', from: 0, to: 1000 }]);
});

test('an attempt is told by its time in the queue, its first byte and its end', () => {
  const { rows } = timelineOf({
    ...entry,
    steps: [
      { ...step, waited: 90 },
      { ...step, start: 510, firstByte: 700, end: 990, outcome: 'success' },
    ],
  });
  expect(rows.map(({ stretches }) => stretches)).toEqual([
    [
      { kind: 'queue', from: 10, to: 100 },
      { kind: 'wait', from: 100, to: 500 },
    ],
    [
      { kind: 'wait', from: 510, to: 700 },
      { kind: 'answer', from: 700, to: 990 },
    ],
  ]);
});

test('one that only waited has no other time', () => {
  const steps = [{ ...step, waited: 800, end: 500 }];
  expect(timelineOf({ ...entry, steps }).rows[0]?.stretches).toEqual([{ kind: 'queue', from: 10, to: 500 }]);
});

test('nothing ends before it began, or after what is shown', () => {
  const steps = [{ ...step, waited: 100, firstByte: 50, end: 1700 }];
  const { length, rows } = timelineOf({ ...entry, steps });
  expect(length).toBe(1700);
  for (const { from, to } of rows.flatMap(({ stretches }) => stretches)) {
    expect(from).toBeLessThan(to);
    expect(to).toBeLessThanOrEqual(length);
  }
});

test('a call without length has a timeline all the same', () => {
  expect(timelineOf({ ...entry, milliseconds: 0 })).toMatchObject({ length: 1, rows: [{ stretches: [] }] });
});

test.each([
  [1, [0, 1]],
  [10, [0, 5, 10]],
  [1700, [0, 500, 1000, 1500]],
  [61_000, [0, 20_000, 40_000, 60_000]],
])('the axis of %d milliseconds has the marks %j', (length, marks) => {
  expect(marksOf(length)).toEqual(marks);
});
