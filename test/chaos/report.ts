import { mebibyte, youngGeneration } from '../reliability/memory.ts';
import { budget, type ChaosReport } from './run-chaos.ts';

/** Of the calls that no stream's death ended. */
const promised = 0.9998;
const mostAttempts = 5;
/** Half of the run: by then an upstream has gone, and the process has found its size. In tenths. */
const settled = 5;

/** Share of the calls that were answered within five attempts, those apart whose stream died after it had begun. */
function successOf({ tally, options }: ChaosReport): number {
  const { died, failed, spliced } = tally.fates;
  const late = tally.byAttempts.slice(mostAttempts + 1).reduce((sum, count) => sum + count, 0);
  return 1 - (failed + spliced + late) / (options.requests - died);
}

/** What was promised and does not hold, in words. */
export function missesOf(report: ChaosReport): string[] {
  const { attempts, heap, left, options, rss, tally } = report;
  const misses: string[] = [];
  const expect = (holds: boolean, words: string): void => {
    if (!holds) misses.push(words);
  };
  const success = successOf(report);
  expect(tally.count === options.requests, `${options.requests - tally.count} calls never ended`);
  // One or two calls of a few thousand show nothing.
  const isPromised = success >= promised || (1 - success) * options.requests < 2.5;
  expect(isPromised, `${percent(success)} of the calls succeeded, not ${percent(promised)}`);
  expect(tally.fates.spliced === 0, `${tally.fates.spliced} answers were not what an upstream said`);
  const allowed = options.requests * (1 + budget.ratio) + budget.savings;
  expect(attempts <= allowed, `${attempts} attempts, and the retry budget allows ${allowed}`);
  expect(left === 0, `${left} requests were never settled`);
  expect(isFlat(heap, 8 * mebibyte), `the heap grows: ${megabytes(heap)}`);
  // What is kept shows in the heap.
  expect(isFlat(rss, youngGeneration), `the memory grows: ${megabytes(rss)}`);
  return misses;
}

/** The last no more than a tenth above what it was when the process had found its size. */
function isFlat(samples: readonly number[], grain: number): boolean {
  const before = samples[settled - 1] ?? Number.NaN;
  return (samples.at(-1) ?? Number.NaN) <= before * 1.1 + grain;
}

export function describe(report: ChaosReport): string {
  const { attempts, counts, heap, options, rss, seconds, tally } = report;
  const { requests, concurrency } = options;
  const { answered, died, failed, spliced } = tally.fates;
  const { overhead, took } = tally;
  const faults = Object.entries(counts ?? {}).map(([name, count]) => `${count} ${name}`);
  return [
    `${requests} calls at concurrency ${concurrency} in ${seconds.toFixed(1)} s, ${(requests / seconds).toFixed(0)} a second`,
    `upstreams    ${faults.join(', ')}`,
    `success      ${percent(successOf(report))}: ${answered} answered, ${failed} failed, ${spliced} spliced`,
    `died         ${died} streams after they had begun, told so (${percent(died / (requests / 2))} of the streams; continuation is off)`,
    `attempts     ${(attempts / requests).toFixed(4)} a call, ${budget.ratio} extra allowed; calls by attempts: ${countsOf(tally.byAttempts)}`,
    `overhead     p50 ${overhead.p50.toFixed(1)} ms, p99 ${overhead.p99.toFixed(1)} ms (whole answers at the first attempt; upstreams and callers share a core)`,
    `callers      waited p50 ${took.p50.toFixed(0)} ms, p99 ${took.p99.toFixed(0)} ms, at most ${took.longest.toFixed(0)} ms`,
    `heap         ${megabytes(heap)}`,
    `memory       ${megabytes(rss)}`,
    ...Object.entries(tally.reasons).map(([reason, count]) => `${count} times: ${reason}`),
  ].join('\n');
}

const countsOf = (counts: readonly number[]): string =>
  counts
    .map((count, index) => `${index}: ${count}`)
    .filter((_, index) => (counts[index] ?? 0) > 0)
    .join(', ');
const percent = (share: number): string => `${(share * 100).toFixed(3)} %`;
const megabytes = (bytes: readonly number[]): string =>
  `${bytes.map((each) => (each / mebibyte).toFixed(0)).join(' ')} MB`;
