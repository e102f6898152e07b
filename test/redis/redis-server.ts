import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type RedisClientType } from 'redis';

/** Undefined where there is none: the tests are skipped then, which the report shows. In CI there is one: `ensure-redis.ts`. */
export const redisServer: string | undefined = findServer();

function findServer(): string | undefined {
  for (const name of ['redis-server', 'valkey-server']) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return name;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** A client as an app would have one. */
export type AppClient = RedisClientType;

export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  /** As `kill -9` does. */
  kill(): Promise<void>;
  /** On the same port, with nothing in it. */
  restart(): Promise<void>;
  /** A connected client; it is closed with the server. */
  connect(options?: { readonly port?: number }): Promise<AppClient>;
}

function connectTo(port: number): AppClient {
  return createClient({ url: `redis://127.0.0.1:${port}` });
}

/** A Redis of one's own on a free port, which keeps nothing on disk. */
export async function startRedis(): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'vector-engine-redis-'));
  const port = await freePort();
  let child = await run(port, directory);
  const clients: AppClient[] = [];
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    port,
    kill,
    async restart() {
      child = await run(port, directory);
    },
    async connect({ port: other = port } = {}) {
      const client = connectTo(other);
      client.on('error', () => {});
      clients.push(client);
      await client.connect();
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function run(port: number, directory: string): Promise<ChildProcess> {
  if (redisServer === undefined) throw new Error('there is no redis-server');
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory];
  const child = spawn(redisServer, [...options, '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.includes('eady to accept connections')) break;
  }
  if (child.exitCode !== null) throw new Error(`redis-server does not start: ${printed}`);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port');
  return address.port;
}
