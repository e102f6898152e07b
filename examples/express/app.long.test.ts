import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { sqliteStorage } from '@vector-engine/express';
import OpenAI from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import { openServer } from '../open-server.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';
import { describeStart } from './describe-start.ts';

const chatModels = [
  'gpt-5.2',
  'gpt-5.2-pro',
  'gpt-5.2-preview',
  'gpt-5.3-codex',
  'gpt-4o',
  'gpt-3.5-turbo',
  'claude-3-opus',
  'claude-3-5-sonnet',
  'claude-opus-4-5',
  'claude-opus-4-6',
  'gemini-3.0-pro',
  'kimi-k2.5',
];

test('every chat model that clients ask for answers, whole and streamed', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const client = new OpenAI({ apiKey: 'any', baseURL: `${server.origin}/v1`, maxRetries: 0 });
  await Promise.all(
    chatModels.map(async (model) => {
      const messages = [
        { role: 'system' as const, content: 'You repeat what you hear.' },
        { role: 'user' as const, content: `hello from ${model}` },
      ];
      const whole = await client.chat.completions.create({
        model,
        messages,
        temperature: 0.7,
      });
      expect(whole.choices[0]?.message.content).toBe(`You said: hello from ${model}`);
      let text = '';
      for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
        expect(chunk.choices[0], 'every chunk has a choice').toBeDefined();
        text += chunk.choices[0]?.delta.content ?? '';
      }
      expect(text).not.toBe('');
    }),
  );
});

test('Claude and Gemini answer SDKs of their own vendors, and of the other', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const claude = new Anthropic({ apiKey: 'any', baseURL: server.origin });
  const google = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: server.origin } });
  for (const model of ['claude-opus-4-6', 'gemini-3.0-pro']) {
    const messages = [{ role: 'user' as const, content: 'hello' }];
    const { content } = await claude.messages.create({ model, max_tokens: 1024, messages });
    expect(content).toMatchObject([{ type: 'text', text: 'You said: hello' }]);
    expect((await google.models.generateContent({ model, contents: 'hello' })).text).toBe('You said: hello');
  }
});

test('embeddings and the list of models are served beside the chat models', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const client = new OpenAI({ apiKey: 'any', baseURL: `${server.origin}/v1`, maxRetries: 0 });
  const listed = (await client.models.list()).data.map(({ id }) => id);
  expect(listed).toEqual(expect.arrayContaining(chatModels));
  const embedding = await client.embeddings.create({ model: 'text-embedding-3-small', input: 'hello' });
  expect(embedding.data[0]?.embedding.length).toBeGreaterThan(0);
});

test('every image and video model that clients ask for gives an address that needs no key', async () => {
  await using upstreams = await startUpstreams({}, { jobTime: 60 });
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const client = new OpenAI({ apiKey: 'any', baseURL: `${server.origin}/v1`, maxRetries: 0 });
  const typeOf = async (model: string): Promise<string | null> => {
    const request = { model, prompt: 'A lighthouse', response_format: 'url' } as const;
    const [image] = (await client.images.generate(request)).data ?? [];
    return (await fetch(image?.url ?? '')).headers.get('content-type');
  };
  const images = ['gpt-image-2', 'gemini-3.1-flash-image', 'midjourney-v6', 'midjourney-v7'];
  const videos = ['sora-2', 'sora-2-turbo', 'sora-2.0-turbo', 'sora-v2', 'veo-3-video'];
  const types = await Promise.all([...images, ...videos].map(typeOf));
  expect(types).toEqual([...images.map(() => 'image/png'), ...videos.map(() => 'video/mp4')]);
});

test('a video that was under way when the host ended is there after it has started again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'express-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await using upstreams = await startUpstreams({}, { jobTime: 60 });
  const start = async () => {
    const storage = sqliteStorage({ path: join(folder, 'gateway.sqlite') });
    const { app, gateway } = buildApp(upstreams, { storage });
    const server = await openServer(app);
    const close = async () => {
      await gateway.close();
      await storage.close();
      await server[Symbol.asyncDispose]();
    };
    const client = new OpenAI({ apiKey: 'any', baseURL: `${server.origin}/v1`, maxRetries: 0 });
    return { gateway, client, close };
  };
  const before = await start();
  const { id } = await before.client.videos.create({ model: 'sora-2-turbo', prompt: 'A lighthouse' });
  await before.close();

  const after = await start();
  const states: string[] = [];
  for await (const { state } of after.gateway.tasks.watch(id)) states.push(state);
  expect(states.at(-1)).toBe('succeeded');
  const content = await after.client.videos.downloadContent(id);
  expect(content.headers.get('content-type')).toBe('video/mp4');
  await after.close();
});

