import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildApp } from '../../examples/express/app.ts';
import { openServer } from '../../examples/open-server.ts';
import { runCommand } from '../../examples/run-command.ts';
import { startUpstreams } from '../../examples/upstreams.ts';
import manifest from '../../package.json' with { type: 'json' };
import { pages, readBlocks, repository } from './read-markdown.ts';

/** The lines of all shell blocks, comments taken off. */
const lines = pages().flatMap((file) =>
  readBlocks(file)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.split('\n'))
    .map((line) => ({ file, line: line.replace(/\s+#.*$/, '').trim() }))
    .filter(({ line }) => line !== ''),
);

const published = ['core', 'dashboard', 'express', 'koa', 'postgres', 'redis', 'testing'].map(
  (name) => `@vector-engine/${name}`,
);

test('there are commands in the README and in CONTRIBUTING', () => {
  const files = lines.map(({ file }) => file);
  expect(files).toContain('README.md');
  expect(files).toContain('CONTRIBUTING.md');
});

/** What an answer has, by the format that it was asked in. */
const marks = [
  ['/v1/chat/completions', { object: 'chat.completion' }],
  ['/v1/messages', { type: 'message', role: 'assistant' }],
  [':generateContent', { candidates: [{ finishReason: 'STOP' }] }],
  ['/v1/images/generations', { data: [{ url: expect.stringContaining('/content?exp=') }] }],
] as const;

test.each(lines.filter(({ line }) => line.startsWith('curl ')))('$file: $line', async ({ line }) => {
  await using upstreams = await startUpstreams({}, { jobTime: 500 });
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const { code, output } = await runCommand(line.replace('http://127.0.0.1:3000', server.origin));
  expect(code).toBe(0);
  const [, mark] = marks.find(([place]) => line.includes(place)) ?? [];
  expect(JSON.parse(output)).toMatchObject(mark ?? { object: 'chat.completion' });
});

// `npm start` and the servers of the examples are run by their own tests; the others are what the tests are run with.
test.each(lines.filter(({ line }) => !line.startsWith('curl ')))(
  '$file: $line names what exists',
  ({ line }) => {
    expect(problemOf(line)).toBe(undefined);
  },
);

function problemOf(line: string): string | undefined {
  const [program = '', ...words] = line.split(/\s+/);
  if (program === 'npm' && words[0] === 'install') {
    const unknown = words.slice(1).filter((word) => !word.startsWith('--') && !published.includes(word));
    return unknown.length === 0 ? undefined : `nobody publishes ${unknown.join(', ')}`;
  }
  if (program === 'npm') {
    const script = (words[0] === 'run' ? words[1] : words[0]) ?? '';
    return Object.hasOwn(manifest.scripts, script) ? undefined : `there is no script ${script}`;
  }
  if (program === 'npx') {
    const isOurs = words[0] === 'changeset' && '@changesets/cli' in manifest.devDependencies;
    return isOurs ? undefined : `${words[0]} is not installed here`;
  }
  const file = program === 'node' ? (words.find((word) => word.endsWith('.ts')) ?? '') : program;
  return existsSync(join(repository, file)) ? undefined : `there is no file ${file}`;
}
