import { expect, test } from 'vitest';
import { openServer } from '../open-server.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';

test('the app answers with what the OpenAI SDK got in process', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const answer = await fetch(`${server.origin}/ask?question=${encodeURIComponent('hello process')}`);
  expect(await answer.text()).toContain('hello process');
});

test('the app streams what the AI SDK got in process', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  const models: string[] = [];
  gateway.on('request', ({ request }) => models.push(request.model));
  await using server = await openServer(app);
  const answer = await fetch(`${server.origin}/stream?question=${encodeURIComponent('hello stream')}`);
  expect(await answer.text()).toContain('hello stream');
  expect(models).toEqual(['claude-opus-4-6']);
});

test('an unknown path is a 404 that says what there is', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const answer = await fetch(`${server.origin}/nothing`);
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain('/ask?question=');
});
