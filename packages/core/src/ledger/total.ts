import type { LedgerEntry, LedgerGroup, LedgerTotal } from '../protocol/ledger.ts';
import { quantilesOf, sumFirstBytes, writeFirstByte } from './first-bytes.ts';

/** What is summed of each entry, by short names; `firsts` is a histogram of first bytes. */
export type Sums = Readonly<Record<string, number | string | null | undefined>>;

/** A sum that is being made. */
export interface Tally extends Omit<LedgerTotal, 'firstByteP50' | 'firstByteP95'> {
  /** See `first-bytes.ts`. */
  readonly firsts: string;
}

export function emptyTotal(groups: readonly LedgerGroup[], names: readonly string[]): Tally {
  return {
    group: Object.fromEntries(groups.map((group, index) => [group, names[index] ?? ''])),
    calls: 0,
    failed: 0,
    cacheHits: 0,
    inputTokens: 0,
    cachedTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    cost: 0,
    saved: 0,
    milliseconds: 0,
    firsts: '',
  };
}

/** `sign`: -1 to take away what is in it. */
export function addTotal(total: Tally, sums: Sums, sign: 1 | -1 = 1): Tally {
  const number = (name: string): number => sign * Number(sums[name] ?? 0);
  const firsts = String(sums['firsts'] ?? '');
  return {
    group: total.group,
    calls: total.calls + number('calls'),
    failed: total.failed + number('failed'),
    cacheHits: total.cacheHits + number('hit'),
    inputTokens: total.inputTokens + number('input'),
    cachedTokens: total.cachedTokens + number('cached'),
    outputTokens: total.outputTokens + number('output'),
    reasoningTokens: total.reasoningTokens + number('reasoning'),
    cost: total.cost + number('cost'),
    saved: total.saved + number('saved'),
    milliseconds: total.milliseconds + number('milliseconds'),
    firsts: sign === 1 ? total.firsts + firsts : sumFirstBytes(total.firsts, firsts),
  };
}

function finish({ firsts, ...total }: Tally): LedgerTotal {
  const [firstByteP50, firstByteP95] = quantilesOf(firsts, [0.5, 0.95]);
  return { ...total, firstByteP50, firstByteP95 };
}

/** Milliseconds. */
const spans = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const shownTo = { minute: 16, hour: 13, day: 10 } as const;

/** What is a group of time, by its number since the epoch. */
export type Moment = keyof typeof spans;
export const isMoment = (group: LedgerGroup): group is Moment => group in spans;
export const spanOf = (moment: Moment): number => spans[moment];

/** A group as it is told: minutes, hours and days come by their number since the epoch. */
export function nameOf(group: LedgerGroup, value: string | number | undefined): string {
  if (!isMoment(group)) return String(value ?? '');
  return new Date(Number(value) * spans[group]).toISOString().slice(0, shownTo[group]);
}

const momentOf = ({ group }: Tally): string => group.minute ?? group.hour ?? group.day ?? '';

/** Minutes, hours and days in their order, then what costs most first. */
export function orderTotals(tallies: readonly Tally[]): readonly LedgerTotal[] {
  const ordered = tallies.toSorted((one, other) => {
    const [first, second] = [momentOf(one), momentOf(other)];
    if (first !== second) return first < second ? -1 : 1;
    if (one.cost !== other.cost) return other.cost - one.cost;
    if (one.calls !== other.calls) return other.calls - one.calls;
    return JSON.stringify(one.group) < JSON.stringify(other.group) ? -1 : 1;
  });
  return ordered.map(finish);
}

/** What an entry adds. */
export function sumsOf(entry: LedgerEntry): Sums {
  return {
    calls: 1,
    failed: isFailed(entry) ? 1 : 0,
    hit: isHit(entry) ? 1 : 0,
    input: entry.inputTokens,
    cached: entry.cachedTokens,
    output: entry.outputTokens,
    reasoning: entry.reasoningTokens,
    cost: entry.cost,
    saved: entry.saved,
    milliseconds: entry.milliseconds,
    firsts: writeFirstByte(entry.firstByteMilliseconds, entry.status),
  };
}

/** Whether it counts as failed, and as answered from the cache. */
export const isFailed = (entry: LedgerEntry): boolean => entry.error !== undefined || entry.status >= 400;
export const isHit = (entry: LedgerEntry): boolean => entry.cache === 'hit';

/** Minutes, hours and days by their number since the epoch. */
export function groupValueOf(group: LedgerGroup, entry: LedgerEntry): string | number | undefined {
  return isMoment(group) ? Math.floor(entry.time / spans[group]) : entry[group];
}
