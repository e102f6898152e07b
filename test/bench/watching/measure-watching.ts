import { type RunningSubject, type Stage, WATCHING } from '../lineup.ts';
import { alignColumns, formatValue } from '../report.ts';
import { measureSideBySide, type SideBySide, type SideBySidePlan } from '../side-by-side.ts';
import { median } from '../statistics.ts';
import { lookLive } from './look-live.ts';

export type WatchingMeasurement = SideBySide<(typeof WATCHING)[number]['name']>;

const shapes = [
  { mode: 'whole', concurrency: 50 },
  { mode: 'stream', concurrency: 50 },
] as const;

/** The bound to keep, of the ratio to a gateway that nobody measures and nobody looks at. */
const BOUND = 1.05;

/** What metrics cost, and a page that is open besides, in the same round as the same call without them. */
export function measureWatching(stage: Stage, plan: SideBySidePlan): Promise<readonly WatchingMeasurement[]> {
  return measureSideBySide(stage, { entries: WATCHING, shapes, attend: openPage }, plan);
}

async function openPage(subjects: readonly RunningSubject[]): Promise<() => Promise<void>> {
  const watched = subjects.find(({ name }) => name === 'watched');
  const looking = await lookLive(watched?.port ?? 0);
  return async () => {
    const { ended = 0 } = (await watched?.child?.call('live')) ?? {};
    looking.close();
    // The last tick may still be to come.
    if (looking.told() < ended / 2)
      throw new Error(`Of ${ended} calls the page was told of ${looking.told()}.`);
  };
}

export interface WatchingRow {
  readonly label: string;
  /** Of a call that nobody measures: microseconds. */
  readonly unwatched: number;
  readonly metered: number;
  readonly watched: number;
}

/** Ratios are taken within a turn, then their median. */
export function watchingRows(measurements: readonly WatchingMeasurement[]): WatchingRow[] {
  return measurements.map(({ shape: { mode, concurrency }, turns }) => ({
    label: `CPU per ${mode === 'whole' ? 'whole call' : 'short stream'}, c=${concurrency}`,
    unwatched: median(turns.map(({ unwatched }) => unwatched)),
    metered: median(turns.map(({ metered, unwatched }) => metered / unwatched)),
    watched: median(turns.map(({ watched, unwatched }) => watched / unwatched)),
  }));
}

export function renderWatching(measurements: readonly WatchingMeasurement[]): string {
  const rows = watchingRows(measurements).map(({ label, unwatched, metered, watched }) => [
    label,
    formatValue(unwatched, 'us'),
    metered.toFixed(2),
    watched.toFixed(2),
  ]);
  const head = ['who looks', 'nobody', 'metrics', 'metrics, page open'];
  return alignColumns([head, ...rows, ['target', '', '', `<= ${BOUND}`]]);
}

/** Which bounds are not kept, in words. `slack`: how much more than the bound is taken for noise. */
export function missesOfWatching(measurements: readonly WatchingMeasurement[], slack = 0): string[] {
  return watchingRows(measurements)
    .filter(({ watched }) => watched > BOUND + slack)
    .map(({ label, watched }) => `watched, ${label}: ${watched.toFixed(2)}, target <= ${BOUND}`);
}
