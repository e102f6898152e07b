import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface KillOptions {
  /** Address of a module, what it exports that opens a ledger, and the parameters of that; JSON can hold them. */
  readonly module: URL;
  readonly opener: string;
  readonly parameters: readonly unknown[];
  readonly account: string;
  readonly limit: number;
  /** Processes that are at work at once, and are killed. */
  readonly processes: number;
  /** Milliseconds after the first of them has begun. */
  readonly after: number;
}

export interface KillReport {
  /** What the processes were told is kept: costs, by the ids of the calls. */
  readonly settled: ReadonlyMap<string, number>;
  readonly written: ReadonlyMap<string, number>;
  readonly refused: number;
}

const script = new URL('ledger-process.ts', import.meta.url).pathname;

/** Lets processes spend from one account, and kills them in the middle of it. */
export async function killProcesses(options: KillOptions): Promise<KillReport> {
  const settled = new Map<string, number>();
  const written = new Map<string, number>();
  let refused = 0;
  const { module, opener, parameters, account, limit } = options;
  const begun: Promise<void>[] = [];
  const children = Array.from({ length: options.processes }, () => {
    const child = spawn(
      process.execPath,
      [
        '--conditions=@vector-engine/source',
        script,
        module.href,
        opener,
        JSON.stringify(parameters),
        account,
        String(limit),
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        // Each begins where the one before has left off.
        env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'vector-ledger-compiled') },
      },
    );
    const beginning = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [kind, id = '', cost] = line.split(' ');
        if (kind === 'begun') resolve();
        else if (kind === 'refused') refused++;
        // The last line may be a part of one.
        else if (cost !== undefined && id.length === 36)
          (kind === 'settled' ? settled : written).set(id, Number(cost));
      });
      child.once('exit', (code) => reject(new Error(`a process has ended with ${code} before it began`)));
    });
    begun.push(beginning);
    beginning.catch(() => {});
    return { child, closed: once(child, 'close') };
  });
  await Promise.all(begun);
  await new Promise((resolve) => setTimeout(resolve, options.after));
  for (const { child } of children) child.kill('SIGKILL');
  await Promise.all(children.map(({ closed }) => closed));
  return { settled, written, refused };
}
