import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pinned, SUBJECT_CORE } from './machine.ts';

const SCRIPT = `
await import('express');
const startedAt = performance.now();
await import('@vector-engine/express');
console.log(performance.now() - startedAt);
process.exit();`;

/** Milliseconds that importing our Express package takes once express is there; one value per fresh process. */
export async function importTimes(processes: number, nodeFlags: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (let left = processes; left > 0; left--) {
    const [command, ...args] = pinned(SUBJECT_CORE, [
      process.execPath,
      ...nodeFlags,
      '--input-type=module',
      '--eval',
      SCRIPT,
    ]);
    const { stdout } = await promisify(execFile)(command, args, { cwd: import.meta.dirname });
    times.push(Number(stdout));
  }
  return times;
}
