import type { RunningSubject, Stage, SubjectEntry } from './lineup.ts';
import { withLiveness } from './liveness.ts';
import { type Sample, type Scenario, type Times, warmUp } from './scenarios.ts';

export interface Plan {
  readonly rounds: number;
  /** Of scenarios that start every subject afresh. */
  readonly freshRounds: number;
  readonly times: Times;
  readonly warmUpMs: number;
  readonly importProcesses: number;
}

/** Samples of all rounds, in their order, by subject. A round's samples were taken within seconds of each other. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

export interface Contestant {
  readonly entry: SubjectEntry | undefined;
  readonly running: RunningSubject;
}

/** Lets every subject run hot once, before the first round. */
export async function warmAll(
  stage: Stage,
  contestants: readonly Contestant[],
  milliseconds: number,
): Promise<void> {
  const times = { warmMs: 0, measureMs: milliseconds };
  for (const { entry, running } of contestants)
    await withLiveness(stage, running, () => warmUp({ stage, subject: running, entry, times }));
}

/**
 * One scenario, rounds of all subjects in turn, so that what else the machine does hits all alike. Every round begins
 * with another subject.
 */
export async function measureScenario(
  stage: Stage,
  scenario: Scenario,
  contestants: readonly Contestant[],
  plan: Plan,
): Promise<Samples> {
  const samples = new Map<string, Sample[]>();
  const rounds = scenario.fresh ? plan.freshRounds : plan.rounds;
  const taking = contestants.filter(({ entry }) => entry !== undefined || scenario.direct === true);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < taking.length; turn++) {
      const contestant = taking[(round + turn) % taking.length];
      if (contestant === undefined) continue;
      const { entry, running } = contestant;
      const measure = (): Promise<Sample> =>
        scenario.measure({ stage, subject: running, entry, times: plan.times });
      const sample = scenario.fresh ? await measure() : await withLiveness(stage, running, measure);
      const taken = samples.get(running.name) ?? [];
      samples.set(running.name, taken);
      taken[round] = sample;
    }
  }
  return samples;
}
