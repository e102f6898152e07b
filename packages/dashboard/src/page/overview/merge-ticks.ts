import type { CallEntry, Group, LiveTick, OverviewAnswer, Point, Sums } from '../shapes.ts';
import { bucketLengths } from './bucket-lengths.ts';

/** In which group an entry is. */
const nameIn: Readonly<Record<string, (entry: CallEntry) => string | undefined>> = {
  model: ({ model }) => model,
  tenant: ({ tenant }) => tenant,
  key: ({ key }) => key,
  upstream: ({ upstream }) => upstream,
  path: ({ path }) => path,
  principal: ({ principal }) => principal,
  operation: ({ operation }) => operation,
};

/** What a tick adds. */
type Added = Pick<Sums, 'calls' | 'failed' | 'cacheHits' | 'inputTokens' | 'outputTokens' | 'cost'>;

/**
 * What was told, and what has ended since. Times to the first byte stay as they are, and groups are counted by the entries
 * that a tick tells of, which are not all where there are many: the gateway is asked again before long.
 */
export function mergeTicks(answer: OverviewAnswer, ticks: readonly LiveTick[]): OverviewAnswer {
  return ticks.reduce((before, tick) => (tick.calls === 0 ? before : mergeTick(before, tick)), answer);
}

function mergeTick(answer: OverviewAnswer, tick: LiveTick): OverviewAnswer {
  const length = bucketLengths[answer.bucket];
  const time = Math.floor(tick.time / length) * length;
  const weight = tick.entries.length === 0 ? 0 : tick.calls / tick.entries.length;
  const groups = new Map<string, Added>();
  for (const entry of tick.entries) {
    const name = nameIn[answer.by]?.(entry) ?? '';
    groups.set(name, plus(groups.get(name) ?? nothing, addedBy(entry, weight)));
  }
  return {
    ...answer,
    to: Math.max(answer.to, tick.time),
    total: merged(answer.total, tick),
    series: addTo(answer.series, time, tick),
    groups: mergeGroups(answer.groups, groups),
    groupSeries: answer.groupSeries.map((one) => {
      const added = groups.get(one.name);
      return added === undefined ? one : { ...one, points: addTo(one.points, time, added) };
    }),
  };
}

function mergeGroups(before: readonly Group[], added: ReadonlyMap<string, Added>): Group[] {
  const known = new Set(before.map(({ name }) => name));
  const more = [...added]
    .filter(([name]) => !known.has(name))
    .map(([name, sums]) => ({ name, ...merged(empty, sums) }));
  return [
    ...before.map((group) => {
      const sums = added.get(group.name);
      return sums === undefined ? group : { ...group, ...merged(group, sums) };
    }),
    ...more,
  ];
}

/** To the newest bucket, or to a new one after it. What is older than that is not told late. */
function addTo(points: readonly Point[], time: number, added: Added): readonly Point[] {
  const last = points.at(-1);
  if (last === undefined || last.time < time) return [...points, { time, ...merged(empty, added) }];
  if (last.time > time) return points;
  return [...points.slice(0, -1), { ...last, ...merged(last, added) }];
}

function merged<S extends Sums>(sums: S, added: Added): S {
  const cost = sums.cost + added.cost;
  return { ...sums, ...plus(sums, added), cost, dollars: cost / 1e9 };
}

function plus(one: Added, other: Added): Added {
  return {
    calls: one.calls + other.calls,
    failed: one.failed + other.failed,
    cacheHits: one.cacheHits + other.cacheHits,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cost: one.cost + other.cost,
  };
}

function addedBy(entry: CallEntry, weight: number): Added {
  return {
    calls: weight,
    failed: entry.status >= 400 ? weight : 0,
    cacheHits: entry.cache === 'hit' ? weight : 0,
    inputTokens: (entry.inputTokens ?? 0) * weight,
    outputTokens: (entry.outputTokens ?? 0) * weight,
    cost: (entry.cost ?? 0) * weight,
  };
}

const nothing: Added = { calls: 0, failed: 0, cacheHits: 0, inputTokens: 0, outputTokens: 0, cost: 0 };
const empty: Sums = {
  ...nothing,
  cachedTokens: 0,
  reasoningTokens: 0,
  saved: 0,
  dollars: 0,
  milliseconds: 0,
  firstByteP50: null,
  firstByteP95: null,
};
