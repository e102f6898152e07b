import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One of the servers, started as a user starts it, until a test is done with it. */
export interface StartedExample extends AsyncDisposable {
  /** What it has printed, the ends of lines included. */
  readonly printed: string;
  /** The commands among it, to be run by a shell. */
  readonly commands: readonly string[];
  /** Asks it to end as an operator does. Resolves with its exit code, and what it printed until then. */
  stop(): Promise<{ code: number | null; printed: string }>;
}

/** Keys that may be in the environment of whoever runs the tests must not make the examples call real vendors. */
export function withoutKeys(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/_API_KEY$|^AZURE_|_MODEL$/.test(name)),
  );
}

export async function startExample(command: string, parameters: readonly string[]): Promise<StartedExample> {
  const folder = await mkdtemp(join(tmpdir(), 'example-'));
  const env = { ...withoutKeys(process.env), PORT: '0', DATA_FOLDER: folder };
  const child = spawn(command, parameters, { env });
  let printed = '';
  const exited = once(child, 'close').then(() => child.exitCode);
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (printed.includes('Ctrl-C stops it.')) resolve();
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('error', reject);
    void exited.then((code) => reject(new Error(`it ended with ${code} before it was ready:\n${printed}`)));
  });
  const stop = async (): Promise<{ code: number | null; printed: string }> => {
    if (isRunning(child)) child.kill('SIGTERM');
    return { code: await exited, printed };
  };
  return {
    printed,
    commands: printed.split('\n').filter((line) => /^ {2}(curl|node) /.test(line)),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
