import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeBinary, nodeVersions, pathTo } from './node-versions.ts';
import { repository } from './pack.ts';
import { CommandError, run } from './run.ts';

/** What vitest's JSON reporter writes, as far as it is read here. */
interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

// The suite itself runs on the Node that is a development dependency; here it runs on the other lines.
const others = nodeVersions.filter((version) => process.version !== `v${version}`);

/** Where Node has a part: sockets, streams, timers, files, SQLite, keys, processes. The rest is the same on every line. */
const ofNode = [
  'packages/core/src/{files,http,ledger,realtime,stream,tasks,upstreams}/',
  'packages/postgres/src/',
  'test/hosts/{body-limits,eaten-bodies,embedding,express-access,koa-middleware,servers}',
  'test/{passthrough,realtime,tasks}/',
  'test/security/{chosen-hosts,smuggling}',
  'test/reliability/{hardening,killed-streams,late-catalogues,next-target}',
  'test/video/restart',
].flatMap(expand);

// At once, each in one process at a time.
test.concurrent.each(others)(
  'the fast suite passes on Node %s, as far as Node has a part in it',
  { timeout: 600_000 },
  async (version) => {
    const node = await nodeBinary(version);
    const folder = await mkdtemp(join(tmpdir(), 'vector-engine-suite-'));
    const output = join(folder, 'report.json');
    const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
    const parameters = [
      vitest,
      'run',
      '--project',
      'fast',
      '--project',
      'apart',
      ...ofNode,
      '--maxWorkers=1',
      '--reporter=json',
      `--outputFile=${output}`,
    ];
    // Figures in milliseconds are held by the suite's own run; a busy moment may pass here.
    parameters.push('--retry=2');
    try {
      await run(node, parameters, {
        cwd: repository,
        timeout: 500_000,
        env: withoutVitest(pathTo(node)),
      }).catch(ignoreFailures);
      const report: Report = JSON.parse(await readFile(output, 'utf8'));
      expect(failuresOf(report)).toEqual([]);
      expect(report.success).toBe(true);
      expect(report.numPassedTests).toBeGreaterThan(100);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

/** Vitest looks for paths that have one of these words in them. */
function expand(pattern: string): string[] {
  const [, before = '', names, after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(pattern) ?? [];
  return names === undefined ? [pattern] : names.split(',').map((name) => before + name + after);
}

/** The report tells more than the exit code. */
function ignoreFailures(error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
}

/** A vitest inside of a vitest would take itself for one of its workers. */
function withoutVitest(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$|NODE_OPTIONS$)/.test(name)),
  );
}

function failuresOf({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message === '' ? [] : [`${name}: ${message}`]),
    ...assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages = [] }) => `${name}: ${fullName}\n${failureMessages.join('\n')}`),
  ]);
}
