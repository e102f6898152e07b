import { type OverviewGroup, readOverview } from '../../packages/core/src/admin/overview.ts';
import type { Ledger, LedgerFilter, LedgerQuery } from '../../packages/core/src/protocol/ledger.ts';

/* What the usage page asks of a ledger, and how long each question takes. */

const hour = 3_600_000;
const day = 24 * hour;

/** Milliseconds. */
const spans = {
  hour,
  day,
  week: 7 * day,
  month: 30 * day,
  year: 365 * day,
};

const groups: readonly OverviewGroup[] = [
  'model',
  'tenant',
  'key',
  'upstream',
  'path',
  'principal',
  'operation',
];

/** Milliseconds of each question to the ledger, by what was asked. */
export interface Timing {
  readonly question: string;
  readonly milliseconds: number;
}

/** Milliseconds of this process's processor time: what a ledger in the process takes, whatever else the machine does. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A ledger whose totals are timed, one after the other. */
function timed(
  ledger: Pick<Ledger, 'totals'>,
  timings: Timing[],
  clock: () => number,
): Pick<Ledger, 'totals'> {
  let before: Promise<unknown> = Promise.resolve();
  return {
    async totals(filter, wanted) {
      const turn = before;
      const { promise, resolve } = Promise.withResolvers<void>();
      before = promise;
      await turn;
      const start = clock();
      try {
        return await ledger.totals(filter, wanted);
      } finally {
        timings.push({
          question: `${JSON.stringify(filter)} by ${wanted.join(', ')}`,
          milliseconds: clock() - start,
        });
        resolve();
      }
    },
  };
}

export interface OverviewRun {
  readonly ledger: Pick<Ledger, 'totals'>;
  readonly filter: LedgerFilter;
  /** Milliseconds since the epoch: the end of each span. */
  readonly now: number;
  /** What it is timed by. Default: the time that goes by. */
  readonly clock?: () => number;
}

/** The overviews of a filter: of each span, by each group; where less is meant, of some. Gives the slowest questions: of three tries each, the best. */
export async function timeOverviews({
  ledger,
  filter,
  now,
  clock = () => performance.now(),
}: OverviewRun): Promise<readonly Timing[]> {
  const best = new Map<string, number>();
  const isWhole = Object.keys(filter).length === 0;
  for (const length of isWhole ? Object.values(spans) : [spans.day, spans.month, spans.year]) {
    for (const by of isWhole ? groups : (['model', 'key', 'path'] as const)) {
      for (let time = 0; time < 3; time++) {
        const timings: Timing[] = [];
        await readOverview(timed(ledger, timings, clock), { from: now - length, to: now, by, filter, now });
        for (const { question, milliseconds } of timings)
          best.set(question, Math.min(milliseconds, best.get(question) ?? Infinity));
        // What another process made slow is measured again.
        if (timings.every(({ milliseconds }) => milliseconds < 100)) break;
      }
    }
  }
  return [...best]
    .map(([question, milliseconds]) => ({ question, milliseconds }))
    .toSorted((one, other) => other.milliseconds - one.milliseconds);
}

/** Milliseconds of a page, and of one that is so many pages later: of three tries each, the best. */
export async function timePages(
  ledger: Pick<Ledger, 'query'>,
  query: LedgerQuery,
  pages: number,
): Promise<{ readonly first: number; readonly deep: number }> {
  let cursor: string | undefined;
  for (let page = 0; page < pages; page++) {
    const next = await ledger.query({ ...query, limit: 1000, cursor });
    if (next.cursor === undefined) break;
    ({ cursor } = next);
  }
  const best = async (asked: LedgerQuery): Promise<number> => {
    const times: number[] = [];
    for (let time = 0; time < 3; time++) {
      const start = performance.now();
      await ledger.query(asked);
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  };
  return { first: await best(query), deep: await best({ ...query, cursor }) };
}

export function show(timings: readonly Timing[], most: number): string {
  const lines = timings
    .slice(0, most)
    .map(({ question, milliseconds }) => `${milliseconds.toFixed(1)} ms: ${question}`);
  return lines.join('\n');
}
