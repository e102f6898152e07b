import type { GatewayError } from '../errors.ts';
import type { TaskRecord } from '../protocol/task.ts';

/** Milliseconds between two polls, by how many there were; then always the last. */
const intervals = [1000, 2000, 5000, 10_000];
/** Milliseconds after failures: doubled with each in a row. */
const firstBackOff = 1000;
const longestBackOff = 60_000;
/** Milliseconds: what only the operator can mend is asked about no more often. */
const slow = 60_000;
/** Milliseconds: an upstream that asks to be left alone for longer is asked all the same. */
const longestRest = 600_000;

/** Spread, so that what began together does not go on together; `chance` is from 0 to 1. */
const spread = (milliseconds: number, chance: number): number =>
  Math.round(milliseconds * (0.9 + chance * 0.2));

/** Milliseconds until a task that is well is asked about again. */
export function pollInterval(polls: number, chance: number, retryAfter = 0): number {
  const interval = intervals[Math.min(polls, intervals.length - 1)] ?? longestBackOff;
  return Math.max(spread(interval, chance), Math.min(retryAfter, longestRest));
}

/** Milliseconds until what failed so many times in a row is tried again. */
export function backOff(failures: number, chance: number): number {
  return spread(Math.min(firstBackOff * 2 ** Math.min(failures - 1, 16), longestBackOff), chance);
}

/** Whether the upstream says that it knows nothing of the job. */
export function isMissing({ details }: GatewayError): boolean {
  return details.upstreamStatus === 404 || details.upstreamStatus === 410;
}

/** Milliseconds until a task is asked about again about which the upstream could not be asked. */
export function pauseAfter(error: GatewayError, { failures, polls }: TaskRecord, chance: number): number {
  const { upstreamStatus: status, retryAfter } = error.details;
  if (isMissing(error)) return pollInterval(Math.max(polls, 1), chance, retryAfter);
  const isRefused = error.code === 'VE_UPSTREAM_KEY' || status === 401 || status === 402 || status === 403;
  const pause = isRefused ? spread(slow, chance) : backOff(failures, chance);
  return Math.max(pause, Math.min(retryAfter ?? 0, longestRest));
}
