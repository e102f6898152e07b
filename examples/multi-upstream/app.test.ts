import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { openServer } from '../open-server.ts';
import { buildApp, startProviders } from './app.ts';
import { narrate } from './narrate.ts';

test('a call goes to the next upstream when one fails, and the narration tells it', async () => {
  await using providers = await startProviders();
  const { app, gateway } = buildApp(providers);
  await using _ = gateway;
  const lines: string[] = [];
  const stop = narrate(gateway, (line) => lines.push(line));
  await using server = await openServer(app);
  const client = new OpenAI({ apiKey: 'any', baseURL: `${server.origin}/v1`, maxRetries: 0 });
  const ask = async (): Promise<string | null> => {
    const { response } = await client.chat.completions
      .create({ model: 'assistant', messages: [{ role: 'user', content: 'hello' }] })
      .withResponse();
    return response.headers.get('x-vector-upstream');
  };

  expect(await ask()).toBe('openai');
  await fetch(`${server.origin}/break/openai`, { method: 'POST' });
  expect(await ask()).toBe('azure');
  await fetch(`${server.origin}/break/azure`, { method: 'POST' });
  expect(await ask()).toBe('local');
  expect(await ask()).toBe('local');
  // The third failure in a row has opened OpenAI's breaker: it is not asked at all.
  const before = providers.openai.requests.length;
  expect(await ask()).toBe('local');
  expect(providers.openai.requests.length).toBe(before);

  const told = lines.join('\n');
  expect(told).toMatch(/attempt 1 {2}openai\/gpt-5\.2 +failed: 503/);
  expect(told).toMatch(/attempt 2 {2}azure\/gpt-52-prod +answered/);
  expect(told).toContain('200 from local after 3 attempts');
  expect(told).toContain('breaker of openai is open');
  stop();
  const lineCount = lines.length;
  await ask();
  expect(lines.length).toBe(lineCount);
});

test('an upstream that is healed answers again', async () => {
  await using providers = await startProviders();
  const { app, gateway } = buildApp(providers);
  await using _ = gateway;
  await using server = await openServer(app);
  const post = (path: string): Promise<Response> => fetch(server.origin + path, { method: 'POST' });
  await post('/break/openai');
  await post('/heal/openai');
  const answer = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'assistant', messages: [{ role: 'user', content: 'hello' }] }),
  });
  expect(answer.headers.get('x-vector-upstream')).toBe('openai');
  expect((await post('/break/nobody')).status).toBe(404);
});
