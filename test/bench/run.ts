/** `npm run bench`: what a gateway costs, side by side. Options: see USAGE. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureBooks } from './books/measure-books.ts';
import { booksDetails, missesOfBooks, renderBooks } from './books/report-books.ts';
import { measureCache } from './cache/measure-cache.ts';
import { cacheDetails, missesOfCache, renderCache } from './cache/report-cache.ts';
import { renderChart } from './chart.ts';
import { FIGURES } from './figures.ts';
import { importTimes } from './import-time.ts';
import { type RunningSubject, type Stage, SUBJECTS, type SubjectEntry, setStage } from './lineup.ts';
import { probeFaults } from './liveness.ts';
import { describeMachine, pinningNotice } from './machine.ts';
import { type Contestant, measureScenario, type Plan, type Samples, warmAll } from './measure.ts';
import { missesOf, renderMachine, renderTable } from './report.ts';
import { SCENARIOS } from './scenarios.ts';
import type { SideBySidePlan } from './side-by-side.ts';
import { heldUp, type Row, tabulate } from './tabulate.ts';
import { measureTracing, missesOfTracing, renderTracing, tracingRows } from './tracing/measure-tracing.ts';
import { measureTranslation } from './translation/measure-translation.ts';
import {
  missesOfTranslation,
  renderTranslation,
  translationDetails,
} from './translation/report-translation.ts';
import { verify } from './verify.ts';
import {
  measureWatching,
  missesOfWatching,
  renderWatching,
  watchingRows,
} from './watching/measure-watching.ts';

const USAGE = `npm run bench -- [options]
  --quick             about a minute and a half, much noisier: for trying things out only
  --only=NAMES        subjects, of: ${SUBJECTS.map(({ name }) => name).join(', ')} (the floor always runs)
  --scenario=NAMES    scenarios, of: ${SCENARIOS.map(({ name }) => name).join(', ')}, import, translation, cache, books, tracing, watched
  --source            ours from TypeScript sources instead of the build
  --no-build          trust the build that is there
  --strict            exit with 1 when a target is missed`;

const FULL: Plan = {
  rounds: 5,
  freshRounds: 2,
  times: { warmMs: 150, measureMs: 500 },
  warmUpMs: 1_200,
  importProcesses: 9,
};
const QUICK: Plan = {
  rounds: 2,
  freshRounds: 1,
  times: { warmMs: 50, measureMs: 150 },
  warmUpMs: 800,
  importProcesses: 3,
};

/** What runs in one call of a hundred is compiled late, and a gateway runs for weeks. */
function longWarm(plan: Plan): Plan {
  return { ...plan, warmUpMs: 3 * plan.warmUpMs };
}

/**
 * For what runs in every call, and is to be told to a few hundredths: as compiled as it ever is. Of two processes with the same
 * program one is up to a twentieth slower than the other, and on a busy machine one turn differs more from the next than that.
 */
function steady(plan: Plan): SideBySidePlan {
  return { ...plan, warmUpMs: 6 * plan.warmUpMs, turns: 10 };
}

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    scenario: { type: 'string' },
    source: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const root = new URL('../../', import.meta.url);
const sourceFlags = options.source ? ['--conditions=@vector-engine/source'] : [];

/** Scenarios of another kind: not every subject takes part. */
const APART = ['import', 'translation', 'cache', 'books', 'tracing', 'watched'] as const;

function isAsked(name: (typeof APART)[number]): boolean {
  return options.scenario === undefined || options.scenario.split(',').includes(name);
}

function chosen<Item extends { readonly name: string }>(items: readonly Item[], names?: string): Item[] {
  if (names === undefined) return [...items];
  const wanted = names.split(',');
  const known = new Set([...items.map(({ name }) => name), ...APART]);
  const unknown = wanted.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`Not known: ${unknown.join(', ')}.\n${USAGE}`);
  return items.filter(({ name }) => wanted.includes(name));
}

function npm(args: readonly string[], folder: URL): void {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`npm ${args.join(' ')} failed in ${folder.pathname}:\n${stdout}${stderr}`);
}

