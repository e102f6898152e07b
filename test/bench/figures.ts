import type { SubjectName } from './lineup.ts';

/** How a figure is told: beside the floor's, above the direct way's, or as it is. */
export type Comparison = 'ratio' | 'added' | 'absolute';

type Targets = Partial<Readonly<Record<SubjectName, number>>>;

export interface Figure {
  readonly id: string;
  readonly label: string;
  readonly unit: 'us' | 'ms' | '/s' | 'B';
  readonly comparison: Comparison;
  readonly better: 'less' | 'more';
  /** The bounds that our subjects have to keep: of the ratio, or of the value where nothing is compared. */
  readonly targets?: Targets;
}

const ours = (bound: number): Targets => ({ bare: bound, express: bound, koa: bound });

function cost(id: string, label: string, targets?: Targets): Figure {
  return { id, label, unit: 'us', comparison: 'ratio', better: 'less', ...(targets ? { targets } : {}) };
}

const wholeCalls = (concurrency: number, targets?: Targets): Figure[] => [
  cost(`whole-${concurrency}.cpu`, `CPU per whole call, c=${concurrency}`, targets),
  {
    id: `whole-${concurrency}.rate`,
    label: `requests/s, c=${concurrency}`,
    unit: '/s',
    comparison: 'ratio',
    better: 'more',
  },
  {
    id: `whole-${concurrency}.p50`,
    label: `p50 added, c=${concurrency}`,
    unit: 'us',
    comparison: 'added',
    better: 'less',
  },
  {
    id: `whole-${concurrency}.p99`,
    label: `p99 added, c=${concurrency}`,
    unit: 'us',
    comparison: 'added',
    better: 'less',
  },
];

/** Everything that is measured, in the order of the table; the targets are those of issue 2. */
export const FIGURES: readonly Figure[] = [
  ...wholeCalls(1),
  ...wholeCalls(50, { bare: 1.3, express: 1.5, koa: 1.5 }),
  ...wholeCalls(500, ours(1.5)),
  cost('stream-setup.cpu', 'CPU to set up one stream, c=50', ours(1.5)),
  {
    id: 'first-byte.p50',
    label: 'time to first byte added, idle',
    unit: 'us',
    comparison: 'added',
    better: 'less',
    targets: ours(100),
  },
  cost('chunk.cpu', 'CPU per streamed chunk, 50 x 200/s', ours(1.15)),
  {
    id: 'burst.rate',
    label: 'chunks/s in a burst of 1,000',
    unit: '/s',
    comparison: 'ratio',
    better: 'more',
    targets: ours(0.8),
  },
  {
    id: 'memory.managed',
    label: 'memory per open idle stream',
    unit: 'B',
    comparison: 'ratio',
    better: 'less',
    targets: ours(1.5),
  },
  {
    id: 'memory.rss',
    label: 'resident set per open idle stream',
    unit: 'B',
    comparison: 'ratio',
    better: 'less',
  },
  {
    id: 'import.time',
    label: 'import of @vector-engine/express',
    unit: 'ms',
    comparison: 'absolute',
    better: 'less',
    targets: { express: 150 },
  },
];

export type Verdict = 'ok' | 'MISS';

export function verdict(
  { better, targets }: Figure,
  subject: SubjectName,
  value: number,
): Verdict | undefined {
  const bound = targets?.[subject];
  if (bound === undefined || Number.isNaN(value)) return undefined;
  return (better === 'less' ? value <= bound : value >= bound) ? 'ok' : 'MISS';
}
