import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import {
  anthropic,
  bedrock,
  createGateway,
  type Gateway,
  gemini,
  openai,
  openaiCompatible,
  toNodeListener,
  type Upstream,
} from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { serve } from '../hosts/serve.ts';

const json = { 'content-type': 'application/json' };
const text = 'How many tokens are these?';

interface Face {
  readonly name: string;
  readonly count: (origin: string) => Promise<number | undefined>;
}

const faces: readonly Face[] = [
  {
    name: '@anthropic-ai/sdk',
    count: async (origin) => {
      const client = new Anthropic({ apiKey: 'x', baseURL: origin, maxRetries: 0 });
      const body = { model: 'any', messages: [{ role: 'user' as const, content: text }] };
      return (await client.messages.countTokens(body)).input_tokens;
    },
  },
  {
    name: '@google/genai',
    count: async (origin) => {
      const client = new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl: origin } });
      return (await client.models.countTokens({ model: 'any', contents: text })).totalTokens;
    },
  },
  {
    name: 'openai',
    count: async (origin) => {
      const client = new OpenAI({ apiKey: 'x', baseURL: `${origin}/v1`, maxRetries: 0 });
      return (await client.responses.inputTokens.count({ model: 'any', input: text })).input_tokens;
    },
  },
];

interface Counter {
  readonly name: string;
  readonly path: string;
  readonly answer: object;
  readonly upstream: (baseURL: string) => Upstream;
}

const counters: readonly Counter[] = [
  {
    name: 'anthropic',
    path: '/v1/messages/count_tokens',
    answer: { input_tokens: 7 },
    upstream: (baseURL) => anthropic({ apiKey: 'k', baseURL }),
  },
  {
    name: 'gemini',
    path: '/v1/models/m:countTokens',
    answer: { totalTokens: 7 },
    upstream: (baseURL) => gemini({ apiKey: 'k', baseURL }),
  },
  {
    name: 'bedrock',
    path: '/v1/model/m/count-tokens',
    answer: { inputTokens: 7 },
    upstream: (baseURL) => bedrock({ region: 'eu-central-1', apiKey: 'k', baseURL }),
  },
  {
    name: 'openai',
    path: '/v1/responses/input_tokens',
    answer: { object: 'response.input_tokens', input_tokens: 7 },
    upstream: (baseURL) => openai({ apiKey: 'k', baseURL }),
  },
];

describe.each(counters)('a model of $name', ({ path, answer, upstream: define }) => {
  test.each(faces)('is asked for a count by $name', async ({ count }) => {
    await using upstream = await replay({ headers: json, body: JSON.stringify(answer) });
    await using gateway = createGateway({
      upstreams: { up: define(upstream.baseURL) },
      models: { any: 'up/m' },
      open: true,
    });
    await using host = await serve(toNodeListener(gateway));
    expect(await count(host.origin)).toBe(7);
    const [asked] = upstream.requests;
    expect(asked?.path).toBe(path);
    expect(JSON.stringify(asked?.body)).toContain(text);
    expect(JSON.stringify(asked?.body)).not.toMatch(/max_tokens|"stream"|"store"/);
  });
});

test.each(faces)('where nobody counts, $name is told an estimate', async ({ count }) => {
  await using upstream = await replay({ headers: json, body: '{}' });
  await using gateway = createGateway({
    upstreams: { up: openaiCompatible({ baseURL: upstream.baseURL }) },
    models: { any: 'up/m' },
    open: true,
  });
  await using host = await serve(toNodeListener(gateway));
  const counted = await count(host.origin);
  expect(counted).toBeGreaterThan(4);
  expect(counted).toBeLessThan(20);
  expect(upstream.requests).toHaveLength(0);
  const response = await fetch(`${host.origin}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: text }] }),
  });
  expect(response.headers.get('x-vector-estimated')).toBe('true');
});

test('a count that cannot be read is a mistake of its own parameter', async () => {
  await using gateway = createGateway({
    upstreams: { up: anthropic({ apiKey: 'k', baseURL: 'http://127.0.0.1:9' }) },
    models: { any: 'up/m' },
    open: true,
  });
  const response = await gateway.fetch('http://gateway/v1/responses/input_tokens', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ model: 'any', input: [{ role: 'nobody', content: 'x' }] }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { param: 'input[0].role' } });
});

describe('a count that its upstream does not give', () => {
  const body = { model: 'any', messages: [{ role: 'user', content: text }] };
  const ask = (gateway: Gateway, path: string, asked: object, headers = {}): Promise<Response> =>
    gateway.fetch(`http://gateway${path}`, {
      method: 'POST',
      headers: { ...json, ...headers },
      body: JSON.stringify(asked),
    });

  test.each([
    [
      'is limited',
      { status: 429, headers: json, body: '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}' },
      429,
    ],
    ['is no number', { headers: json, body: '{"totalTokens":"many"}' }, 502],
    ['is no JSON', { headers: json, body: 'seven' }, 502],
    ['is nothing', { headers: json, body: '' }, 502],
  ] as const)('because it %s is an error in the words of its caller', async (_, recording, status) => {
    await using upstream = await replay(recording);
    await using gateway = createGateway({
      upstreams: { up: gemini({ apiKey: 'k', baseURL: upstream.baseURL }) },
      models: { any: 'up/m' },
      retry: { rounds: 0 },
      open: true,
    });
    const response = await ask(gateway, '/v1/messages/count_tokens', body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: expect.any(String) } });
  });

  test.each([
    ['/v1/messages/count_tokens', { model: 'any' }],
    ['/v1/messages/count_tokens', { model: 'any', messages: 'x' }],
    ['/v1/responses/input_tokens', { model: 'any', input: 7 }],
    ['/v1beta/models/any:countTokens', { contents: 7 }],
    ['/v1beta/models/any:countTokens', { generateContentRequest: { contents: 'x', tools: 7 } }],
  ])('because %s %j asks for none is a 400 before any upstream', async (path, asked) => {
    await using gateway = createGateway({
      upstreams: { up: bedrock({ region: 'eu-central-1', apiKey: 'k', baseURL: 'http://127.0.0.1:9' }) },
      models: { any: 'up/m' },
      open: true,
    });
    const response = await ask(gateway, path, asked);
    expect(response.status).toBe(400);
  });

  test("comes from the next target; and Anthropic's is told the features that the caller asked for", async () => {
    await using broken = await replay({ status: 500, headers: json, body: '{}' });
    await using upstream = await replay({ headers: json, body: '{"input_tokens":7}' });
    await using gateway = createGateway({
      upstreams: {
        broken: gemini({ apiKey: 'k', baseURL: broken.baseURL }),
        up: anthropic({ apiKey: 'k', baseURL: upstream.baseURL }),
      },
      models: { any: ['broken/m', 'up/m'] },
      open: true,
    });
    const beta = { 'anthropic-beta': 'context-1m-2025-08-07' };
    const response = await ask(gateway, '/v1/messages/count_tokens', body, beta);
    expect(await response.json()).toEqual({ input_tokens: 7 });
    expect(upstream.requests[0]?.headers['anthropic-beta']).toBe('context-1m-2025-08-07');
    expect(broken.requests[0]?.headers['anthropic-beta']).toBeUndefined();
  });
});
