import type { ApartEntry, RunningSubject, Stage } from './lineup.ts';
import { withLiveness } from './liveness.ts';
import type { Plan } from './measure.ts';
import { closedLoop } from './scenarios.ts';
import { SHORT_STREAM, WHOLE } from './upstream-answers.ts';

export interface Shape {
  readonly mode: 'whole' | 'stream';
  readonly concurrency: number;
}

/** Microseconds of processor time for a call of one shape: of each subject, turn by turn. */
export interface SideBySide<Name extends string> {
  readonly shape: Shape;
  readonly turns: readonly Readonly<Record<Name, number>>[];
}

export interface Contest<Name extends string> {
  readonly entries: readonly (ApartEntry & { readonly name: Name })[];
  readonly shapes: readonly Shape[];
  /** Told of the subjects of each round; what it returns looks at them once they are measured, before they end. */
  readonly attend?: (
    subjects: readonly RunningSubject[],
  ) => Promise<(() => Promise<void>) | undefined> | (() => Promise<void>) | undefined;
}

export interface SideBySidePlan extends Pick<Plan, 'rounds' | 'times' | 'warmUpMs'> {
  /** Of a round; short ones, so that what else the machine does hits all subjects alike. Default: 8. */
  readonly turns?: number;
}

const usualTurns = 8;

/**
 * The same calls at all subjects in turn. Each round has processes of its own: of two that run the same program one is up to a
 * twentieth slower, and stays so as long as it lives.
 */
export async function measureSideBySide<Name extends string>(
  stage: Stage,
  contest: Contest<Name>,
  plan: SideBySidePlan,
): Promise<readonly SideBySide<Name>[]> {
  const measured = contest.shapes.map((shape) => ({ shape, turns: [] as Record<Name, number>[] }));
  for (let round = 0; round < plan.rounds; round++) {
    const subjects: RunningSubject[] = [];
    for (const entry of contest.entries) subjects.push(await stage.start(entry));
    const look = await contest.attend?.(subjects);
    const warm = new Set<Shape['mode']>();
    for (const { shape, turns } of measured) {
      // What was compiled for one of them is so for all.
      const warmUpMs = warm.has(shape.mode) ? plan.warmUpMs / 4 : plan.warmUpMs;
      warm.add(shape.mode);
      const own = { plan: { ...plan, warmUpMs }, shape, subjects, names: contest.entries };
      turns.push(...(await measureRound<Name>(stage, own)));
    }
    await look?.();
    for (const { child } of subjects) await child?.close();
  }
  return measured;
}

interface Round<Name> {
  readonly plan: SideBySidePlan;
  readonly shape: Shape;
  readonly subjects: readonly RunningSubject[];
  /** Of the subjects. */
  readonly names: readonly { readonly name: Name }[];
}

async function measureRound<Name extends string>(
  stage: Stage,
  { plan: { times, warmUpMs, turns: wanted = usualTurns }, shape, subjects, names }: Round<Name>,
): Promise<Record<Name, number>[]> {
  const answerBytes = (shape.mode === 'whole' ? WHOLE : SHORT_STREAM).length / 2;
  const visit = async (subject: RunningSubject, milliseconds: number): Promise<number> => {
    const own = { warmMs: times.warmMs, measureMs: milliseconds };
    const loop = (): ReturnType<typeof closedLoop> =>
      closedLoop({ stage, subject, entry: undefined, times: own }, { ...shape, answerBytes });
    return (await withLiveness(stage, subject, loop)).cpu;
  };
  for (const subject of subjects) await visit(subject, warmUpMs);
  const turns: Record<Name, number>[] = [];
  for (let turn = 0; turn < wanted; turn++) {
    const spent: [Name, number][] = [];
    for (let step = 0; step < subjects.length; step++) {
      const place = (turn + step) % subjects.length;
      const [subject, entry] = [subjects[place], names[place]];
      if (subject !== undefined && entry !== undefined)
        spent.push([entry.name, await visit(subject, times.measureMs / 4)]);
    }
    // Each of the names is there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    turns.push(Object.fromEntries(spent) as Record<Name, number>);
  }
  return turns;
}
