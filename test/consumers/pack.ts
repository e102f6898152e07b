import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

export const repository: string = join(import.meta.dirname, '..', '..');

const packages = ['core', 'express', 'koa', 'postgres', 'redis', 'testing'] as const;

/** The packages as npm would publish them, by name. */
export type Tarballs = Readonly<Record<`@vector-engine/${(typeof packages)[number]}`, string>>;

/** A folder of its own outside of the repository, where nothing resolves to the sources by accident. */
export interface Workplace extends AsyncDisposable {
  readonly folder: string;
}

export async function openWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'vector-engine-consumers-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Builds the packages and packs them. */
export async function packAll(folder: string): Promise<Tarballs> {
  await run('npm', ['run', 'build'], { cwd: repository, timeout: 120_000 });
  const targets = packages.flatMap((name) => ['--workspace', `packages/${name}`]);
  const printed = await run('npm', ['pack', '--json', '--pack-destination', folder, ...targets], {
    cwd: repository,
  });
  return readPacked(printed, folder);
}

function readPacked(printed: string, folder: string): Tarballs {
  // npm 11 prints an object by name, earlier ones a list.
  const packed: Record<string, { name: string; filename: string }> = JSON.parse(printed);
  const tarballs = Object.values(packed).map(({ name, filename }) => [name, join(folder, filename)]);
  return Object.fromEntries(tarballs);
}

/** A consumer: the packed packages and `dependencies` installed, and the files of `projects` beside them. */
export async function makeProject(
  folder: string,
  tarballs: Tarballs,
  dependencies: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(folder);
  const packed = Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`]);
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: { ...Object.fromEntries(packed), ...dependencies },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  await cp(join(import.meta.dirname, 'projects'), folder, { recursive: true });
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd: folder,
    timeout: 240_000,
  });
}
