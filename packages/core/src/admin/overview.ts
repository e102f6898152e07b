import { GatewayError } from '../errors.ts';
import type { Ledger, LedgerFilter, LedgerGroup, LedgerTotal } from '../protocol/ledger.ts';

export type OverviewGroup = 'model' | 'tenant' | 'key' | 'upstream' | 'path' | 'principal' | 'operation';

export interface OverviewQuestion {
  /** Milliseconds since the epoch; left out: the 24 hours until now. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Default `model`. */
  readonly by?: OverviewGroup | undefined;
  /** What is said of time here does not count. */
  readonly filter?: LedgerFilter | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** `dollars` is `cost` as people say it; JSON has no word for undefined. */
export interface OverviewSums extends Omit<LedgerTotal, 'group' | 'firstByteP50' | 'firstByteP95'> {
  readonly dollars: number;
  readonly firstByteP50: number | null;
  readonly firstByteP95: number | null;
}

export interface OverviewPoint extends OverviewSums {
  /** Where its bucket begins: milliseconds since the epoch. The first may begin before what was asked for. */
  readonly time: number;
}

export interface Overview {
  readonly from: number;
  readonly to: number;
  readonly bucket: Bucket;
  readonly total: OverviewSums;
  /** Of the time before, which is as long. */
  readonly before: OverviewSums;
  /** Every bucket, in order, also one in which nothing was; where they are more than 1,500, those in which something was. */
  readonly series: readonly OverviewPoint[];
  readonly by: OverviewGroup;
  /** What costs most first, 50 at most. An empty name: of those who have none. */
  readonly groups: readonly (OverviewSums & { readonly name: string })[];
  /** Of the first 8 groups, in their order: the buckets in which something was. */
  readonly groupSeries: readonly { readonly name: string; readonly points: readonly OverviewPoint[] }[];
}

type Bucket = 'minute' | 'hour' | 'day';

const hour = 3_600_000;
const lengths: Readonly<Record<Bucket, number>> = { minute: 60_000, hour, day: 24 * hour };
const mostGroups = 50;
const mostSeries = 8;
const mostPoints = 1500;

/** What the first page of the dashboard shows. @throws GatewayError `VE_PARAMETER_INVALID` where the time ends before it begins */
export async function readOverview(
  ledger: Pick<Ledger, 'totals'>,
  question: OverviewQuestion,
): Promise<Overview> {
  const { by = 'model', now } = question;
  const to = question.to ?? now;
  const from = question.from ?? to - 24 * hour;
  if (from >= to)
    throw new GatewayError('VE_PARAMETER_INVALID', { parameter: 'from', reason: 'from must be before to' });
  // Nothing is later than now, and the sums of a day that is not cut off are there.
  const filter = { ...question.filter, from, to: to < now ? to : undefined };
  const bucket = bucketOf({ ...filter, to }, by);
  const [totals, before, moments, groups] = await Promise.all([
    ledger.totals(filter, []),
    ledger.totals({ ...filter, from: from - (to - from), to: from }, []),
    ledger.totals(filter, [bucket]),
    ledger.totals(filter, [by]),
  ]);
  return {
    from,
    to,
    bucket,
    total: shownSums(totals[0]),
    before: shownSums(before[0]),
    series: fill(pointsOf(moments, bucket), { from, to }, bucket),
    by,
    groups: groups
      .slice(0, mostGroups)
      .map((total) => ({ name: total.group[by] ?? '', ...shownSums(total) })),
    groupSeries: await readGroups(ledger, { filter, by, bucket, groups }),
  };
}

/** Sums by the hour do not say who asked: where that matters, days are what is quick. */
function bucketOf({ from, to, ...filter }: Span & LedgerFilter, by: OverviewGroup): Bucket {
  const span = to - from;
  if (span <= 3 * hour) return 'minute';
  const isOfCallers = callerGroups.has(by) || callerFields.some((name) => filter[name] !== undefined);
  return span <= (isOfCallers ? 2 : 8) * 24 * hour ? 'hour' : 'day';
}

const callerFields = ['tenant', 'path', 'principal', 'key'] as const;
const callerGroups: ReadonlySet<LedgerGroup> = new Set(callerFields);

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Groups {
  readonly filter: LedgerFilter;
  readonly by: OverviewGroup;
  readonly bucket: Bucket;
  readonly groups: readonly LedgerTotal[];
}

/** Those that cost most, through time: all groups at once where they are few, else each by itself. */
async function readGroups(
  ledger: Pick<Ledger, 'totals'>,
  { filter, by, bucket, groups }: Groups,
): Promise<Overview['groupSeries']> {
  const names = groups.slice(0, mostSeries).map(({ group }) => group[by] ?? '');
  const isFew = groups.length <= mostGroups;
  if (names.length === 0) return [];
  const filters = isFew ? [filter] : names.map((name) => ({ ...filter, [by]: name }));
  const found = await Promise.all(filters.map((one) => ledger.totals(one, [bucket, by])));
  return names.map((name, index) => {
    // A filter by path finds those below it, too.
    const own = (found[isFew ? 0 : index] ?? []).filter(({ group }) => group[by] === name);
    return { name, points: pointsOf(own, bucket) };
  });
}

const pointsOf = (totals: readonly LedgerTotal[], bucket: Bucket): OverviewPoint[] =>
  totals.map((total) => ({ time: timeOf(total.group[bucket] ?? ''), ...shownSums(total) }));

/** Of `2026-11-21`, `2026-11-21T09` and `2026-11-21T09:05`. */
const timeOf = (name: string): number =>
  Date.parse(`${name.length === 13 ? `${name}:00` : name}${name.length > 10 ? 'Z' : ''}`);

function fill(
  points: readonly OverviewPoint[],
  { from, to }: Span,
  bucket: Bucket,
): readonly OverviewPoint[] {
  const length = lengths[bucket];
  const first = Math.floor(from / length);
  const end = Math.ceil(to / length);
  if (end - first > mostPoints) return points;
  const known = new Map(points.map((point) => [point.time, point]));
  return Array.from({ length: end - first }, (_, index) => {
    const time = (first + index) * length;
    return known.get(time) ?? { time, ...shownSums(undefined) };
  });
}

function shownSums(total: LedgerTotal | undefined): OverviewSums {
  return {
    calls: total?.calls ?? 0,
    failed: total?.failed ?? 0,
    cacheHits: total?.cacheHits ?? 0,
    inputTokens: total?.inputTokens ?? 0,
    cachedTokens: total?.cachedTokens ?? 0,
    outputTokens: total?.outputTokens ?? 0,
    reasoningTokens: total?.reasoningTokens ?? 0,
    cost: total?.cost ?? 0,
    saved: total?.saved ?? 0,
    dollars: (total?.cost ?? 0) / 1e9,
    milliseconds: total?.milliseconds ?? 0,
    firstByteP50: total?.firstByteP50 ?? null,
    firstByteP95: total?.firstByteP95 ?? null,
  };
}
