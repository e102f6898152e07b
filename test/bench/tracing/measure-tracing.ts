import { type Stage, TRACING } from '../lineup.ts';
import { alignColumns, formatValue } from '../report.ts';
import { measureSideBySide, type SideBySide, type SideBySidePlan } from '../side-by-side.ts';
import { median } from '../statistics.ts';

export type TracingMeasurement = SideBySide<(typeof TRACING)[number]['name']>;

const shapes = [
  { mode: 'whole', concurrency: 50 },
  { mode: 'stream', concurrency: 50 },
] as const;

/** The bound to keep where the host has a span for each request, and one trace in a hundred is recorded. */
const BOUND = 1.1;

/** What traces cost, in the same turn as the same call in the same host without them. */
export function measureTracing(stage: Stage, plan: SideBySidePlan): Promise<readonly TracingMeasurement[]> {
  return measureSideBySide(stage, { entries: TRACING, shapes }, plan);
}

export interface TracingRow {
  readonly label: string;
  /** Of a call without traces, in a span of the host's: microseconds. */
  readonly untraced: number;
  readonly sampled: number;
  readonly all: number;
  /** Where the host has no span, and the trace begins with the call. */
  readonly alone: number;
}

/** Ratios are taken within a turn, then their median. */
export function tracingRows(measurements: readonly TracingMeasurement[]): TracingRow[] {
  return measurements.map(({ shape: { mode, concurrency }, turns }) => ({
    label: `CPU per ${mode === 'whole' ? 'whole call' : 'short stream'}, c=${concurrency}`,
    untraced: median(turns.map(({ untraced }) => untraced)),
    sampled: median(turns.map(({ traced, untraced }) => traced / untraced)),
    all: median(turns.map((turn) => turn['traced-fully'] / turn.untraced)),
    alone: median(turns.map((turn) => turn['traced-alone'] / turn['untraced-alone'])),
  }));
}

export function renderTracing(measurements: readonly TracingMeasurement[]): string {
  const rows = tracingRows(measurements).map(({ label, untraced, sampled, all, alone }) => [
    label,
    formatValue(untraced, 'us'),
    ...[sampled, all, alone].map((ratio) => ratio.toFixed(2)),
  ]);
  const head = ['traces by OpenTelemetry', 'without', '1 % recorded', 'all recorded', '1 %, no host span'];
  return [
    alignColumns([head, ...rows, ['target', '', `<= ${BOUND}`, '', '']]),
    'The host has a span for each request, or, in the last column, none; without: the same host, and a gateway that does not trace.',
  ].join('\n');
}

/** Which bounds are not kept, in words. */
export function missesOfTracing(measurements: readonly TracingMeasurement[]): string[] {
  return tracingRows(measurements)
    .filter(({ sampled }) => sampled > BOUND)
    .map(({ label, sampled }) => `traced, ${label}: ${sampled.toFixed(2)}, target <= ${BOUND}`);
}