function prepare(entries: readonly SubjectEntry[]): void {
  const peers = new URL('peers/', import.meta.url);
  if (entries.some(({ peer }) => peer) && !existsSync(new URL('node_modules', peers))) {
    console.log('Installing what is compared with (test/bench/peers) ...');
    npm(['ci', '--ignore-scripts'], peers);
  }
  if (entries.some(({ ours }) => ours) && !options.source && !options['no-build']) {
    console.log('Building ...');
    npm(['run', 'build'], root);
  }
}

async function gather(stage: Stage, entries: readonly SubjectEntry[]): Promise<Contestant[]> {
  const contestants: Contestant[] = [{ entry: undefined, running: stage.direct }];
  for (const entry of entries) {
    const running: RunningSubject = await stage.start(entry);
    await verify(stage, running);
    contestants.push({ entry, running });
  }
  return contestants;
}

/** Saved beside the other figures: they are of one subject only. */
async function runTranslation(
  stage: Stage,
  entries: readonly SubjectEntry[],
  plan: Plan,
): Promise<{ readonly table: string; readonly misses: readonly string[] } | undefined> {
  if (!isAsked('translation') || !entries.some(({ name }) => name === 'bare')) return undefined;
  const translation = await measureTranslation(stage, plan);
  const misses = missesOfTranslation(translation);
  saveResult('translation', {
    measuredAt: new Date().toISOString(),
    plan,
    machine: describeMachine(),
    misses,
    ...translationDetails(translation),
  });
  return { table: renderTranslation(translation), misses };
}

/** Saved apart, too. */
async function runCache(
  stage: Stage,
  entries: readonly SubjectEntry[],
  plan: Plan,
): Promise<{ readonly table: string; readonly misses: readonly string[] } | undefined> {
  if (!isAsked('cache') || !entries.some(({ name }) => name === 'express')) return undefined;
  process.stdout.write('cache ');
  const measurement = await measureCache(stage, plan);
  const misses = missesOfCache(measurement);
  saveResult('cache', {
    measuredAt: new Date().toISOString(),
    plan,
    machine: describeMachine(),
    misses,
    ...cacheDetails(measurement),
  });
  return { table: renderCache(measurement), misses };
}

/** Saved apart, too. */
async function runBooks(
  stage: Stage,
  entries: readonly SubjectEntry[],
  plan: Plan,
): Promise<{ readonly table: string; readonly misses: readonly string[] } | undefined> {
  if (!isAsked('books') || !entries.some(({ name }) => name === 'bare')) return undefined;
  process.stdout.write('books ');
  const measurements = await measureBooks(stage, steady(plan));
  const misses = missesOfBooks(measurements);
  saveResult('books', {
    measuredAt: new Date().toISOString(),
    plan,
    machine: describeMachine(),
    misses,
    ...booksDetails(measurements),
  });
  return { table: renderBooks(measurements), misses };
}

/** Saved apart, too. */
async function runTracing(
  stage: Stage,
  entries: readonly SubjectEntry[],
  plan: Plan,
): Promise<{ readonly table: string; readonly misses: readonly string[] } | undefined> {
  if (!isAsked('tracing') || !entries.some(({ name }) => name === 'bare')) return undefined;
  process.stdout.write('tracing ');
  const measurements = await measureTracing(stage, longWarm(plan));
  const misses = missesOfTracing(measurements);
  const told = { misses, rows: tracingRows(measurements) };
  saveResult('tracing', { measuredAt: new Date().toISOString(), plan, machine: describeMachine(), ...told });
  return { table: renderTracing(measurements), misses };
}

/** Saved apart, too. */
async function runWatching(
  stage: Stage,
  entries: readonly SubjectEntry[],
  plan: Plan,
): Promise<{ readonly table: string; readonly misses: readonly string[] } | undefined> {
  if (!isAsked('watched') || !entries.some(({ name }) => name === 'bare')) return undefined;
  process.stdout.write('watched ');
  const measurements = await measureWatching(stage, longWarm(plan));
  const misses = missesOfWatching(measurements);
  const told = { misses, rows: watchingRows(measurements) };
  saveResult('watched', { measuredAt: new Date().toISOString(), plan, machine: describeMachine(), ...told });
  return { table: renderWatching(measurements), misses };
}