test('a conversation over a WebSocket', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app, gateway);
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/v1/realtime?model=gpt-realtime`);
  const answer = new Promise<string>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const event = JSON.parse(String(data));
      if (event.type === 'response.output_text.done') resolve(event.text);
    });
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] };
  socket.send(JSON.stringify({ type: 'conversation.item.create', item }));
  socket.send(JSON.stringify({ type: 'response.create', response: { output_modalities: ['text'] } }));
  expect(await answer).toBe('You said: hello');
  socket.close();
});

test('calls are counted, and the operator sees each of them', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const client = new OpenAI({ apiKey: 'any', baseURL: `${server.origin}/v1`, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'hello' }];
  for (const model of ['gpt-5.2', 'gpt-5.2', 'claude-opus-4-6'])
    await client.chat.completions.create({ model, messages });
  const read = async (path: string): Promise<string> => (await fetch(server.origin + path)).text();
  expect(JSON.parse(await read('/v1/usage'))).toMatchObject({ total: { calls: 3, failed: 0 } });
  const { data } = JSON.parse(await read('/admin/usage?group=model'));
  expect(data).toHaveLength(2);
  expect(data).toContainEqual(expect.objectContaining({ group: { model: 'gpt-5.2' }, calls: 2 }));
  expect((await read('/admin/calls?format=csv')).trim().split('\n')).toHaveLength(4);
});

test('the routes of the app itself are untouched', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const health = await fetch(`${server.origin}/health`);
  expect(await health.json()).toEqual({ ok: true });
  expect((await fetch(`${server.origin}/nothing-here`)).status).toBe(404);
});

test('a key in the environment puts the real vendor in the place of the simulated one', async () => {
  await using upstreams = await startUpstreams({
    OPENAI_API_KEY: 'sk-test',
    AZURE_OPENAI_ENDPOINT: 'https://acme.openai.azure.com',
    AZURE_OPENAI_API_KEY: 'azure-test',
    AZURE_OPENAI_DEPLOYMENTS: 'gpt-4o, team-model',
    ANTHROPIC_API_KEY: 'ant-test',
    GEMINI_API_KEY: 'goo-test',
    DEEPSEEK_API_KEY: 'ds-test',
  });
  expect(upstreams.real).toEqual(['openai', 'azure', 'anthropic', 'gemini', 'deepseek']);
  expect(upstreams.upstreams.anthropic?.origin).toBe('https://api.anthropic.com');
  expect(upstreams.upstreams.gemini?.origin).toBe('https://generativelanguage.googleapis.com');
  expect(upstreams.upstreams.openai?.origin).toBe('https://api.openai.com');
  expect(upstreams.upstreams.deepseek?.origin).toBe('https://api.deepseek.com');
  expect(upstreams.models['gpt-4o']).toEqual(['openai', 'azure']);
  expect(upstreams.models['team-model']).toEqual(['azure']);
  expect(upstreams.models['deepseek-v4-flash']).toEqual(['deepseek']);
  expect(upstreams.models['kimi-k2.5']).toEqual(['moonshot']);
  expect(upstreams.upstreams.moonshot?.origin).toContain('127.0.0.1');
  const { gateway } = buildApp(upstreams);
  await using _ = gateway;
  const printed = describeStart('http://127.0.0.1:3000', upstreams, '/data');
  expect(printed).toContain('"model":"gpt-5.2"');
  expect(printed).not.toMatch(/sk-test|azure-test|ant-test|goo-test|ds-test/);
});

test('the model auto is the one that fits what is asked, or what the caller says', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const client = new OpenAI({ apiKey: 'any', baseURL: `${server.origin}/v1`, maxRetries: 0 });
  const servedBy = async (content: string, headers: Record<string, string> = {}): Promise<string | null> => {
    const messages = [{ role: 'user' as const, content }];
    const asked = client.chat.completions.create({ model: 'auto', messages }, { headers });
    const { response } = await asked.withResponse();
    return response.headers.get('x-vector-model');
  };
  expect(await servedBy('Write a poem about the sea')).toBe('claude-opus-4-6');
  expect(await servedBy('Why does this function throw?\n```ts\nconst a = b;\n```')).toBe('gpt-5.3-codex');
  expect(await servedBy('Hello')).toBe('gpt-5.2');
  expect(await servedBy('Hello', { 'x-vector-task': 'analysis' })).toBe('kimi-k2.5');
});
