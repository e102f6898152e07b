import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * Tests run on the TypeScript sources: the same condition that `npm start` uses. Not `import`: vitest hands the list to
 * Node, which would then give `require()` the ES modules of dependencies as well.
 */
const conditions = ['@vector-engine/source', 'node'];
const shared = { ssr: { resolve: { conditions } }, resolve: { conditions } };

const pure = 'packages/core/src/dialects/**/*.test.ts';

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'fast',
          include: ['{packages,examples,test}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.long.test.ts', pure],
          testTimeout: 15_000,
          typecheck: {
            enabled: true,
            include: ['{packages,test}/**/*.test-d.ts'],
            tsconfig: './tsconfig.json',
          },
        },
      },
      {
        ...shared,
        test: {
          name: 'pure',
          include: [pure],
          setupFiles: ['./test/steady-chance.ts'],
          testTimeout: 15_000,
          // Functions without state: a worker of its own for each file would take longer than the tests.
          isolate: false,
          pool: 'threads',
        },
      },
      {
        ...shared,
        test: {
          name: 'long',
          include: ['{packages,examples,test}/**/*.long.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
