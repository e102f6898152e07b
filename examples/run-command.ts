import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a line as a user's shell would. Where curl is not installed, the lines of the examples are understood here. */
export async function runCommand(line: string): Promise<CommandResult> {
  const result = await runShell(line);
  return line.trimStart().startsWith('curl ') && result.code === 127 ? curl(line) : result;
}

async function runShell(line: string): Promise<CommandResult> {
  const child = spawn('/bin/sh', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, output, errors };
}

/** `curl [-N] [-X method] [-H header]… [-d body] url`, with single quotes only. */
async function curl(line: string): Promise<CommandResult> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const headers: [string, string][] = [];
  let url = '';
  let body: string | undefined;
  let method: string | undefined;
  for (let index = 1; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-H') headers.push(splitHeader(words[++index] ?? ''));
    else if (word === '-d') body = words[++index];
    else if (word === '-X') method = words[++index];
    else if (!word.startsWith('-')) url = word;
  }
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return { code: 0, output: await response.text(), errors: '' };
}

function splitHeader(header: string): [string, string] {
  const colon = header.indexOf(':');
  return [header.slice(0, colon), header.slice(colon + 1).trim()];
}
