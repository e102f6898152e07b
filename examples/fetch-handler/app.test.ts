import OpenAI, { AuthenticationError } from 'openai';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { expect, test } from 'vitest';
import { openServer } from '../open-server.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';
import { toListener } from './to-listener.ts';

test.each(['/ai/v1', '/api/ai/v1'])(
  'an OpenAI client is answered at %s, whole and streamed',
  async (path) => {
    await using upstreams = await startUpstreams({});
    const { app, gateway } = buildApp(upstreams);
    await using _ = gateway;
    await using server = await openServer(toListener((request) => app.fetch(request)));
    const client = new OpenAI({ apiKey: 'team-token', baseURL: server.origin + path, maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'hello route' }];
    const whole = await client.chat.completions.create({ model: 'gpt-5.2', messages });
    expect(whole.choices[0]?.message.content).toContain('hello route');
    const stream = client.chat.completions.stream({ model: 'gpt-5.2', messages });
    expect(await stream.finalContent()).toContain('hello route');
    const stranger = client.withOptions({ apiKey: 'who' });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(AuthenticationError);
  },
);

test('a route that returns completion.toReadableStream() streams chunks to the browser', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  const response = await app.request('/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'hello browser' }),
  });
  if (response.body === null) throw new Error('there is no body');
  const runner = ChatCompletionStream.fromReadableStream(response.body);
  expect(await runner.finalContent()).toContain('hello browser');
});

test('a browser that goes away ends the call at the upstream', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  const ended = new Promise<number>((resolve) => gateway.on('end', ({ status }) => resolve(status)));
  await using server = await openServer(toListener((request) => app.fetch(request)));
  const gone = new AbortController();
  const response = await fetch(`${server.origin}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'a long story '.repeat(500) }),
    signal: gone.signal,
  });
  await response.body?.getReader().read();
  gone.abort();
  expect(await ended).toBe(200);
  expect(gateway.stats().active).toBe(0);
});

test('other paths belong to the app', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  expect(await (await app.request('/')).text()).toBe('The rest of your app.');
});

test('the usage page is for whoever knows the password', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams, 'open sesame');
  await using _ = gateway;
  const read = (path: string, word: string): Response | Promise<Response> =>
    app.request(`/gateway${path}`, { headers: { authorization: `Basic ${btoa(`operator:${word}`)}` } });
  expect(await (await read('/', 'open sesame')).text()).toContain('<script type="module"');
  expect((await read('/admin/upstreams', 'open sesame')).status).toBe(200);
  for (const path of ['', '/', '/admin/upstreams', '/metrics'])
    expect((await read(path, 'sesame')).status).toBe(401);
});
