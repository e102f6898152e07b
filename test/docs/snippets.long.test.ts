import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { Server } from 'node:net';
import { join } from 'node:path';
import { format, promisify } from 'node:util';
import { simulatedAzureOpenAI, simulatedOpenAI, simulatedOpenAICompatible } from '@vector-engine/testing';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type PostgresServer, postgresServer, startPostgres } from '../postgres/postgres-server.ts';
import { type RedisServer, redisServer, startRedis } from '../redis/redis-server.ts';
import { isPromise, type Program, programs, toRunnable } from './programs.ts';
import { repository } from './read-markdown.ts';

const cache = join(import.meta.dirname, '.cache');
const all = programs();

beforeAll(async () => {
  await rm(cache, { recursive: true, force: true });
  await mkdir(join(cache, 'run'), { recursive: true });
  await mkdir(join(cache, 'types'), { recursive: true });
});

test('there are snippets in every page for users, and each is run or type-checked', () => {
  const files = new Set(all.map(({ name }) => name.split(':')[0]));
  expect([...files]).toEqual(
    expect.arrayContaining([
      'README.md',
      'docs/dashboard.md',
      'docs/dialects.md',
      'docs/errors.md',
      'docs/getting-started.md',
      'docs/guards.md',
      'docs/headers-and-events.md',
      'docs/lived-in-apps.md',
      'docs/logs.md',
      'docs/media.md',
      'docs/metrics.md',
      'docs/models.md',
      'docs/redaction.md',
      'docs/resilience.md',
      'docs/routing.md',
      'docs/shared-state.md',
      'docs/testing.md',
      'docs/tracing.md',
      'docs/upstreams.md',
      'docs/videos.md',
      'packages/core/README.md',
      'packages/dashboard/README.md',
      'packages/express/README.md',
      'packages/koa/README.md',
      'packages/postgres/README.md',
      'packages/redis/README.md',
      'packages/testing/README.md',
    ]),
  );
});

test('every snippet compiles in strict mode', { timeout: 60_000 }, async () => {
  await Promise.all(all.map(({ fileName, code }) => writeFile(join(cache, 'types', fileName), code)));
  const config = {
    extends: '../../../tsconfig.json',
    compilerOptions: {
      isolatedDeclarations: false,
      declaration: false,
      lib: ['es2024', 'dom.iterable', 'esnext.disposable'],
    },
    include: ['types/*.ts'],
    exclude: [],
  };
  await writeFile(join(cache, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiling = promisify(execFile)(process.execPath, [tsc, '-p', join(cache, 'tsconfig.json')]);
  const printed = await compiling.then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  expect(printed).toBe('');
});

/** What comments promise, and what is printed instead. */
const promises: { promise: string; printed: string }[] = [];

/** Without the line breaks and spaces of Node's way to print lists; an ellipsis stands for any rest. */
function comparable(promise: string, printed: string): { promise: string; printed: string } {
  const flat = printed.replaceAll(/\s+/g, ' ').replaceAll(/\[ | \]/g, (bracket) => bracket.trim());
  if (!promise.endsWith('…')) return { promise, printed: flat };
  const start = promise.slice(0, -1).trim();
  return { promise: start, printed: flat.slice(0, start.length) };
}

/** Undefined where there is none on this machine: the snippets then show that they do without, too. */
let redis: RedisServer | undefined;
let database: PostgresServer | undefined;

beforeAll(async () => {
  if (redisServer !== undefined) redis = await startRedis();
  if (postgresServer !== undefined) database = await startPostgres();
  vi.stubGlobal('docsPrint', (promise: string, ...values: unknown[]) => {
    if (isPromise(promise)) promises.push(comparable(promise, format(...values)));
  });
  const names = all.flatMap(({ code }) =>
    [...code.matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name ?? ''),
  );
  for (const name of names) vi.stubEnv(name, 'sk-docs');
  vi.stubEnv('GATEWAY_SECRET', 'a secret of 32 characters or more');
  vi.stubEnv('REDIS_URL', `redis://127.0.0.1:${redis?.port ?? 1}`);
  vi.stubEnv('DATABASE_URL', database?.connectionString ?? 'postgres://127.0.0.1:1/none');
});

afterAll(async () => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await redis?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
  await rm(cache, { recursive: true, force: true });
});

test.each(all.filter(({ serves }) => serves === undefined))(
  '$name runs, and prints what it says',
  async (program) => {
    const servers = await runProgram(program);
    // A server that nobody calls would prove nothing; the snippet that shows the end of one has none of its own to show.
    expect(servers.length === 0 || /simulated|SIGTERM/.test(program.code)).toBe(true);
    expect(promises.map(({ printed }) => printed)).toEqual(promises.map(({ promise }) => promise));
  },
);

test.each(all.filter(({ serves }) => serves !== undefined))(
  '$name runs, and answers a call',
  async (program) => {
    const [server] = await runProgram(program);
    if (server === undefined) throw new Error('the snippet listens nowhere');
    if (!server.listening) await once(server, 'listening');
    // The snippet's upstreams are simulated servers, which run until the test is over.
    const answer = await fetch(`http://127.0.0.1:${portOf(server)}${program.serves}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer team-key' },
      body: JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    const body: unknown = await answer.json();
    expect(answer.status).toBe(program.status);
    expect(body).toMatchObject(
      program.status === 200 ? { object: 'chat.completion' } : { error: { code: 'invalid_api_key' } },
    );
  },
);

/** Runs a snippet beside simulated vendors, and returns the servers that it has started. All end with the test. */
async function runProgram(program: Program): Promise<Server[]> {
  const openai = await simulatedOpenAI();
  const azure = await simulatedAzureOpenAI({ deployments: { 'gpt-52-prod': 'gpt-5.2' } });
  const compatible = await simulatedOpenAICompatible({ vendor: 'openrouter' });
  const stand = { openai: openai.baseURL, azure: azure.origin, compatible: compatible.baseURL };
  const path = join(cache, 'run', program.fileName);
  await writeFile(path, toRunnable(program.code, stand));

  const signals = process.listeners('SIGTERM');
  const listening = vi.spyOn(Server.prototype, 'listen');
  vi.spyOn(console, 'log').mockImplementation(() => {});
  onTestFinished(async () => {
    vi.restoreAllMocks();
    for (const listener of process.listeners('SIGTERM')) {
      if (!signals.includes(listener)) process.off('SIGTERM', listener);
    }
    await Promise.all([openai.close(), azure.close(), compatible.close()]);
  });
  promises.length = 0;
  await import(path);
  const servers = listening.mock.contexts.filter((server) => server instanceof Server);
  onTestFinished(() => {
    for (const server of servers) server.close();
  });
  return servers;
}

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}
