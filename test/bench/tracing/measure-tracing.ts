import { type RunningSubject, type Stage, TRACING } from '../lineup.ts';
import { withLiveness } from '../liveness.ts';
import type { Plan } from '../measure.ts';
import { alignColumns, formatValue } from '../report.ts';
import { closedLoop } from '../scenarios.ts';
import { median } from '../statistics.ts';
import { SHORT_STREAM, WHOLE } from '../upstream-answers.ts';

type TracingName = (typeof TRACING)[number]['name'];
/** Microseconds of processor time for a call, of each subject in turn. */
export type TracingRound = Readonly<Record<TracingName, number>>;

interface TracingShape {
  readonly mode: 'whole' | 'stream';
  readonly concurrency: number;
}

export interface TracingMeasurement {
  readonly shape: TracingShape;
  readonly rounds: readonly TracingRound[];
}

const SHAPES: readonly TracingShape[] = [
  { mode: 'whole', concurrency: 50 },
  { mode: 'stream', concurrency: 50 },
];

/** The bound to keep, of the ratio to a host without OpenTelemetry, where one call in a hundred is recorded. */
const BOUND = 1.1;

export type TracingPlan = Pick<Plan, 'rounds' | 'times' | 'warmUpMs'>;

/** What traces cost, in the same round as the same call in a host without OpenTelemetry. */
export async function measureTracing(
  stage: Stage,
  plan: TracingPlan,
): Promise<readonly TracingMeasurement[]> {
  const subjects: RunningSubject[] = [];
  for (const entry of TRACING) subjects.push(await stage.start(entry));
  const measurements: TracingMeasurement[] = [];
  for (const shape of SHAPES)
    measurements.push({ shape, rounds: await measureRounds(stage, plan, { shape, subjects }) });
  for (const { child } of subjects) await child?.close();
  return measurements;
}

async function measureRounds(
  stage: Stage,
  { rounds, times, warmUpMs }: TracingPlan,
  { shape, subjects }: { readonly shape: TracingShape; readonly subjects: readonly RunningSubject[] },
): Promise<TracingRound[]> {
  const answerBytes = (shape.mode === 'whole' ? WHOLE : SHORT_STREAM).length / 2;
  const visit = async (subject: RunningSubject, measureMs: number): Promise<number> => {
    const own = { warmMs: times.warmMs, measureMs };
    const loop = (): ReturnType<typeof closedLoop> =>
      closedLoop({ stage, subject, entry: undefined, times: own }, { ...shape, answerBytes });
    return (await withLiveness(stage, subject, loop)).cpu;
  };
  for (const subject of subjects) await visit(subject, warmUpMs);
  const measured: TracingRound[] = [];
  for (let round = 0; round < rounds; round++) {
    const sample = { untraced: 0, traced: 0, 'traced-fully': 0 };
    for (let turn = 0; turn < TRACING.length; turn++) {
      const place = (round + turn) % TRACING.length;
      const [entry, subject] = [TRACING[place], subjects[place]];
      if (entry !== undefined && subject !== undefined)
        sample[entry.name] = await visit(subject, times.measureMs);
    }
    measured.push(sample);
  }
  return measured;
}

export interface TracingRow {
  readonly label: string;
  /** Of a call in a host without OpenTelemetry: microseconds. */
  readonly untraced: number;
  readonly sampled: number;
  readonly all: number;
}

/** Ratios are taken within a round, then their median. */
export function tracingRows(measurements: readonly TracingMeasurement[]): TracingRow[] {
  return measurements.map(({ shape: { mode, concurrency }, rounds }) => ({
    label: `CPU per ${mode === 'whole' ? 'whole call' : 'short stream'}, c=${concurrency}`,
    untraced: median(rounds.map(({ untraced }) => untraced)),
    sampled: median(rounds.map(({ traced, untraced }) => traced / untraced)),
    all: median(rounds.map((round) => round['traced-fully'] / round.untraced)),
  }));
}

export function renderTracing(measurements: readonly TracingMeasurement[]): string {
  const rows = tracingRows(measurements).map(({ label, untraced, sampled, all }) => [
    label,
    formatValue(untraced, 'us'),
    sampled.toFixed(2),
    all.toFixed(2),
  ]);
  const head = ['traces by OpenTelemetry', 'without', '1 % recorded', 'all recorded'];
  return alignColumns([head, ...rows, ['target', '', `<= ${BOUND}`, '']]);
}

/** Which bounds are not kept, in words. */
export function missesOfTracing(measurements: readonly TracingMeasurement[]): string[] {
  return tracingRows(measurements)
    .filter(({ sampled }) => sampled > BOUND)
    .map(({ label, sampled }) => `traced, ${label}: ${sampled.toFixed(2)}, target <= ${BOUND}`);
}
