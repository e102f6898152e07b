import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { hostNames, startHost } from './hosts.ts';
import { ask, contentOf, contentOfStream, errorOf, send } from './send.ts';
import { type Stack, startStack } from './stack.ts';

const path = '/v1/chat/completions';

const timeouts: ('setTimeout' | 'clearTimeout')[] = ['setTimeout', 'clearTimeout'];

/** A host whose upstream may think for 200 ms at the most. */
const startHasty = (): Promise<Stack> =>
  startStack({ gateway: { timeouts: { firstByte: 200 }, retry: { rounds: 0 } } });

describe.each(hostNames)('%s: a test of the host’s that has had false timers for a while', (name) => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    { during: 'a whole answer', parts: { path, body: ask() }, fake: {} },
    { during: 'a stream', parts: { path, body: ask({ stream: true }) }, fake: {} },
    { during: 'a list of models', parts: { path: '/v1/models' }, fake: {} },
    { during: 'an answer, of time-outs only', parts: { path, body: ask() }, fake: { toFake: timeouts } },
  ])('$during: later requests are answered, and have their deadlines', async ({ parts, fake }) => {
    await using stack = await startHasty();
    await using host = await startHost(name, stack.gateway);
    vi.useFakeTimers(fake);
    const meanwhile = await send(host, parts);
    vi.useRealTimers();
    expect(meanwhile.status).toBe(200);
    expect(contentOf(await send(host, { path, body: ask() }))).toBe('You said: hello');
    const { text } = await send(host, { path, body: ask({ stream: true }) });
    expect(contentOfStream(text)).toEqual({ content: 'You said: hello', isDone: true });
    stack.upstream.fail({ type: 'hang' });
    const start = performance.now();
    const late = await send(host, { path, body: ask() });
    expect([late.status, errorOf(late).code]).toEqual([504, 'upstream_timeout']);
    expect(performance.now() - start).toBeGreaterThan(150);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

/** A port of this machine where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** A script of somebody's that does nothing but ask a gateway in process, and print what came. */
function askAlone(options: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const script = `
    import { createGateway, openaiCompatible } from '@vector-engine/core';
    const gateway = createGateway({ models: { 'gpt-4o': 'only' }, open: true, ${options} });
    const response = await gateway.fetch('http://gateway${path}', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ${JSON.stringify(JSON.stringify(ask()))},
    });
    process.stdout.write(response.status + ' ' + (await response.json()).error.code);
  `;
  const flags = ['--conditions=@vector-engine/source', '--disable-warning=ExperimentalWarning'];
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  return new Promise((resolve) => {
    const run = [...flags, '--input-type=module', '--eval', script];
    execFile(process.execPath, run, { cwd, timeout: 14_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

describe('a process with nothing to do but to await its gateway ends with the answer', () => {
  test.concurrent('over the pauses between retries', async () => {
    const only = `upstreams: { only: openaiCompatible({ baseURL: 'http://127.0.0.1:${await closedPort()}/v1' }) }`;
    const outcome = await askAlone(only);
    expect(outcome).toEqual({ code: 0, stdout: '503 upstream_unreachable', stderr: '' });
  });

  test.concurrent('until the deadline, where a layer never answers', async () => {
    const outcome = await askAlone(`
      upstreams: { only: openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1' }) },
      layers: [() => () => new Promise(() => {})],
      timeouts: { total: 200 },
    `);
    expect(outcome).toEqual({ code: 0, stdout: expect.stringMatching(/^504 /), stderr: '' });
  });
});
