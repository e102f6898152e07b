import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Figures, figuresOf, idealRun, quantile } from './figures.ts';
import { renderPlot } from './plot.ts';
import { plotPath, runAll } from './run-all.ts';
import { failingFast, slowTarget } from './scenarios.ts';
import { type Run, simulate } from './simulate.ts';
import { VirtualTime } from './virtual-time.ts';

let runs: Run[] = [];
beforeAll(async () => {
  runs = await runAll();
}, 60_000);

function runOf(name: string): Run {
  const run = runs.find(({ scenario }) => scenario.name === name);
  if (run === undefined) throw new Error(`there is no scenario "${name}"`);
  return run;
}

/** Between two moments, in seconds. */
const during = (name: string, from?: number, to?: number): Figures => figuresOf(runOf(name), from, to);
const idealP99 = ({ scenario }: Run, seed?: number): number =>
  quantile(
    idealRun(scenario, seed).map(({ milliseconds }) => milliseconds),
    0.99,
  );

function expectFast(run: Run, seed?: number): void {
  const { answered, p99 } = figuresOf(run);
  expect(answered).toBe(1);
  expect(p99).toBeLessThanOrEqual(1.5 * idealP99(run, seed));
}

describe('one of ten targets is ten times as slow, at 70 % load', () => {
  test.each([1, 2, 3])(
    'it gets at most 2 %%, and p99 is within 1.5x of the ideal (seed %i)',
    async (seed) => {
      const run = await simulate(slowTarget(), seed);
      expect(run.seen.length).toBeGreaterThan(10_000);
      expectFast(run, seed);
      expect(figuresOf(run).troubledShare).toBeLessThanOrEqual(0.02);
    },
  );

  test('it is asked again now and then', () => {
    expect(during('One is slow', 30).troubledShare).toBeGreaterThan(0);
  });

  test('once it is as fast as the others, it soon has its share again', () => {
    expect(during('One recovers', 10, 30).troubledShare).toBeLessThanOrEqual(0.02);
    expect(during('One recovers', 45).troubledShare).toBeGreaterThan(0.07);
    expectFast(runOf('One recovers'));
  });
});

describe('a target that fails fast', () => {
  test('gets less than 5 %, and no caller notices', () => {
    expectFast(runOf('One fails fast'));
    expect(during('One fails fast').troubledShare).toBeLessThan(0.05);
  });

  test('gets less than 5 % without a breaker, too: to fail fast is not to be fast', async () => {
    const run = await simulate(failingFast(false));
    expectFast(run);
    expect(figuresOf(run).troubledShare).toBeLessThan(0.05);
  });

  test('in turn with doing well costs hardly an attempt', () => {
    expectFast(runOf('One flaps'));
    expect(during('One flaps').attemptsPerCall).toBeLessThan(1.01);
  });
});

describe('larger trouble', () => {
  test('a brown-out of three of ten is not seen in what is answered, and is avoided', () => {
    expect(during('A brown-out').answered).toBeGreaterThan(0.999);
    expect(during('A brown-out', 22, 40).troubledShare).toBeLessThan(0.1);
    expect(during('A brown-out', 50).troubledShare).toBeGreaterThan(0.2);
    expect(during('A brown-out', 45).p99).toBeLessThan(1.5 * idealP99(runOf('A brown-out')));
  });

  test('a region that refuses connections is left alone at once, and found again', () => {
    expectFast(runOf('A region is lost'));
    expect(during('A region is lost', 20, 40).troubledShare).toBeLessThan(0.05);
    expect(during('A region is lost', 52).troubledShare).toBeGreaterThan(0.35);
  });

  test('a storm of 429 costs callers nothing, and less than one attempt in fifty', () => {
    expectFast(runOf('A storm of 429'));
    expect(during('A storm of 429').attemptsPerCall).toBeLessThan(1.02);
  });

  test('while some are down and the others over their limits, callers wait for those, and are all answered', () => {
    const name = 'Limits in an outage';
    expect(during(name).answered).toBe(1);
    expect(during(name, 24, 36).p50).toBeLessThan(500);
    expect(Math.max(...runOf(name).seen.map(({ milliseconds }) => milliseconds))).toBeLessThan(5000);
  });

  test('while all are down, retries stay within their budget, and callers are told so', () => {
    const { attemptsPerCall, calls, answered } = during('All are down', 20, 30);
    expect(answered).toBeLessThan(0.05);
    expect(attemptsPerCall * calls).toBeLessThanOrEqual(1.2 * calls + 100);
    const statuses = new Set(runOf('All are down').seen.map(({ status }) => status));
    expect(statuses).toEqual(new Set([200, 503]));
  });

  test('when all are back, everything is answered again as soon as a breaker lets a probe through', () => {
    expect(during('All are down', 33).answered).toBe(1);
    expect(during('All are down', 40).p99).toBeLessThan(1000);
  });
});

describe('the simulation', () => {
  test('is the same for the same seed, and another for another', async () => {
    const scenario = { ...slowTarget(), seconds: 5 };
    const [once, again, other] = [
      await simulate(scenario, 4),
      await simulate(scenario, 4),
      await simulate(scenario, 5),
    ];
    expect(again.seen).toEqual(once.seen);
    expect(again.attempts).toEqual(once.attempts);
    expect(other.seen).not.toEqual(once.seen);
  });

  test('loses no call', () => {
    for (const { seen, scenario } of runs) {
      expect(seen.length).toBeGreaterThan(scenario.rate * scenario.seconds * 0.95);
      expect(seen.map(({ status }) => status)).not.toContain(499);
    }
  });

  test('is drawn in the documentation as it is (npm run simulate draws it anew)', () => {
    expect(renderPlot(runs) === readFileSync(plotPath, 'utf8')).toBe(true);
  });
});

test('virtual time runs its timers in their order, those of one moment as they were set, cleared ones never', async () => {
  const time = new VirtualTime(0);
  const ran: [name: string, at: number][] = [];
  const note = (name: string) => (): number => ran.push([name, time.now()]);
  for (const at of [50, 10, 30, 20, 40, 10]) time.setTimeout(note(`${at}`), at);
  time.clearTimeout(time.setTimeout(note('never'), 15));
  time.setTimeout(() => void Promise.resolve().then(() => time.setTimeout(note('later'), 5)), 20);
  await time.runUntil(45);
  expect(ran).toEqual([
    ['10', 10],
    ['10', 10],
    ['20', 20],
    ['later', 25],
    ['30', 30],
    ['40', 40],
  ]);
  expect(time.now()).toBe(45);
});
