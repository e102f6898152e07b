import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Pool } from 'pg';

/** Undefined where there is none: the tests are skipped then, which the report shows. In CI there is one: `ensure-postgres.ts`. */
export const postgresServer: string | undefined = findServer();

/** The folder of Debian's newest, or the one of what is on the path; the empty text stands for that. */
function findServer(): string | undefined {
  for (const folder of [...debianFolders(), '']) {
    try {
      for (const name of ['postgres', 'initdb'])
        execFileSync(join(folder, name), ['--version'], { stdio: 'ignore' });
      return folder;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

function debianFolders(): string[] {
  const parent = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(parent).toSorted((one, other) => Number(other) - Number(one));
    return versions.map((version) => join(parent, version, 'bin'));
  } catch {
    return [];
  }
}

export interface PostgresServer extends AsyncDisposable {
  readonly connectionString: string;
  readonly port: number;
  /** As `kill -9` does, of the server and all its children. */
  kill(): Promise<void>;
  /** On the same port, with what was in it. */
  restart(): Promise<void>;
  /** A pool as an app would have one; it ends with the server. */
  connect(): Pool;
}

/** A Postgres of one's own on a free port, in a folder of its own. `isSafe`: it keeps what it said it has, whatever becomes of it. */
export async function startPostgres({
  isSafe = false,
}: {
  readonly isSafe?: boolean;
} = {}): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'vector-engine-postgres-'));
  // Postgres does not run as root: the folder is made over to a user that Debian has for it.
  if (process.getuid?.() === 0) execFileSync('chown', ['postgres', directory]);
  await chmod(directory, 0o700);
  const data = join(directory, 'data');
  const options = ['--auth=trust', '--username=postgres', '--no-locale', '--encoding=UTF8', '--no-sync'];
  const [program, ...words] = asUser('initdb', [...options, '--pgdata', data]);
  await promisify(execFile)(program, words, { cwd: directory });
  const port = await freePort();
  let child = await run(directory, port, isSafe);
  const pools: Pool[] = [];
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  const connectionString = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return {
    connectionString,
    port,
    kill: () => stop('SIGKILL'),
    async restart() {
      // Children of the one that was killed may be there for another moment.
      for (let left = 50; ; left--) {
        try {
          child = await run(directory, port, isSafe);
          return;
        } catch (error) {
          if (left === 0) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    },
    connect() {
      const pool = new Pool({ connectionString, max: 4 });
      pool.on('error', () => {});
      pools.push(pool);
      return pool;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(pools.map((pool) => pool.end()));
      // At once: nothing of it is wanted any more.
      await stop('SIGQUIT');
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The program and its words, as somebody who may run it. */
function asUser(name: string, words: readonly string[]): [string, ...string[]] {
  const program = join(postgresServer ?? '', name);
  if (process.getuid?.() !== 0) return [program, ...words];
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', program, ...words];
}

async function run(directory: string, port: number, isSafe: boolean): Promise<ChildProcess> {
  if (postgresServer === undefined) throw new Error('there is no postgres');
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: directory,
    ...(isSafe ? {} : { fsync: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: 0 }),
    max_wal_size: '4GB',
    // The folder may be small that shared memory comes from.
    shared_buffers: '128MB',
    dynamic_shared_memory_type: 'mmap',
  };
  const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [program, ...rest] = asUser('postgres', ['-D', join(directory, 'data'), ...words]);
  const child = spawn(program, rest, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  // Whatever becomes of the tests.
  const end = (): void => void child.kill('SIGQUIT');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  let printed = '';
  for await (const chunk of child.stderr) {
    printed += String(chunk);
    if (printed.includes('ready to accept connections')) break;
  }
  if (!printed.includes('ready to accept connections'))
    throw new Error(`postgres does not start: ${printed}`);
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
