import OpenAI, { AuthenticationError } from 'openai';
import { expect, test } from 'vitest';
import { openServer } from '../open-server.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';

test('who is known gets an answer, whole and streamed; a stranger gets 401', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  const principals: unknown[] = [];
  const errors: unknown[] = [];
  app.on('error', (error) => errors.push(error));
  gateway.on('request', ({ request }) => principals.push(request.principal));
  await using server = await openServer(app.callback());
  const baseURL = `${server.origin}/ai/v1`;
  const messages = [{ role: 'user' as const, content: 'hello koa' }];

  const ada = new OpenAI({ apiKey: 'ada-token', baseURL, maxRetries: 0 });
  const whole = await ada.chat.completions.create({ model: 'gpt-4o', messages });
  expect(whole.choices[0]?.message.content).toContain('hello koa');
  const stream = ada.chat.completions.stream({ model: 'claude-opus-4-6', messages });
  expect(await stream.finalContent()).toContain('hello koa');
  expect(principals).toEqual([
    { tenant: 'acme', id: 'ada' },
    { tenant: 'acme', id: 'ada' },
  ]);

  const stranger = new OpenAI({ apiKey: 'who', baseURL, maxRetries: 0 });
  await expect(stranger.chat.completions.create({ model: 'gpt-4o', messages })).rejects.toBeInstanceOf(
    AuthenticationError,
  );
  expect(errors, 'Koa has nothing to complain about').toEqual([]);
});

test('a WebSocket is for those who are known, too', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app.callback(), gateway);
  const open = (token: string): Promise<string> => {
    const url = `${server.origin.replace('http', 'ws')}/ai/v1/realtime?model=gpt-realtime`;
    const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${token}`]);
    return new Promise((resolve) => {
      socket.addEventListener('error', () => resolve('refused'));
      socket.addEventListener('message', ({ data }) => {
        resolve(JSON.parse(String(data)).type);
        socket.close();
      });
    });
  };
  expect(await open('ada-token')).toBe('session.created');
  expect(await open('who')).toBe('refused');
});

test('outer middleware sees the answers, and other paths belong to the app', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app.callback());
  const answer = await fetch(`${server.origin}/ai/v1/models`, {
    headers: { authorization: 'Bearer bob-token' },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-response-time')).toMatch(/ms$/);
  expect(await (await fetch(`${server.origin}/elsewhere`)).json()).toEqual({
    message: 'The rest of your app.',
  });
});

test('the usage page is for whoever is at this machine, and told so', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app.callback());
  const read = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.origin}/gateway${path}`, { headers });
  expect(await (await read('/')).text()).toContain('<script type="module"');
  expect((await read('/admin/upstreams')).status).toBe(200);
  // Passed on by a proxy on this machine: whoever that is for.
  for (const path of ['/', '/admin/upstreams'])
    expect((await read(path, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(403);
});
