import { expect, test } from 'vitest';
import type { CallEntry, LiveTick, OverviewAnswer, Sums } from '../shapes.ts';
import { chartSeries, restKey } from './chart-series.ts';
import { changeOf, shareOf } from './measures.ts';
import { mergeTicks } from './merge-ticks.ts';

const hour = 3_600_000;
const none: Sums = {
  calls: 0,
  failed: 0,
  cacheHits: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  cost: 0,
  saved: 0,
  dollars: 0,
  milliseconds: 0,
  firstByteP50: null,
  firstByteP95: null,
};
const answer: OverviewAnswer = {
  from: 0,
  to: 2 * hour,
  bucket: 'hour',
  total: { ...none, calls: 10, cost: 5e9, dollars: 5 },
  before: none,
  series: [
    { time: 0, ...none, calls: 4, firstByteP50: 100 },
    { time: hour, ...none, calls: 6 },
  ],
  by: 'model',
  groups: [
    { name: 'a', ...none, calls: 7 },
    { name: '', ...none, calls: 1 },
  ],
  groupSeries: [
    { name: 'a', points: [{ time: hour, ...none, calls: 5, firstByteP50: 80 }] },
    { name: '', points: [{ time: 0, ...none, calls: 4 }] },
  ],
};
const labels = { none: '(none)', rest: 'Others' };

test('groups are drawn over all the time, and what is left of the whole with them', () => {
  const { times, series } = chartSeries(answer, 'calls', labels);
  expect(times).toEqual([0, hour]);
  expect(series).toEqual([
    { key: 'a', label: 'a', color: 'series-1', values: [0, 5] },
    { key: '', label: '(none)', color: 'series-2', values: [4, 0] },
    { key: restKey, label: 'Others', color: 'series-rest', values: [0, 1] },
  ]);
});

test('of medians there is no rest, and none where nothing was measured', () => {
  expect(chartSeries(answer, 'firstByteP50', labels).series).toEqual([
    { key: 'a', label: 'a', color: 'series-1', values: [null, 80] },
  ]);
});

test('groups in which nothing was are not drawn', () => {
  expect(chartSeries(answer, 'failed', labels).series).toEqual([]);
});

test.each([
  [110, 100, 0.1],
  [50, 100, -0.5],
  [5, 0, null],
  [null, 5, null],
])('from %d, with %d before, is a change of %d', (now, before, change) => {
  expect(changeOf(now, before)).toBe(change);
});

test('there is no share of nothing', () => {
  expect([shareOf(1, 4), shareOf(0, 0)]).toEqual([0.25, null]);
});

const entry = (model: string, more: Partial<CallEntry> = {}): CallEntry => ({
  id: 'req_1',
  time: 0,
  model,
  status: 200,
  attempts: 1,
  isEstimated: false,
  milliseconds: 1,
  stream: false,
  tags: [],
  dropped: [],
  adjusted: [],
  traceless: false,
  ...more,
});
const tick: LiveTick = {
  time: hour + 5,
  calls: 4,
  failed: 1,
  cost: 1e9,
  inputTokens: 40,
  outputTokens: 8,
  cacheHits: 1,
  active: 2,
  entries: [entry('a', { cost: 5e8 }), entry('new', { status: 500, inputTokens: 10 })],
};

test('what has ended is added to the whole and to the newest bucket', () => {
  const { total, series } = mergeTicks(answer, [tick]);
  expect(total).toMatchObject({ calls: 14, failed: 1, cacheHits: 1, inputTokens: 40, cost: 6e9, dollars: 6 });
  expect(series.map(({ calls }) => calls)).toEqual([4, 10]);
  expect(answer.series[1]?.calls).toBe(6);
});

test('a new bucket begins when its time has come', () => {
  const { series, to } = mergeTicks(answer, [{ ...tick, time: 2 * hour + 1 }]);
  expect(series.map(({ time, calls }) => [time, calls])).toEqual([
    [0, 4],
    [hour, 6],
    [2 * hour, 4],
  ]);
  expect(to).toBe(2 * hour + 1);
});

test('groups have their part of it, new ones, too', () => {
  const { groups, groupSeries } = mergeTicks(answer, [tick]);
  // Two entries stand for four calls.
  expect(groups.map(({ name, calls, failed }) => [name, calls, failed])).toEqual([
    ['a', 9, 0],
    ['', 1, 0],
    ['new', 2, 2],
  ]);
  expect(groupSeries[0]?.points).toEqual([expect.objectContaining({ time: hour, calls: 7, cost: 1e9 })]);
});

test('a tick of nothing changes nothing', () => {
  expect(mergeTicks(answer, [{ ...tick, calls: 0, entries: [] }])).toBe(answer);
});
