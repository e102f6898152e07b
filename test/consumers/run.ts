import { execFile } from 'node:child_process';

/** A command ended badly; the message holds everything that it printed. */
export class CommandError extends Error {}

export interface RunOptions {
  readonly cwd: string;
  /** Milliseconds; default a minute. */
  readonly timeout?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end and returns what it printed. */
export function run(program: string, parameters: readonly string[], options: RunOptions): Promise<string> {
  const { cwd, timeout = 60_000, env = process.env } = options;
  return new Promise((resolve, reject) => {
    execFile(program, parameters, { cwd, timeout, env, maxBuffer: 33_554_432 }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const command = [program, ...parameters].join(' ');
      reject(new CommandError(`${command}\nin ${cwd}: ${error.message}\n${stdout}\n${stderr}`));
    });
  });
}
