import { drawFactor, drawGap } from './chance.ts';
import { chancesOf, type Run, type Scenario, type Seen, servers, usual } from './simulate.ts';

/** What is told of a run. */
export interface Figures {
  readonly calls: number;
  /** Share of the calls that were answered with 200. */
  readonly answered: number;
  readonly p50: number;
  readonly p99: number;
  /** Share of the attempts that the troubled targets got. */
  readonly troubledShare: number;
  readonly attemptsPerCall: number;
}

/** Of the calls that began between two moments, in seconds. */
export function figuresOf(run: Run, from: number = 0, to: number = Number.POSITIVE_INFINITY): Figures {
  const isWithin = (at: number): boolean => at >= from * 1000 && at < to * 1000;
  const seen = run.seen.filter(({ at }) => isWithin(at));
  const good = seen.filter(({ status }) => status === 200);
  const milliseconds = good.map((each) => each.milliseconds);
  const attempts = run.attempts.map((times) => times.filter(isWithin).length);
  const all = attempts.reduce((sum, count) => sum + count, 0);
  const troubled = run.scenario.troubled.reduce((sum, index) => sum + (attempts[index] ?? 0), 0);
  return {
    calls: seen.length,
    answered: good.length / seen.length,
    p50: quantile(milliseconds, 0.5),
    p99: quantile(milliseconds, 0.99),
    troubledShare: troubled / all,
    attemptsPerCall: all / seen.length,
  };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/**
 * The same calls in one line before all the targets that are well, each taken by the next that is free, by somebody who
 * knows everything: no gateway can do better.
 */
export function idealRun(scenario: Scenario, seed = 1): Seen[] {
  const { arrivals, work } = chancesOf(seed);
  const freeAt = Array.from(
    { length: (scenario.behaviours.length - scenario.troubled.length) * servers },
    () => 0,
  );
  const seen: Seen[] = [];
  for (let at = 0; at <= scenario.seconds * 1000; at += drawGap(arrivals, 1000 / scenario.rate)) {
    let soonest = 0;
    for (let index = 1; index < freeAt.length; index++)
      if ((freeAt[index] ?? 0) < (freeAt[soonest] ?? 0)) soonest = index;
    const end = Math.max(at, freeAt[soonest] ?? 0) + drawFactor(work) * usual;
    freeAt[soonest] = end;
    seen.push({ at, milliseconds: end - at, status: 200 });
  }
  return seen;
}
