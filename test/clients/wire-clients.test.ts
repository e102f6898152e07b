import { createGateway, openaiCompatible, toNodeListener } from '@vector-engine/core';
import { type CompatibleVendor, simulatedOpenAICompatible } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { frameworks } from '../hosts/hosts.ts';
import { contentOf, send, type Target } from '../hosts/send.ts';
import { serve } from '../hosts/serve.ts';
import { bareStream } from './bare-stream.ts';
import { type Door, type DoorName, openDoor } from './doors.ts';
import { chatModels, upstreamNames } from './models.ts';

const path = '/v1/chat/completions';
const hosts: readonly DoorName[] = [...frameworks, 'node:http'];

/** As the Python SDK sends them, in its order and spelling. */
const pythonHeaders = {
  Accept: 'application/json',
  'Accept-Encoding': 'gzip, deflate',
  Connection: 'keep-alive',
  'Content-Type': 'application/json',
  'User-Agent': 'OpenAI/Python 1.109.1',
  'X-Stainless-Lang': 'python',
  'X-Stainless-Package-Version': '1.109.1',
  'X-Stainless-OS': 'Linux',
  'X-Stainless-Arch': 'x64',
  'X-Stainless-Runtime': 'CPython',
  'X-Stainless-Runtime-Version': '3.12.3',
  Authorization: 'Bearer sk-the-callers-own',
  'X-Stainless-Async': 'false',
  'x-stainless-retry-count': '0',
  'x-stainless-read-timeout': '600',
};

const system = 'You are a helpful assistant that answers in JSON.';
const question = 'Name three colours – naïve 色.';

/** Written as httpx writes JSON: compact since 0.28, before that with spaces and everything but ASCII escaped. */
function pythonBodies(model: string): string[] {
  const messages = `[{"role":"system","content":"${system}"},{"role":"user","content":"${question}"}]`;
  const compact = `{"messages":${messages},"model":"${model}","response_format":{"type":"json_object"},"temperature":0.7}`;
  const spaced = compact
    .replaceAll('":', '": ')
    .replaceAll(',"', ', "')
    .replaceAll('},{', '}, {')
    .replaceAll(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [compact, spaced];
}

function targetOf({ baseURL }: Door): Target {
  return { port: Number(new URL(baseURL).port), ca: undefined };
}

describe.each(hosts)('%s', (name) => {
  test.each(chatModels)('the Python SDK’s request for %s', async (model) => {
    await using door = await openDoor(name);
    const bodies = pythonBodies(model);
    for (const body of bodies) {
      const reply = await send(targetOf(door), { path, body, headers: pythonHeaders });
      expect(reply.status).toBe(200);
      expect(reply.headers['content-encoding']).toBeUndefined();
      expect(JSON.parse(contentOf(reply) ?? '')).toEqual({ answer: `You said: ${question}` });
    }
    const theirName = upstreamNames[model] ?? model;
    const received = door.upstream.requests.map(({ rawBody }) => rawBody.toString('utf8'));
    expect(received).toEqual(bodies.map((body) => body.replace(`"${model}"`, `"${theirName}"`)));
    for (const { headers } of door.upstream.requests) {
      expect(headers.authorization).toBe('Bearer sk-upstream');
      expect(String(headers['user-agent'])).not.toMatch(/Python/);
      expect(Object.keys(headers).filter((header) => header.startsWith('x-stainless'))).toEqual([]);
    }
  });

  test('a bare client that reads choices[0].delta.content of every chunk, for every model', async () => {
    await using door = await openDoor(name);
    for (const model of chatModels)
      expect(await bareStream(door, { model, text: 'hello' })).toBe('You said: hello');
  });

  test('the Node SDK’s calls with system, temperature and json_object, for every model', async () => {
    await using door = await openDoor(name);
    for (const model of chatModels) {
      const completion = await door.client.chat.completions.create({
        model,
        temperature: 0.2,
        max_tokens: 200,
        response_format: { type: 'json_object' },
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: question },
        ],
      });
      expect(completion.choices[0]?.message.content).toBe(
        JSON.stringify({ answer: `You said: ${question}` }),
      );
      expect(completion.choices[0]?.finish_reason).toBe('stop');
    }
  });

  test('fifty mixed calls at once, each answered with its own', async () => {
    await using door = await openDoor(name);
    const client = new OpenAI({ apiKey: 'x', baseURL: door.baseURL, fetch: door.fetch, maxRetries: 0 });
    const said = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const model = chatModels[index % chatModels.length] ?? '';
        const text = `number ${index}`;
        const messages = [{ role: 'user' as const, content: text }];
        switch (index % 5) {
          case 0:
            return bareStream(door, { model, text });
          case 1: {
            const body = { messages, model };
            return contentOf(await send(targetOf(door), { path, body, headers: pythonHeaders }));
          }
          case 2:
            return client.chat.completions.stream({ model, messages }).finalContent();
          case 3: {
            const embedded = await client.embeddings.create({ model: 'text-embedding-3-small', input: text });
            return `embedded ${embedded.data.length}`;
          }
          default: {
            const completion = await client.chat.completions.create({ model, messages });
            return completion.choices[0]?.message.content;
          }
        }
      }),
    );
    expect(said).toEqual(
      said.map((_, index) => (index % 5 === 3 ? 'embedded 1' : `You said: number ${index}`)),
    );
    expect(door.gateway.stats()).toMatchObject({ requests: 50, active: 0, failed: 0 });
  });
});

const vendors: readonly CompatibleVendor[] = [
  'groq',
  'deepseek',
  'mistral',
  'moonshot',
  'ollama',
  'openrouter',
  'vllm',
  'xai',
];

test.each(vendors)('a bare client is not given a chunk without a choice by %s', async (vendor) => {
  await using upstream = await simulatedOpenAICompatible({ vendor, models: ['some-model'] });
  await using gateway = createGateway({
    upstreams: {
      vendor: openaiCompatible({
        baseURL: upstream.baseURL,
        apiKey: 'sk',
        takesUsageOption: vendor !== 'mistral',
      }),
    },
    models: { 'some-model': 'vendor' },
    open: true,
  });
  await using host = await serve(toNodeListener(gateway));
  const door = { baseURL: `${host.origin}/v1`, fetch: globalThis.fetch };
  expect(await bareStream(door, { model: 'some-model', text: 'hello' })).toBe('You said: hello');
  expect(gateway.stats().outputTokens).toBeGreaterThan(0);
});
