import type { MountFinding } from './check-mount.ts';

/** One thing that is looked at; it throws what is wrong. */
export interface Check<Trial> {
  readonly name: string;
  run(trial: Trial): Promise<string>;
}

/** Runs all, each with a trial of its own. Never throws: what fails is a finding. `word` makes names that nobody else has used. */
export async function checkEach<Trial>(
  checks: readonly Check<Trial>[],
  trialOf: (word: (name: string) => string) => Trial,
): Promise<readonly MountFinding[]> {
  const findings: MountFinding[] = [];
  const run = `check${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  for (const [index, check] of checks.entries()) {
    try {
      const detail = await check.run(trialOf((name) => `${run}-${index}-${name}`));
      findings.push({ name: check.name, passed: true, detail });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      findings.push({ name: check.name, passed: false, detail });
    }
  }
  return findings;
}

/** What comes back is what is expected, as JSON tells it. */
export function expectSame(found: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what} gave ${one}, not ${other}`);
}
