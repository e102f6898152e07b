import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import {
  anthropic,
  type CacheOutcome,
  createGateway,
  type Gateway,
  gemini,
  openai,
} from '@vector-engine/core';
import { vectorEngine } from '@vector-engine/express';
import {
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedGemini,
  simulatedOpenAI,
} from '@vector-engine/testing';
import express from 'express';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { serve } from '../hosts/serve.ts';
import { settle } from './world.ts';

const content = Array.from({ length: 30 }, (_, index) => `word${index} `);
const answer = (): { content: string[] } => ({ content });
const said = content.join('');

const vendors = {
  openai: {
    model: 'gpt-4o',
    start: () => simulatedOpenAI({ answer, pace: 1 }),
    upstream: (baseURL: string) => openai({ apiKey: 'sk-operator', baseURL }),
  },
  anthropic: {
    model: 'claude-sonnet-4-5',
    start: () => simulatedAnthropic({ answer, pace: 1 }),
    upstream: (baseURL: string) => anthropic({ apiKey: 'sk-operator', baseURL: `${baseURL}/v1` }),
  },
  gemini: {
    model: 'gemini-2.5-flash',
    start: () => simulatedGemini({ answer, pace: 1 }),
    upstream: (baseURL: string) => gemini({ apiKey: 'sk-operator', baseURL: `${baseURL}/v1beta` }),
  },
};

interface Stand extends AsyncDisposable {
  readonly origin: string;
  readonly upstream: SimulatedUpstream;
  readonly gateway: Gateway;
  readonly labels: (CacheOutcome | undefined)[];
}

/** An Express app with the gateway at its root, before one vendor. */
async function openStand(vendor: keyof typeof vendors): Promise<Stand> {
  const { model, start, upstream: describeUpstream } = vendors[vendor];
  const upstream = await start();
  const gateway = createGateway({
    open: true,
    upstreams: { only: describeUpstream(upstream.baseURL) },
    // Anthropic's newest version knows no temperature.
    models: { chat: { targets: [`only/${model}`], cache: { anyTemperature: true } } },
    cache: {},
  });
  const labels: (CacheOutcome | undefined)[] = [];
  gateway.on('end', ({ cache }) => labels.push(cache));
  const host = await serve(express().use(vectorEngine(gateway)));
  return {
    origin: host.origin,
    upstream,
    gateway,
    labels,
    async [Symbol.asyncDispose]() {
      await host.close();
      await gateway.close({ grace: 0 });
      await upstream.close();
    },
  };
}

const messages = [{ role: 'user' as const, content: 'Say thirty words' }];
const chat = { model: 'chat', messages, temperature: 0 };

/** Each asks once, and gives the pieces of text that it was shown. */
const clients = {
  'openai, chat': async ({ origin }: Stand, signal?: AbortSignal) => {
    const client = new OpenAI({ apiKey: 'x', baseURL: `${origin}/v1`, maxRetries: 0 });
    const stream = await client.chat.completions.create({ ...chat, stream: true }, { signal });
    const pieces: string[] = [];
    for await (const chunk of stream) pieces.push(chunk.choices[0]?.delta.content ?? '');
    return pieces.filter(Boolean);
  },
  'openai, chat, whole': async ({ origin }: Stand) => {
    const client = new OpenAI({ apiKey: 'x', baseURL: `${origin}/v1`, maxRetries: 0 });
    const { choices } = await client.chat.completions.create(chat);
    return [choices[0]?.message.content ?? ''];
  },
  'openai, responses': async ({ origin }: Stand, signal?: AbortSignal) => {
    const client = new OpenAI({ apiKey: 'x', baseURL: `${origin}/v1`, maxRetries: 0 });
    const body = { model: 'chat', input: 'Say thirty words', temperature: 0, store: false };
    const stream = await client.responses.create({ ...body, stream: true }, { signal });
    const pieces: string[] = [];
    for await (const event of stream)
      if (event.type === 'response.output_text.delta') pieces.push(event.delta);
    return pieces;
  },
  '@anthropic-ai/sdk': async ({ origin }: Stand, signal?: AbortSignal) => {
    const client = new Anthropic({ apiKey: 'x', baseURL: origin, maxRetries: 0 });
    const pieces: string[] = [];
    const stream = client.messages.stream({ model: 'chat', messages, max_tokens: 1000 }, { signal });
    stream.on('text', (delta) => pieces.push(delta));
    await stream.finalMessage();
    return pieces;
  },
  '@google/genai': async ({ origin }: Stand, abortSignal?: AbortSignal) => {
    const { models } = new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl: origin } });
    const pieces: string[] = [];
    const stream = await models.generateContentStream({
      model: 'chat',
      contents: 'Say thirty words',
      config: { temperature: 0, ...(abortSignal === undefined ? {} : { abortSignal }) },
    });
    for await (const chunk of stream) pieces.push(chunk.text ?? '');
    return pieces.filter(Boolean);
  },
};

