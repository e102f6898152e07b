import { type RunningSubject, type Stage, WATCHING } from '../lineup.ts';
import { withLiveness } from '../liveness.ts';
import type { Plan } from '../measure.ts';
import { alignColumns, formatValue } from '../report.ts';
import { closedLoop } from '../scenarios.ts';
import { median } from '../statistics.ts';
import { SHORT_STREAM, WHOLE } from '../upstream-answers.ts';
import { lookLive } from './look-live.ts';

type WatchingName = (typeof WATCHING)[number]['name'];
/** Microseconds of processor time for a call, of each subject in turn. */
export type WatchingRound = Readonly<Record<WatchingName, number>>;

interface WatchingShape {
  readonly mode: 'whole' | 'stream';
  readonly concurrency: number;
}

export interface WatchingMeasurement {
  readonly shape: WatchingShape;
  readonly rounds: readonly WatchingRound[];
}

const SHAPES: readonly WatchingShape[] = [
  { mode: 'whole', concurrency: 50 },
  { mode: 'stream', concurrency: 50 },
];

/** The bound to keep, of the ratio to a gateway that nobody measures and nobody looks at. */
const BOUND = 1.05;

export type WatchingPlan = Pick<Plan, 'rounds' | 'times' | 'warmUpMs'>;

/** What metrics cost, and a page that is open besides, in the same round as the same call without them. */
export async function measureWatching(
  stage: Stage,
  plan: WatchingPlan,
): Promise<readonly WatchingMeasurement[]> {
  const subjects: RunningSubject[] = [];
  for (const entry of WATCHING) subjects.push(await stage.start(entry));
  const watched = subjects.find(({ name }) => name === 'watched');
  const looking = await lookLive(watched?.port ?? 0);
  const measurements: WatchingMeasurement[] = [];
  try {
    for (const shape of SHAPES)
      measurements.push({ shape, rounds: await measureRounds(stage, plan, { shape, subjects }) });
    const { ended = 0 } = (await watched?.child?.call('live')) ?? {};
    // The last tick may still be to come.
    if (looking.told() < ended / 2)
      throw new Error(`Of ${ended} calls the page was told of ${looking.told()}.`);
  } finally {
    looking.close();
    for (const { child } of subjects) await child?.close();
  }
  return measurements;
}

async function measureRounds(
  stage: Stage,
  { rounds, times, warmUpMs }: WatchingPlan,
  { shape, subjects }: { readonly shape: WatchingShape; readonly subjects: readonly RunningSubject[] },
): Promise<WatchingRound[]> {
  const answerBytes = (shape.mode === 'whole' ? WHOLE : SHORT_STREAM).length / 2;
  const visit = async (subject: RunningSubject, measureMs: number): Promise<number> => {
    const own = { warmMs: times.warmMs, measureMs };
    const loop = (): ReturnType<typeof closedLoop> =>
      closedLoop({ stage, subject, entry: undefined, times: own }, { ...shape, answerBytes });
    return (await withLiveness(stage, subject, loop)).cpu;
  };
  for (const subject of subjects) await visit(subject, warmUpMs);
  const measured: WatchingRound[] = [];
  for (let round = 0; round < rounds; round++) {
    const sample = { unwatched: 0, metered: 0, watched: 0 };
    for (let turn = 0; turn < WATCHING.length; turn++) {
      const place = (round + turn) % WATCHING.length;
      const [entry, subject] = [WATCHING[place], subjects[place]];
      if (entry !== undefined && subject !== undefined)
        sample[entry.name] = await visit(subject, times.measureMs);
    }
    measured.push(sample);
  }
  return measured;
}

export interface WatchingRow {
  readonly label: string;
  /** Of a call that nobody measures: microseconds. */
  readonly unwatched: number;
  readonly metered: number;
  readonly watched: number;
}

/** Ratios are taken within a round, then their median. */
export function watchingRows(measurements: readonly WatchingMeasurement[]): WatchingRow[] {
  return measurements.map(({ shape: { mode, concurrency }, rounds }) => ({
    label: `CPU per ${mode === 'whole' ? 'whole call' : 'short stream'}, c=${concurrency}`,
    unwatched: median(rounds.map(({ unwatched }) => unwatched)),
    metered: median(rounds.map(({ metered, unwatched }) => metered / unwatched)),
    watched: median(rounds.map(({ watched, unwatched }) => watched / unwatched)),
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
