import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openServer } from './open-server.ts';
import { runCommand } from './run-command.ts';
import { startExample, withoutKeys } from './start-example.ts';

const source = '--conditions=@vector-engine/source';

test('npm start serves the Express example, and every line that it prints works', {
  timeout: 60_000,
}, async () => {
  await using example = await startExample('npm', ['start']);
  expect(example.commands).toHaveLength(18);
  const [, page = ''] = /The usage page: +(http\S+)/.exec(example.printed) ?? [];
  expect(await (await fetch(page)).text()).toContain('<script type="module"');
  const [models, whole, streamed, auto, messages, contents, ...others] = await runInTurn(example.commands);
  const [picture, midjourney, legacy, video, videos, speech, heard, vectors, sdk, usage, totals, calls] =
    others;
  expect(JSON.parse(models ?? '')).toMatchObject({ object: 'list' });
  expect(JSON.parse(whole ?? '')).toMatchObject({ object: 'chat.completion' });
  expect(streamed).toContain('data: [DONE]');
  expect(auto).toContain('x-vector-model: claude-opus-4-6');
  expect(JSON.parse(messages ?? '')).toMatchObject({ type: 'message', model: 'claude-opus-4-6' });
  expect(JSON.parse(contents ?? '')).toMatchObject({ candidates: [{ finishReason: 'STOP' }] });
  for (const made of [picture, midjourney, legacy]) {
    const [address = ''] = /http[^"]+/.exec(made ?? '') ?? [];
    const file = await fetch(address);
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toMatch(made === legacy ? 'video/mp4' : 'image/png');
  }
  const job = JSON.parse(video ?? '');
  expect(job).toMatchObject({ object: 'video', model: 'veo-3-video', seconds: '8', size: '1280x720' });
  expect(JSON.parse(videos ?? '').data[0]).toMatchObject({ id: job.id });
  expect(speech).toBe('');
  expect(JSON.parse(heard ?? '')).toMatchObject({ text: expect.stringContaining('A recording of') });
  expect(JSON.parse(vectors ?? '').data[1].embedding).toHaveLength(256);
  expect(sdk).toContain('Hello');
  expect(JSON.parse(usage ?? '').total.calls).toBeGreaterThan(10);
  expect(JSON.parse(totals ?? '').data).toContainEqual(
    expect.objectContaining({ group: expect.objectContaining({ model: 'claude-opus-4-6' }) }),
  );
  expect(calls).toContain('gpt-image-2');
  const { printed } = await example.stop();
  expect(printed).toContain('SIGTERM');
  expect(printed).toContain('Closed.');
});

test.each([
  ['koa', 1],
  ['fetch-handler', 2],
  ['in-process', 2],
  ['video-agent', 1],
  ['saas', 6],
  ['company', 9],
])(
  'the %s example runs from its source, and every line that it prints works',
  { timeout: 30_000 },
  async (name, count) => {
    await using example = await startExample('node', [source, `examples/${name}/server.ts`]);
    expect(example.commands).toHaveLength(count);
    for (const command of example.commands) {
      const { code, output } = await runCommand(command);
      expect({ command, code, output }).toEqual({ command, code: 0, output: expect.stringMatching(/./) });
      expect(output).not.toContain('"error"');
    }
    const { code, printed } = await example.stop();
    expect(code).toBe(0);
    expect(printed).toContain('Closed.');
  },
);

test('the multi-upstream example tells the failover as it happens, and its lines work', {
  timeout: 30_000,
}, async () => {
  await using example = await startExample('node', [source, 'examples/multi-upstream/server.ts']);
  expect(example.printed).toMatch(/attempt 1 {2}openai\/gpt-5\.2 +failed: 503/);
  expect(example.printed).toContain('200 from azure after 2 attempts');
  expect(example.printed).toContain('200 from local after 2 attempts');
  expect(example.printed).toContain('breaker of openai is open');
  expect(example.printed).toContain('breaker of openai is closed');
  const [broken, answered, healed] = await runInTurn(example.commands);
  expect(JSON.parse(broken ?? '')).toEqual({ openai: 'answers 503 from now on' });
  expect(JSON.parse(answered ?? '')).toMatchObject({ object: 'chat.completion' });
  expect(JSON.parse(healed ?? '')).toEqual({ openai: 'is well again' });
  const { code } = await example.stop();
  expect(code).toBe(0);
});

test('npm start -- --traffic: within seconds there is a past, and calls come in', {
  timeout: 90_000,
}, async () => {
  await using example = await startExample('npm', ['start', '--', '--traffic']);
  const [, page = ''] = /The usage page: +(http\S+)/.exec(example.printed) ?? [];
  const read = async (path: string): Promise<unknown> => (await fetch(new URL(path, page))).json();
  const callsOf = async (path: string): Promise<number> => {
    const { total } = (await read(path)) as { total: { calls: number } };
    return total.calls;
  };
  const past = await callsOf('admin/overview');
  expect(past).toBeGreaterThan(100);
  await expect.poll(() => callsOf('admin/overview'), { timeout: 30_000 }).toBeGreaterThan(past + 5);
  const { data } = (await read('admin/calls')) as { data: { tags: string[] }[] };
  expect(data.every(({ tags }) => tags.includes('simulated'))).toBe(true);
  expect((await example.stop()).printed).toContain('Closed.');
});

test('traffic is never sent to real vendors: where there is a key of one, it is not begun', async () => {
  const env = { ...withoutKeys(process.env), OPENAI_API_KEY: 'sk-real', PORT: '0' };
  const child = spawn('node', [source, 'examples/express/server.ts', '--traffic'], { env });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, 'close');
  expect(child.exitCode).toBe(1);
  expect(printed).toContain('is for simulated upstreams only');
  expect(printed).toContain('openai');
  expect(printed).not.toContain('sk-real');
});

async function runInTurn(commands: readonly string[]): Promise<string[]> {
  const outputs: string[] = [];
  for (const command of commands) outputs.push((await runCommand(command)).output);
  return outputs;
}

async function refusedStart(PORT: string): Promise<{ code: number | null; printed: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'example-'));
  const child = spawn('node', [source, 'examples/express/server.ts'], {
    env: { ...withoutKeys(process.env), PORT, DATA_FOLDER: folder },
  });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, 'close');
  await rm(folder, { recursive: true });
  return { code: child.exitCode, printed };
}

test('a port in use is told with the way out', async () => {
  await using server = await openServer((_request, response) => response.end());
  const { port } = new URL(server.origin);
  const { code, printed } = await refusedStart(port);
  expect(code).toBe(1);
  expect(printed).toContain(`Port ${port} is in use`);
  expect(printed).toContain('npm start');
});

test('a PORT that is none is told', async () => {
  const { code, printed } = await refusedStart('eighty');
  expect(code).toBe(1);
  expect(printed).toContain('PORT is "eighty"; it must be a number');
});