async function measureImport(entries: readonly SubjectEntry[], plan: Plan): Promise<Samples[]> {
  if (!isAsked('import') || !entries.some(({ name }) => name === 'express')) return [];
  const times = await importTimes(plan.importProcesses, sourceFlags);
  return [new Map([['express', times.map((time) => ({ 'import.time': time }))]])];
}

/** What a subject wrote to its standard error: of ours, that is a fault. */
function complaintsOf(contestants: readonly Contestant[]): string[] {
  return contestants.flatMap(({ running: { child, name, ours } }) => {
    const complaint = child?.complaints() ?? '';
    if (complaint === '') return [];
    if (ours) process.exitCode = 1;
    return [`${name} wrote to its standard error: ${complaint.trim()}`];
  });
}

const results = new URL('results/', import.meta.url);

function saveResult(name: string, details: object): void {
  mkdirSync(results, { recursive: true });
  writeFileSync(new URL(`${name}.json`, results), `${JSON.stringify(details, null, 2)}\n`);
}

function save(rows: readonly Row[], details: object): void {
  const { cpu, node } = describeMachine();
  saveResult('latest', { ...details, figures: rows.map(({ figure, cells }) => ({ ...figure, cells })) });
  writeFileSync(
    new URL('latest.svg', results),
    renderChart(rows, `Node ${node}, ${cpu}; gateway on one core; npm run bench`),
  );
}

async function main(): Promise<void> {
  if (options.help) return console.log(USAGE);
  const startedAt = performance.now();
  const plan = options.quick ? QUICK : FULL;
  const only = options.only === undefined ? undefined : `floor,${options.only}`;
  const entries = chosen(SUBJECTS, only);
  const scenarios = chosen(SCENARIOS, options.scenario);
  // What is measured apart has subjects of its own.
  const taking = scenarios.length > 0 ? entries : [];
  prepare([...taking, ...entries.filter(({ ours }) => ours)]);
  const machine = describeMachine();
  console.log(`\n${renderMachine(machine)}`);
  if (pinningNotice !== undefined) console.log(pinningNotice);

  const stage = await setStage({ fromSource: options.source });
  try {
    const contestants = await gather(stage, taking);
    const withOurs = taking.some(({ ours }) => ours);
    const probes = withOurs ? await probeFaults(stage, sourceFlags) : [];
    await warmAll(stage, contestants, plan.warmUpMs);
    const measured: Samples[] = [];
    for (const scenario of scenarios) {
      process.stdout.write(`${scenario.name} `);
      measured.push(await measureScenario(stage, scenario, contestants, plan));
    }
    measured.push(...(await measureImport(entries, plan)));
    const translation = await runTranslation(stage, entries, plan);
    const rows = tabulate(FIGURES, measured);
    const cache = await runCache(stage, entries, plan);
    const books = await runBooks(stage, entries, plan);
    const tracing = await runTracing(stage, entries, plan);
    const watched = await runWatching(stage, entries, plan);
    const misses = [
      ...missesOf(rows),
      ...[translation, cache, books, tracing, watched].flatMap((apart) => apart?.misses ?? []),
    ];
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    if (rows.length > 0) console.log(`\n\n${renderTable(rows)}`);
    console.log(translation === undefined ? '' : `\n\n${translation.table}\n`);
    if (cache !== undefined) console.log(`\n\n${cache.table}\n`);
    if (books !== undefined) console.log(`\n\n${books.table}\n`);
    if (tracing !== undefined) console.log(`\n\n${tracing.table}\n`);
    if (watched !== undefined) console.log(`\n\n${watched.table}\n`);
    if (withOurs)
      console.log(`Live in every phase of ours: usage tap and breaker. Probes: ${probes.join('; ')}.`);
    for (const miss of misses) console.log(`MISS  ${miss}`);
    const slowed = heldUp(measured);
    if (slowed.length > 0)
      console.log(
        `The machine was busy with other things: no full core for ${slowed.join(', ')}. Measure again.`,
      );
    for (const complaint of complaintsOf(contestants)) console.log(complaint);
    if (rows.length > 0)
      save(rows, {
        measuredAt: new Date().toISOString(),
        seconds,
        plan,
        machine,
        probes,
        misses: missesOf(rows),
      });
    console.log(`${seconds} s; written to test/bench/results`);
    if (options.strict && misses.length > 0) process.exitCode = 1;
  } finally {
    await stage.close();
  }
}

await main();
