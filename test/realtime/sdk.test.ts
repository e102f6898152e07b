import { RealtimeAgent, RealtimeSession } from '@openai/agents/realtime';
import {
  type AttemptEvent,
  azureOpenAI,
  createGateway,
  type EndEvent,
  type Gateway,
  openai,
  openaiCompatible,
  type RequestEvent,
} from '@vector-engine/core';
import { vectorEngine as expressEngine } from '@vector-engine/express';
import { vectorEngine as koaEngine } from '@vector-engine/koa';
import { simulatedAzureOpenAI, simulatedOpenAI } from '@vector-engine/testing';
import express from 'express';
import Koa from 'koa';
import { describe, expect, test } from 'vitest';
import {
  answerInText,
  certificate,
  openSdk,
  openTalk,
  refusalOf,
  type SdkTalk,
  type Served,
  serveTls,
  serveUpgrades,
  userSays,
} from './support.ts';

const secret = 'sk-upstream-0123456789abcdefghijkl';
function watch(gateway: Gateway): {
  readonly requests: RequestEvent[];
  readonly attempts: AttemptEvent[];
  readonly end: Promise<EndEvent>;
} {
  const requests: RequestEvent[] = [];
  const attempts: AttemptEvent[] = [];
  gateway.on('request', (event) => requests.push(event));
  gateway.on('attempt', (event) => attempts.push(event));
  return { requests, attempts, end: new Promise((resolve) => gateway.on('end', resolve)) };
}

async function ask(talk: SdkTalk, words: string): Promise<string> {
  talk.client.send(userSays(words));
  talk.client.send(answerInText);
  return (await talk.until('response.output_text.done')).text;
}

const frameworks: readonly (readonly [name: string, mount: (gateway: Gateway) => Promise<Served>])[] = [
  ['Express', (gateway) => serveTls(express().use('/ai', expressEngine(gateway)), gateway)],
  ['Koa', (gateway) => serveTls(new Koa().use(koaEngine(gateway, { prefix: '/ai' })).callback(), gateway)],
];

describe.each(frameworks)("OpenAI's own client, through %s", (_, mount) => {
  test('talks as if there were no gateway between, and everything is told of it', async () => {
    await using upstream = await simulatedOpenAI({ tls: certificate, apiKeys: [secret] });
    await using gateway = createGateway({
      identify: ({ headers }: { headers: Record<string, string> }) =>
        headers['authorization'] === 'Bearer ada' && { tenant: 'acme', id: 'ada' },
      upstreams: {
        openai: openai({ apiKey: secret, baseURL: upstream.baseURL, connect: { ca: certificate.cert } }),
      },
      models: { voice: 'openai/gpt-realtime' },
    });
    await using host = await mount(gateway);
    const told = watch(gateway);
    const talk = openSdk(`${host.origin}/ai/v1`, { model: 'voice', apiKey: 'ada' });
    const { session } = await talk.until('session.created');
    expect(session).toMatchObject({ model: 'gpt-realtime' });
    expect(gateway.stats()).toMatchObject({ active: 1, targets: [{ active: 1 }] });
    expect(await ask(talk, 'hello')).toBe('You said: hello');
    const { response } = await talk.until('response.done');
    expect(await talk.close()).toEqual({ code: 1000, reason: 'OK' });
    const end = await told.end;
    const { usage } = response;
    expect(end).toMatchObject({
      request: { operation: 'realtime', model: 'voice', principal: { tenant: 'acme', id: 'ada' } },
      target: { upstream: 'openai', model: 'gpt-realtime' },
      attempts: 1,
      status: 101,
      usage: { inputTokens: usage?.input_tokens, outputTokens: usage?.output_tokens },
    });
    expect(end).not.toHaveProperty('error');
    expect(told.attempts).toMatchObject([{ outcome: 'success' }]);
    expect(told.requests).toHaveLength(1);
    expect(gateway.stats()).toMatchObject({
      active: 0,
      failed: 0,
      outputTokens: usage?.output_tokens,
      targets: [{ active: 0, successes: 1 }],
    });
  });
});

