import type { Sums } from '../shapes.ts';

/** What is drawn over time. */
export type Measure =
  | 'calls'
  | 'failed'
  | 'inputTokens'
  | 'outputTokens'
  | 'cost'
  | 'saved'
  | 'cacheHits'
  | 'firstByteP50'
  | 'firstByteP95';

/** Whether the parts of it add up to the whole: medians do not. */
export function isSum(measure: Measure): boolean {
  return measure !== 'firstByteP50' && measure !== 'firstByteP95';
}

export function measured(sums: Sums, measure: Measure): number | null {
  return sums[measure];
}

/** By how much it is more than before, as a share; null where there was nothing before, or nothing is known. */
export function changeOf(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (now - before) / before;
}

/** A part of a whole; null where there is no whole. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