const names = Object.keys(clients) as (keyof typeof clients)[];

describe.each(names)('%s', (name) => {
  const ask = clients[name];
  const isStream = !name.endsWith('whole');

  test.each(['openai', 'anthropic', 'gemini'] as const)(
    'against %s: joined, then from the cache',
    async (vendor) => {
      await using stand = await openStand(vendor);
      const together = await Promise.all([ask(stand), ask(stand), ask(stand)]);
      for (const pieces of together) expect(pieces.join('').trim()).toBe(said.trim());
      await settle();
      const again = await ask(stand);
      // Nothing is made one piece of what came in many.
      expect(again).toEqual(together[0]);
      expect(again.length).toBeGreaterThan(isStream ? 10 : 0);
      await settle();
      expect(stand.labels.toSorted((one = 'bypass', other = 'bypass') => one.localeCompare(other))).toEqual([
        'hit',
        'joined',
        'joined',
        'miss',
      ]);
      expect(stand.upstream.requests).toHaveLength(1);
      expect(stand.gateway.stats().cache?.entries).toBe(1);
    },
  );

  test('one who breaks off disturbs nobody', async () => {
    if (!isStream) return;
    await using stand = await openStand('openai');
    const leaving = new AbortController();
    const first = ask(stand, leaving.signal).catch(() => 'left');
    await stand.upstream.waitForRequests(1);
    const second = ask(stand);
    await settle();
    leaving.abort();
    expect((await second).join('').trim()).toBe(said.trim());
    await first;
    expect(stand.upstream.requests).toHaveLength(1);
  });
});

test('a stream that nobody reads any more ends at the upstream, through Express', async () => {
  await using stand = await openStand('openai');
  const leaving = [new AbortController(), new AbortController()];
  const asked = leaving.map(({ signal }) => clients['openai, chat'](stand, signal).catch(() => 'left'));
  await stand.upstream.waitForRequests(1);
  await settle();
  for (const one of leaving) one.abort();
  await Promise.all(asked);
  const end = performance.now() + 2000;
  while (stand.upstream.openRequests > 0 && performance.now() < end) await settle();
  expect(stand.upstream.openRequests).toBe(0);
  expect(stand.gateway.stats().cache?.entries).toBe(0);
});

test('only-if-cached is a 504 that each SDK reads as an error of its own, and tries once', async () => {
  await using stand = await openStand('openai');
  const headers = { 'cache-control': 'only-if-cached' };
  const inOpenAI = new OpenAI({ apiKey: 'x', baseURL: `${stand.origin}/v1`, defaultHeaders: headers });
  await expect(inOpenAI.chat.completions.create(chat)).rejects.toMatchObject({
    status: 504,
    code: 'not_cached',
  });
  const inAnthropic = new Anthropic({ apiKey: 'x', baseURL: stand.origin, defaultHeaders: headers });
  await expect(inAnthropic.messages.create({ model: 'chat', messages, max_tokens: 9 })).rejects.toMatchObject(
    {
      status: 504,
    },
  );
  const { models } = new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl: stand.origin, headers } });
  await expect(
    models.generateContent({ model: 'chat', contents: 'x', config: { temperature: 0 } }),
  ).rejects.toMatchObject({ status: 504 });
  expect(stand.upstream.requests).toHaveLength(0);
  expect(stand.labels).toEqual(['miss', 'miss', 'miss']);
});
