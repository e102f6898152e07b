import { allScenarios } from './scenarios.ts';
import { type Run, simulate } from './simulate.ts';

export const plotPath: URL = new URL('../../docs/routing-simulation.svg', import.meta.url);

/** Every scenario once, one after the other: they share the way out. */
export async function runAll(): Promise<Run[]> {
  const runs: Run[] = [];
  for (const make of allScenarios) runs.push(await simulate(make()));
  return runs;
}
