import type { LedgerEntry, LedgerGroup, LedgerTotal } from '../protocol/ledger.ts';

/** What is summed of each entry, by short names. */
export type Sums = Readonly<Record<string, number | string | null | undefined>>;

export function emptyTotal(groups: readonly LedgerGroup[], names: readonly string[]): LedgerTotal {
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
  };
}

export function addTotal(total: LedgerTotal, sums: Sums): LedgerTotal {
  const number = (name: string): number => Number(sums[name] ?? 0);
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
  };
}

/** A group as it is told: hours and days come by their number since the epoch. */
export function nameOf(group: LedgerGroup, value: string | number | undefined): string {
  if (group === 'hour') return new Date(Number(value) * 3_600_000).toISOString().slice(0, 13);
  if (group === 'day') return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
  return String(value ?? '');
}

const momentOf = ({ group }: LedgerTotal): string => group.hour ?? group.day ?? '';

/** Hours and days in their order, then what costs most first. */
export function orderTotals(totals: readonly LedgerTotal[]): readonly LedgerTotal[] {
  return totals.toSorted((one, other) => {
    const [first, second] = [momentOf(one), momentOf(other)];
    if (first !== second) return first < second ? -1 : 1;
    if (one.cost !== other.cost) return other.cost - one.cost;
    if (one.calls !== other.calls) return other.calls - one.calls;
    return JSON.stringify(one.group) < JSON.stringify(other.group) ? -1 : 1;
  });
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
  };
}

/** Whether it counts as failed, and as answered from the cache. */
export const isFailed = (entry: LedgerEntry): boolean => entry.error !== undefined || entry.status >= 400;
export const isHit = (entry: LedgerEntry): boolean => entry.cache === 'hit';

/** Hours and days by their number since the epoch. */
export function groupValueOf(group: LedgerGroup, entry: LedgerEntry): string | number | undefined {
  if (group === 'hour') return Math.floor(entry.time / 3_600_000);
  if (group === 'day') return Math.floor(entry.time / 86_400_000);
  return entry[group];
}