test('what several responses of one session have used is added up, with the sound in it', async () => {
  await using upstream = await simulatedOpenAI({ tls: certificate });
  await using gateway = createGateway({
    open: true,
    upstreams: {
      openai: openai({ apiKey: secret, baseURL: upstream.baseURL, connect: { ca: certificate.cert } }),
    },
    models: { 'gpt-realtime': 'openai' },
  });
  await using host = await serveTls(express(), gateway);
  const told = watch(gateway);
  const talk = openSdk(`${host.origin}/v1`);
  const done: { input: number; output: number; audio: number }[] = [];
  talk.client.on('response.done', ({ response: { usage } }) =>
    done.push({
      input: usage?.input_tokens ?? 0,
      output: usage?.output_tokens ?? 0,
      audio: usage?.output_token_details?.audio_tokens ?? 0,
    }),
  );
  await talk.until('session.created');
  for (const words of ['one', 'two and more']) {
    talk.client.send(userSays(words));
    talk.client.send({ type: 'response.create' });
  }
  await talk.until('response.done');
  await talk.close();
  const sum = (name: 'input' | 'output' | 'audio'): number => done.reduce((all, one) => all + one[name], 0);
  const { usage } = await told.end;
  expect(done).toHaveLength(2);
  expect(usage).toMatchObject({
    inputTokens: sum('input'),
    outputTokens: sum('output'),
    media: { audioOutputTokens: sum('audio') },
  });
});

test("OpenAI's Agents SDK holds a session", async () => {
  await using upstream = await simulatedOpenAI();
  await using gateway = createGateway({
    open: true,
    upstreams: { openai: openai({ apiKey: secret, baseURL: upstream.baseURL }) },
    models: { 'gpt-realtime': 'openai' },
  });
  await using host = await serveUpgrades(gateway);
  const agent = new RealtimeAgent({ name: 'Echo', instructions: 'Repeat what you hear.' });
  const session = new RealtimeSession(agent, { transport: 'websocket', model: 'gpt-realtime' });
  session.on('error', () => {});
  const heard = new Promise<string>((resolve) => {
    session.on('agent_end', (_context, _agent, output) => resolve(output));
  });
  await session.connect({ apiKey: 'any', url: `${host.webSockets}/v1/realtime?model=gpt-realtime` });
  session.sendMessage('hello agent');
  expect(await heard).toBe('You said: hello agent');
  session.close();
});

test('an upstream that would rather speak HTTP/2 is spoken to in HTTP/1.1', async () => {
  await using upstream = await simulatedOpenAI({ tls: certificate, http2: true });
  await using gateway = createGateway({
    open: true,
    upstreams: {
      openai: openai({ apiKey: secret, baseURL: upstream.baseURL, connect: { ca: certificate.cert } }),
    },
    models: { voice: 'openai/gpt-realtime' },
  });
  await using host = await serveUpgrades(gateway);
  const talk = await openTalk(`${host.webSockets}/v1/realtime?model=voice`);
  expect(upstream.requests[0]?.httpVersion).toBe('1.1');
  talk.socket.terminate();
});

test('a server that is compatible with OpenAI serves it where the operator says so', async () => {
  await using upstream = await simulatedOpenAI();
  const { baseURL } = upstream;
  await using gateway = createGateway({
    open: true,
    upstreams: {
      plain: openaiCompatible({ baseURL }),
      spoken: openaiCompatible({ baseURL, realtime: true }),
    },
    models: { plain: 'plain/gpt-realtime', spoken: ['plain/gpt-realtime', 'spoken/gpt-realtime'] },
  });
  await using host = await serveUpgrades(gateway);
  const url = `${host.webSockets}/v1/realtime?model=`;
  const { status, body } = await refusalOf(`${url}plain`);
  expect([status, JSON.parse(body).error.code]).toEqual([404, 'model_not_found']);
  const talk = await openTalk(`${url}spoken`);
  expect(upstream.requests).toHaveLength(1);
  talk.socket.terminate();
});

test.each([undefined, '2025-04-01-preview'])('Azure serves, with api-version %s', async (apiVersion) => {
  await using upstream = await simulatedAzureOpenAI({
    deployments: { 'voice eu': 'gpt-realtime' },
    apiKeys: [secret],
    tls: certificate,
  });
  await using gateway = createGateway({
    open: true,
    upstreams: {
      azure: azureOpenAI({
        endpoint: upstream.origin,
        apiKey: secret,
        connect: { ca: certificate.cert },
        ...(apiVersion === undefined ? {} : { apiVersion }),
      }),
    },
    models: { voice: 'azure/voice eu' },
  });
  await using host = await serveTls(express(), gateway);
  const talk = openSdk(`${host.origin}/v1`, { model: 'voice' });
  await talk.until('session.created');
  expect(await ask(talk, 'hello')).toBe('You said: hello');
  await talk.close();
  expect(upstream.requests[0]?.headers['api-key']).toBe(secret);
  expect(upstream.requests[0]?.headers['authorization']).toBeUndefined();
});
