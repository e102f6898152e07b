import Anthropic from '@anthropic-ai/sdk';
import { openai } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { type UpstreamKind, upstreamKinds } from '../clients/matrix/upstreams.ts';
import { at } from '../redaction/faces.ts';
import { chat, openWorld, price, question, rowsOf, type World } from './world.ts';

interface Face {
  readonly name: string;
  readonly path: (stream: boolean) => string;
  readonly body: (stream: boolean, tokens: number | undefined) => object;
  /** How long the answer may be, where an upstream speaks this format. */
  readonly maximum: (body: unknown) => unknown;
}

const faces: readonly Face[] = [
  {
    name: 'chat',
    path: () => chat,
    body: (stream, max_tokens) => ({ ...question, stream, max_tokens }),
    maximum: (body) => at(body, 'max_tokens') ?? at(body, 'max_completion_tokens'),
  },
  {
    name: 'chat, with the newer name',
    path: () => chat,
    body: (stream, max_completion_tokens) => ({ ...question, stream, max_completion_tokens }),
    maximum: (body) => at(body, 'max_completion_tokens') ?? at(body, 'max_tokens'),
  },
  {
    name: 'responses',
    path: () => '/v1/responses',
    body: (stream, max_output_tokens) => ({
      model: 'made',
      input: 'Say hello',
      store: false,
      stream,
      max_output_tokens,
    }),
    maximum: (body) => at(body, 'max_output_tokens'),
  },
  {
    name: 'anthropic',
    path: () => '/v1/messages',
    body: (stream, max_tokens = 100_000) => ({ ...question, stream, max_tokens }),
    maximum: (body) => at(body, 'max_tokens'),
  },
  {
    name: 'gemini',
    path: (stream) => `/v1beta/models/made:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: (_, maxOutputTokens) => ({
      contents: [{ role: 'user', parts: [{ text: 'Say hello' }] }],
      generationConfig: { maxOutputTokens },
    }),
    maximum: (body) => at(body, 'generationConfig', 'maxOutputTokens'),
  },
];

/** Whatever stands for the longest answer in what an upstream was sent. */
function maximumIn(body: unknown): unknown {
  return [
    ...faces.map(({ maximum }) => maximum(body)),
    at(body, 'inferenceConfig', 'maxTokens'),
    at(body, 'max_gen_len'),
  ].find((value) => value !== undefined);
}

async function near(
  kind: UpstreamKind,
  limit: number,
): Promise<World & { sent: () => unknown; count: () => number }> {
  const upstream = await kind.start({ answer: () => ({ content: Array<string>(400).fill('word ') }) });
  const world = openWorld({
    upstreams: { only: kind.connect(upstream) },
    models: { made: `only/${kind.nativeModel}` },
    prices: { [kind.nativeModel]: price },
    budgets: { acme: { limit, window: 'day' } },
  });
  return {
    ...world,
    sent: () => upstream.requests.at(-1)?.body,
    count: () => upstream.requests.length,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}

/** One for each format that upstreams speak, and one for what differs in OpenAI's. */
const formats = ['OpenAI', 'DeepSeek', 'Anthropic', 'Bedrock', 'Gemini'];
const kinds = upstreamKinds.flatMap((kind) =>
  formats.includes(kind.name) ? [[kind.name, kind] as const] : [],
);

describe.each(kinds)('near the limit, at %s', (_, kind) => {
  test.each(
    faces.flatMap((face) =>
      [true, false].map((stream) => ({ face, stream, tokens: stream ? 10_000 : undefined })),
    ),
  )('$face.name, streamed: $stream, a maximum of $tokens', async ({ face, stream, tokens }) => {
    await using world = await near(kind, 0.0025);
    const response = await world.ask(face.path(stream), face.body(stream, tokens));
    const text = await response.text();
    expect([response.status, text.length > 0]).toEqual([200, true]);
    const adjusted = response.headers.get('x-vector-adjusted') ?? '';
    const limit = Number(/max_tokens: .* -> (\d+)/.exec(adjusted)?.[1]);
    expect(limit).toBeGreaterThan(100);
    expect(limit).toBeLessThan(250);
    expect(maximumIn(world.sent())).toBe(limit);
    const { spent, held } = await world.stand('acme');
    expect(held).toBe(0);
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThanOrEqual(2_500_000);
    const [row] = await rowsOf(world, 1);
    expect(row).toMatchObject({ status: 200, cost: spent, adjusted: [adjusted] });
  });
});

describe('a prompt that does not fit', () => {
  test.each(faces.map((face) => [face.name, face] as const))('%s', async (_, face) => {
    const [kind] = upstreamKinds;
    if (kind === undefined) throw new Error('there are upstreams');
    await using world = await near(kind, 0.0003);
    for (const stream of [false, true]) {
      const response = await world.ask(face.path(stream), face.body(stream, 100));
      const text = await response.text();
      expect(response.status).toBe(face.name === 'anthropic' ? 402 : 429);
      expect(response.headers.get('x-should-retry')).toBe('false');
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(text).toContain('the budget of this day of \\"acme\\"');
      expect(text).toMatch(/begins anew at \d{4}-\d\d-\d\dT00:00:00/);
    }
    expect(world.count()).toBe(0);
    expect(await world.stand('acme')).toEqual({ spent: 0, held: 0 });
    const rows = await rowsOf(world, 2);
    expect(rows[0]).toMatchObject({ error: 'VE_BUDGET_EXCEEDED', model: 'made', attempts: 0 });
  });

  test('the official clients do not try again what is final', async () => {
    await using upstream = await simulatedOpenAI();
    let asked = 0;
    await using world = openWorld({
      upstreams: { only: openai({ apiKey: 'sk', baseURL: upstream.baseURL }) },
      budgets: { acme: { limit: 0.0003 } },
    });
    const fetch: typeof globalThis.fetch = (input, init) => {
      asked++;
      return world.gateway.fetch(input, init);
    };
    const defaultHeaders = { 'x-user': 'acme' };
    const client = new OpenAI({ apiKey: 'k', baseURL: 'http://gateway/v1', fetch, defaultHeaders });
    await expect(
      client.chat.completions.create({ ...question, messages: [...question.messages] }),
    ).rejects.toMatchObject({
      status: 429,
      code: 'insufficient_quota',
    });
    expect(asked).toBe(1);
    const claude = new Anthropic({ apiKey: 'k', baseURL: 'http://gateway', fetch, defaultHeaders });
    await expect(
      claude.messages.create({ model: 'made', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }),
    ).rejects.toMatchObject({ status: 402 });
    expect(asked).toBe(2);
    expect(upstream.requests).toHaveLength(0);
  });
});

test('the older completions are clamped, too', async () => {
  await using upstream = await simulatedOpenAI();
  await using world = openWorld({
    upstreams: { only: openai({ apiKey: 'sk', baseURL: upstream.baseURL }) },
    models: { made: 'only/gpt-3.5-turbo-instruct' },
    prices: { 'gpt-3.5-turbo-instruct': price },
    budgets: { acme: { limit: 0.0025 } },
  });
  for (const stream of [false, true]) {
    const asked = { model: 'made', prompt: 'Say hello', max_tokens: 4000, stream };
    const response = await world.ask('/v1/completions', asked);
    await response.text();
    expect(response.status).toBe(200);
    const limit = Number(/-> (\d+)$/.exec(response.headers.get('x-vector-adjusted') ?? '')?.[1]);
    expect(at(upstream.requests.at(-1)?.body, 'max_tokens')).toBe(limit);
    expect((await world.stand('acme')).held).toBe(0);
  }
});
