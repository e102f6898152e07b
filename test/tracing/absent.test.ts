import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createGateway, openaiCompatible } from '@vector-engine/core';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Makes calls of every kind, and prints what was looked for of OpenTelemetry, and what of it is there afterwards. */
const script = `
  import { createRequire, registerHooks } from 'node:module';
  const asked = [];
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier.includes('opentelemetry')) asked.push(specifier);
      return next(specifier, context);
    },
  });
  const { createGateway, openaiCompatible } = await import('@vector-engine/core');
  const { simulatedOpenAI } = await import('@vector-engine/testing');
  if (process.argv.includes('--registered')) {
    const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
    new NodeTracerProvider().register();
    asked.length = 0;
  }
  const upstream = await simulatedOpenAI();
  const gateway = createGateway({
    open: true, upstreams: { sim: openaiCompatible({ baseURL: upstream.baseURL }) }, models: { 'gpt-4o': 'sim' },
    audit: { content: 'full' }, cache: {},
  });
  const statuses = [];
  for (const stream of [false, true]) {
    const body = JSON.stringify({ model: 'gpt-4o', stream, messages: [{ role: 'user', content: 'hello' }] });
    const headers = { 'content-type': 'application/json' };
    const response = await gateway.fetch('http://a/v1/chat/completions', { method: 'POST', headers, body });
    await response.text();
    statuses.push(response.status);
  }
  await gateway.close();
  await upstream.close();
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('opentelemetry'));
  const marks = Object.getOwnPropertySymbols(globalThis).map(String).filter((name) => name.includes('opentelemetry'));
  console.log(JSON.stringify({ statuses, asked, loaded: loaded.length, marks }));
`;

async function runScript(cwd: string, ...parameters: string[]): Promise<unknown> {
  const { stdout } = await run(
    process.execPath,
    ['--conditions=@vector-engine/source', '--input-type=module', '--eval', script, '--', ...parameters],
    { cwd },
  );
  const told: unknown = JSON.parse(stdout);
  return told;
}

test('where the host has registered nothing, nothing of OpenTelemetry is looked for, loaded or left', async () => {
  expect(await runScript(root)).toEqual({ statuses: [200, 200], asked: [], loaded: 0, marks: [] });
});

test('where it has, the API is', async () => {
  expect(await runScript(root, '--registered')).toMatchObject({
    statuses: [200, 200],
    asked: ['@opentelemetry/api'],
  });
});

test('what tracing may be is told', () => {
  const upstreams = { sim: openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1' }) };
  const given: unknown = { open: true, upstreams, models: { any: 'sim' }, tracing: 'yes' };
  expect(() => createGateway(given as { open: true; upstreams: typeof upstreams })).toThrow(
    'tracing: must be true or false (given: "yes")',
  );
});

/** All that is installed but OpenTelemetry; the core is copied by its links. */
function withoutOpenTelemetry(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'without-open-telemetry-'));
  mkdirSync(join(path, 'packages/core'), { recursive: true });
  mkdirSync(join(path, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@opentelemetry' && name !== '@vector-engine')
      symlinkSync(join(root, 'node_modules', name), join(path, 'node_modules', name));
  symlinkSync(join(root, 'packages/core/package.json'), join(path, 'packages/core/package.json'));
  symlinkSync(join(root, 'packages/core/src'), join(path, 'packages/core/src'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

test('where tracing must be and the API is not installed, there is no gateway, and the cure is told', async () => {
  using place = withoutOpenTelemetry();
  const file = join(place.path, 'host.mjs');
  writeFileSync(
    file,
    `
    import { createGateway, openaiCompatible } from './packages/core/src/index.ts';
    const upstreams = { sim: openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1' }) };
    const options = { open: true, upstreams, models: { any: 'sim' } };
    createGateway(options);
    // Something else has left the mark of an SDK.
    globalThis[Symbol.for('opentelemetry.js.api.1')] = { trace: {} };
    const lines = [];
    const log = (_, message) => lines.push(message);
    const gateway = createGateway({ ...options, logger: { debug: log, info: log, warn: log, error: log } });
    const ask = () => gateway.fetch('http://a/v1/chat/completions', { method: 'POST', body: '{}' });
    await ask();
    await ask();
    let error;
    try { createGateway({ ...options, tracing: true }); } catch (thrown) { error = { code: thrown.code, message: thrown.message }; }
    console.log(JSON.stringify({ error, lines: lines.filter((line) => line.includes('OpenTelemetry')) }));
    `,
  );
  const flags = ['--preserve-symlinks', '--preserve-symlinks-main', '--conditions=@vector-engine/source'];
  const { stdout } = await run(process.execPath, [...flags, file], { cwd: place.path });
  expect(JSON.parse(stdout)).toEqual({
    error: {
      code: 'VE_OPTIONS_INVALID',
      message: expect.stringMatching(
        /^tracing: true needs @opentelemetry\/api, .*npm install @opentelemetry\/api/,
      ),
    },
    lines: ['calls are not traced: an SDK of OpenTelemetry is there, but no @opentelemetry/api'],
  });
});
