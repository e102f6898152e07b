import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

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

/**
 * `curl [-N] [-i] [-X method] [-H header]… [-b cookies] [-c cookies] [-d body] [-F field]… [-o file] url`, with single quotes
 * only; of the cookies, the last one is kept.
 */
async function curl(line: string): Promise<CommandResult> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const headers: [string, string][] = [];
  let url = '';
  let body: string | undefined;
  let method: string | undefined;
  let file: string | undefined;
  let jar: string | undefined;
  let form: FormData | undefined;
  for (let index = 1; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-H') headers.push(splitHeader(words[++index] ?? ''));
    else if (word === '-d') body = words[++index];
    else if (word === '-X') method = words[++index];
    else if (word === '-b') headers.push(['cookie', await readFile(words[++index] ?? '', 'utf8')]);
    else if (word === '-c') jar = words[++index];
    else if (word === '-o') file = words[++index];
    else if (word === '-F') await addField((form ??= new FormData()), words[++index] ?? '');
    else if (!word.startsWith('-')) url = word;
  }
  const response = await fetch(url, {
    method: method ?? ((form ?? body) === undefined ? 'GET' : 'POST'),
    headers,
    body: form ?? body ?? null,
  });
  const head = words.includes('-i') ? headOf(response) : '';
  const [cookie = ''] = response.headers.getSetCookie().at(-1)?.split(';') ?? [];
  if (jar !== undefined) await writeFile(jar, cookie);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (file !== undefined) await writeFile(file, bytes);
  return { code: 0, output: file === undefined ? head + bytes.toString() : '', errors: '' };
}

function headOf({ headers }: Response): string {
  return `${[...headers].map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n`;
}

/** `model=whisper-1`, `file=@hello.mp3`. */
async function addField(form: FormData, field: string): Promise<void> {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(field) ?? [];
  if (!value.startsWith('@')) return form.set(name, value);
  const path = value.slice(1);
  form.set(name, new Blob([await readFile(path)]), basename(path));
}

function splitHeader(header: string): [string, string] {
  const colon = header.indexOf(':');
  return [header.slice(0, colon), header.slice(colon + 1).trim()];
}
