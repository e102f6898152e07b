import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeBinary, nodeVersions } from './node-versions.ts';
import { makeProject, openWorkplace, packAll, type Workplace } from './pack.ts';
import { run } from './run.ts';

const compilers = { '@types/node': '24.19.2', typescript: '7.0.2', typescript5: 'npm:typescript@5.9.3' };

let workplace: Workplace;
/** Express 5 and Koa 3. */
let current: string;
/** Express 4 and Koa 2. */
let previous: string;

beforeAll(async () => {
  workplace = await openWorkplace();
  const tarballs = await packAll(workplace.folder);
  current = join(workplace.folder, 'current');
  previous = join(workplace.folder, 'previous');
  await makeProject(current, tarballs, {
    express: '5.3.0',
    koa: '3.3.0',
    '@types/express': '5.0.6',
    ...compilers,
  });
  await makeProject(previous, tarballs, {
    express: '4.22.3',
    koa: '2.16.4',
    // Beside Express 5 these declarations do not compile, whoever uses them.
    '@types/koa': '3.0.3',
    ...compilers,
  });
}, 600_000);

afterAll(() => workplace?.[Symbol.asyncDispose]());

test('the tarballs hold what was built and nothing of the tests', async () => {
  const installed = await readdir(join(current, 'node_modules', '@vector-engine'), { recursive: true });
  expect(installed).toContain(join('core', 'dist', 'index.js'));
  expect(installed).toContain(join('core', 'README.md'));
  expect(installed).toContain(join('core', 'LICENSE'));
  expect(installed.filter((file) => /\.test(-d)?\.ts$|tsbuildinfo|examples/.test(file))).toEqual([]);
});

test('the core brings at most 12 packages that it names itself, and no install scripts', async () => {
  const lock = await run('npm', ['ls', '--all', '--json', '--long', '@vector-engine/core'], {
    cwd: previous,
  });
  const { dependencies }: { dependencies: Record<string, { dependencies?: Record<string, unknown> }> } =
    JSON.parse(lock);
  expect(Object.keys(dependencies['@vector-engine/core']?.dependencies ?? {}).length).toBeLessThanOrEqual(12);
  const scripts = await run('npm', ['query', ':attr(scripts, [install]), :attr(scripts, [postinstall])'], {
    cwd: previous,
  });
  expect(JSON.parse(scripts)).toEqual([]);
});

describe.each(nodeVersions)('Node %s', (version) => {
  let node: string;

  beforeAll(async () => {
    node = await nodeBinary(version);
  }, 300_000);

  test('is really what runs', async () => {
    expect(await run(node, ['--version'], { cwd: workplace.folder })).toBe(`v${version}\n`);
  });

  test('an ES module imports every package and makes a call', async () => {
    expect(await run(node, ['import.mjs'], { cwd: current })).toBe('ok\n');
  });

  test('a CommonJS module requires every package and makes a call', async () => {
    expect(await run(node, ['require.cjs'], { cwd: current })).toBe('ok\n');
  });

  test.each([
    ['Express 5', 'express.mjs', () => current],
    ['Express 4', 'express.mjs', () => previous],
    ['Koa 3', 'koa.mjs', () => current],
    ['Koa 2', 'koa.mjs', () => previous],
  ])('%s serves a call', async (_name, file, folder) => {
    expect(await run(node, [file], { cwd: folder() })).toBe('ok\n');
  });

  test('import, call, stream, abort and close leave the host as it was, and the process ends', async () => {
    const { importMilliseconds } = JSON.parse(
      await run(node, ['smoke.mjs'], { cwd: current, timeout: 20_000 }),
    );
    // The benchmark holds the figure; here it only must not be seconds.
    expect(importMilliseconds).toBeLessThan(2_000);
  });
});

describe.each([
  ['TypeScript 7', 'typescript'],
  ['TypeScript 5.9', 'typescript5'],
])('%s', (_name, compiler) => {
  test.each([
    { file: 'types-express.ts', module: 'nodenext', moduleResolution: 'nodenext' },
    { file: 'types-express.ts', module: 'preserve', moduleResolution: 'bundler' },
    { file: 'types-koa.ts', module: 'nodenext', moduleResolution: 'nodenext' },
    { file: 'types-koa.ts', module: 'preserve', moduleResolution: 'bundler' },
  ])(
    'compiles $file, all libraries checked, with $moduleResolution resolution',
    { timeout: 120_000 },
    async (facts) => {
      const { file, ...resolution } = facts;
      const folder = file === 'types-koa.ts' ? previous : current;
      const config = `tsconfig.${compiler}.${resolution.moduleResolution}.json`;
      const compilerOptions = {
        ...resolution,
        target: 'es2022',
        lib: ['es2022', 'esnext.disposable'],
        types: ['node'],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        exactOptionalPropertyTypes: true,
      };
      await writeFile(join(folder, config), JSON.stringify({ compilerOptions, files: [file] }));
      const tsc = join(folder, 'node_modules', compiler, 'bin', 'tsc');
      expect(await run(process.execPath, [tsc, '-p', config], { cwd: folder, timeout: 120_000 })).toBe('');
    },
  );
});
