import { defineConfig } from 'vitest/config';

/** Tests run on the TypeScript sources: the same condition that `npm start` uses. */
const conditions = ['@vector-engine/source', 'node', 'import', 'module', 'default'];
const shared = { ssr: { resolve: { conditions } }, resolve: { conditions } };

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'fast',
          include: ['{packages,examples,test}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.long.test.ts'],
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
