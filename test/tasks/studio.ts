import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskRecord } from '../../packages/core/src/protocol/task.ts';
import { sqliteStorage } from '../../packages/core/src/tasks/sqlite-storage.ts';
import { fastClock } from './fast-clock.ts';

/** An upstream and a ledger that outlive the processes that use them, and a file of tasks. */
export interface Studio extends AsyncDisposable {
  readonly path: string;
  /** How often each order was made. */
  readonly created: Map<string, number>;
  /** How often each task was put into the books. */
  readonly settled: Map<string, number>;
  /** When each job was asked about, by the clock of the processes. */
  readonly asked: Map<string, number[]>;
  /** The most that asked about one job at once. */
  readonly mostAtOnce: number;
  /** Starts a process. What it has told is in `created`, and `done` when all of its orders are over. */
  start(options: { readonly orders: number; readonly deathAt?: string; readonly key?: string }): Worker;
  tasks(): Promise<readonly TaskRecord[]>;
}

export interface Worker {
  readonly process: ChildProcess;
  /** Tasks whose creation its caller was told of. */
  readonly created: string[];
  /** Whether its orders are all over: false where it died before. */
  readonly done: Promise<boolean>;
  readonly exited: Promise<unknown>;
}

function count(map: Map<string, number>, name: string, by = 1): number {
  const sum = (map.get(name) ?? 0) + by;
  map.set(name, sum);
  return sum;
}

export interface StudioOptions {
  /** How often a job is asked about before it is done. Default 2. */
  readonly pollsUntilDone?: number;
  /** Milliseconds to answer. Default 0. */
  readonly takes?: number;
}

export async function openStudio({ pollsUntilDone = 2, takes = 0 }: StudioOptions = {}): Promise<Studio> {
  const folder = await mkdtemp(join(tmpdir(), 'vector-crash-'));
  const [created, settled] = [new Map<string, number>(), new Map<string, number>()];
  const asked = new Map<string, number[]>();
  const asking = new Map<string, number>();
  const workers: ChildProcess[] = [];
  let mostAtOnce = 0;
  const answer = async (what: string, name: string): Promise<object> => {
    if (what === 'create') return { id: `${name}-job-${count(created, name)}`, state: 'queued' };
    if (what === 'settle') return { state: 'succeeded', count: count(settled, name) };
    const times = asked.get(name) ?? [];
    asked.set(name, times);
    times.push(fastClock.now());
    mostAtOnce = Math.max(mostAtOnce, count(asking, name));
    await new Promise((resolve) => setTimeout(resolve, takes));
    count(asking, name, -1);
    return { state: times.length > pollsUntilDone ? 'succeeded' : 'running', progress: times.length };
  };
  const server = createServer((request, response) => {
    const [, what = '', name = ''] = (request.url ?? '').split('/');
    void answer(what, name).then((body) => response.end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const path = join(folder, 'tasks.db');
  return {
    path,
    created,
    settled,
    asked,
    get mostAtOnce() {
      return mostAtOnce;
    },
    start({ orders, deathAt = '', key = 'order' }) {
      const child = fork(
        join(import.meta.dirname, 'job-process.ts'),
        [path, `http://127.0.0.1:${port}`, String(orders), deathAt, key],
        { execArgv: ['--conditions=@vector-engine/source'] },
      );
      workers.push(child);
      const done = Promise.withResolvers<boolean>();
      const exited = new Promise((resolve) => {
        child.on('exit', (code) => {
          done.resolve(false);
          resolve(code);
        });
      });
      const told: string[] = [];
      child.on('message', (message: { created?: string; done?: boolean }) => {
        if (message.created !== undefined) told.push(message.created);
        if (message.done === true) done.resolve(true);
      });
      return { process: child, created: told, done: done.promise, exited };
    },
    async tasks() {
      const storage = sqliteStorage({ path });
      const all = await storage.tasks.list({ owner: 'acme', limit: 10_000, order: 'asc' });
      await storage.close();
      return all;
    },
    async [Symbol.asyncDispose]() {
      for (const child of workers) child.kill('SIGKILL');
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

/** Resolves when it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, patience = 30_000): Promise<void> {
  const end = Date.now() + patience;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`it is not so after ${patience} milliseconds`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
