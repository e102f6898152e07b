import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Tests start hundreds of processes: each of them would read and compile the same sources again, for half of its time.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'vector-engine-compiled');

/**
 * Tests run on the TypeScript sources: the same condition that `npm start` uses. Not `import`: vitest hands the list to
 * Node, which would then give `require()` the ES modules of dependencies as well.
 */
const conditions = ['@vector-engine/source', 'node'];
const shared = { ssr: { resolve: { conditions } }, resolve: { conditions } };

const pure = 'packages/core/src/dialects/**/*.test.ts';
/** What looks at its whole process: at its memory, its globals, its listeners, its modules. */
const apart = [
  'test/{consumers,hosts,postgres,redis,security,tracing}/**/*.test.ts',
  'test/reliability/{hardening,late-catalogues}.test.ts',
  'examples/**/*.test.ts',
];
/** What looks at the time that things take. */
const timed = [
  'test/bench/**/*.test.ts',
  'test/redaction/linear.test.ts',
  'test/reliability/{aborts,caller-deadlines,continuation-ways,deadlines,drain,held-connections,mixed-load}.test.ts',
];
/** What takes minutes and looks at the time, at memory, or at a server that all share. */
const longAlone = [
  'test/bench/{video-jobs,tracing/tracing,translation/limits}.long.test.ts',
  'test/chaos/**/*.long.test.ts',
  'test/dashboard/scale.long.test.ts',
  'test/postgres/million.long.test.ts',
  'test/redis/{outages,two-processes}.long.test.ts',
  'test/clients/abort.long.test.ts',
  'test/consumers/node-lines.long.test.ts',
  'test/hosts/embedded-timers.long.test.ts',
  'test/reliability/{continuation,hedging,overload,slow-callers,slow-readers}.long.test.ts',
];
const never = ['**/node_modules/**', '**/dist/**', '**/*.long.test.ts'];

/** A machine that many share may stall for seconds: there a test is asked once more, and `.ci/run` names it. */
const retry = process.env['CI'] === 'true' ? 1 : 0;

/** Sees to it that there are a Redis and a Postgres for the tests that need one. */
const servers = ['./test/redis/ensure-redis.ts', './test/postgres/ensure-postgres.ts'];
/** And a browser. */
const withBrowser = [...servers, './test/dashboard/ensure-chromium.ts'];

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'fast',
          include: ['{packages,examples,test}/**/*.test.ts'],
          exclude: [...never, pure, ...apart, ...timed],
          globalSetup: servers,
          testTimeout: 45_000,
          retry,
          // A process of its own for each file would take longer than the tests.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'apart',
          include: apart,
          globalSetup: servers,
          exclude: never,
          testTimeout: 45_000,
          retry,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'timed',
          include: timed,
          exclude: never,
          testTimeout: 45_000,
          // What another process made slow is measured again; what is slow by itself is slow three times.
          retry: 2,
          // One after the other, when nothing else runs: what takes time is held to it.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          name: 'pure',
          include: [pure],
          exclude: never,
          setupFiles: ['./test/steady-chance.ts'],
          testTimeout: 45_000,
          isolate: false,
          pool: 'threads',
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'long',
          include: ['{packages,examples,test}/**/*.long.test.ts'],
          globalSetup: withBrowser,
          exclude: ['**/node_modules/**', '**/dist/**', ...longAlone],
          setupFiles: ['./test/steady-chance.ts'],
          testTimeout: 300_000,
          retry,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        ...shared,
        test: {
          name: 'long-alone',
          include: longAlone,
          globalSetup: withBrowser,
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 300_000,
          // As with what is timed: a machine that is busy with something else for seconds is asked once more.
          retry: 1,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});

export default config;
