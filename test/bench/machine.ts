import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** The subject has a core for itself; the load generator and the upstream share another. */
export const SUBJECT_CORE = 1;
export const LOAD_CORE = 0;

const canPin: boolean =
  availableParallelism() >= 2 &&
  spawnSync('taskset', ['-c', `${LOAD_CORE},${SUBJECT_CORE}`, 'true']).status === 0;

/** What to say where processes cannot be bound to cores; undefined where they can. */
export const pinningNotice: string | undefined = canPin
  ? undefined
  : 'Not pinned: this needs `taskset` (util-linux) and two cores. Figures are noisier and include migrations.';

/** The command, bound to one core where that is possible. */
export function pinned(core: number | undefined, command: [string, ...string[]]): [string, ...string[]] {
  return canPin && core !== undefined ? ['taskset', '-c', String(core), ...command] : command;
}

/** Moves a running process with all its threads. */
export function moveToCore(core: number, processId: number | undefined): void {
  if (canPin && processId !== undefined) spawnSync('taskset', ['-acp', String(core), String(processId)]);
}

const PACKAGES = [
  { name: 'undici', from: '../../package.json' },
  { name: 'express', from: '../../package.json' },
  { name: 'koa', from: '../../package.json' },
  { name: 'http-proxy-middleware', from: './peers/package.json' },
  { name: '@portkey-ai/gateway', from: './peers/package.json' },
  { name: '@hono/node-server', from: './peers/package.json' },
  { name: 'hono', from: './peers/package.json' },
] as const;

/** On what and with what the figures were measured. */
export interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly pinned: boolean;
  readonly versions: Readonly<Record<string, string>>;
}

export function describeMachine(): Machine {
  return {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    pinned: canPin,
    versions: Object.fromEntries(PACKAGES.map(({ name, from }) => [name, installedVersion(name, from)])),
  };
}

/** Read from the file itself: not every package exports its package.json. */
function installedVersion(name: string, from: string): string {
  const folders = createRequire(new URL(from, import.meta.url)).resolve.paths(name) ?? [];
  const file = folders.map((folder) => `${folder}/${name}/package.json`).find((path) => existsSync(path));
  if (file === undefined) return 'not installed';
  const { version }: { version?: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version ?? 'unknown';
}
