import { gemini, memoryStore, openai, type Upstream, voyage } from '@vector-engine/core';
import {
  type SimulatedUpstream,
  simulatedGemini,
  simulatedOpenAI,
  simulatedVoyage,
} from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { openTalk, refusalOf, serveUpgrades } from '../realtime/support.ts';
import { at } from '../redaction/faces.ts';
import { chat, endingWith, openWorld, question, rowsOf } from './world.ts';

const reach = ({ baseURL }: SimulatedUpstream): Upstream => openai({ apiKey: 'sk', baseURL });

/** Gemini makes one picture in a call. */
async function paint(limit: number, n: number) {
  const upstream = await simulatedGemini();
  const world = openWorld({
    upstreams: { only: gemini({ apiKey: 'sk', baseURL: `${upstream.origin}/v1beta` }) },
    models: { made: 'only/gemini-2.5-flash-image' },
    prices: { 'gemini-2.5-flash-image': { image: 0.04 } },
    budgets: { acme: { limit } },
  });
  const response = await world.ask('/v1/images/generations', { model: 'made', prompt: 'A boat', n });
  const body: unknown = await response.json();
  return endingWith({ upstream, world, response, body }, upstream, world);
}

describe('pictures that are made one by one', () => {
  test('each is paid for', async () => {
    await using opened = await paint(1, 3);
    const { world, response, body } = opened;
    expect([response.status, at(body, 'data', 'length')]).toEqual([200, 3]);
    expect(await world.stand('acme')).toEqual({ spent: 120_000_000, held: 0 });
    const [row] = await rowsOf(world, 1);
    expect(row).toMatchObject({ cost: 120_000_000, attempts: 3, operation: 'images', units: { images: 3 } });
  });

  test('where there is money for two of three, two are made, and that is told', async () => {
    await using opened = await paint(0.1, 3);
    const { world, response, body } = opened;
    expect([response.status, at(body, 'data', 'length')]).toEqual([200, 2]);
    expect(response.headers.get('x-vector-adjusted')).toContain('n: 3 -> 2');
    expect(await world.stand('acme')).toEqual({ spent: 80_000_000, held: 0 });
  });

  test('each is one picture also where a vendor that could make all of them goes on with it', async () => {
    await using one = await simulatedGemini();
    one.fail({ type: 'status', status: 429 });
    await using two = await simulatedOpenAI();
    await using world = openWorld({
      upstreams: { one: gemini({ apiKey: 'sk', baseURL: `${one.origin}/v1beta` }), two: reach(two) },
      models: { made: ['one/gemini-2.5-flash-image', 'two/gpt-image-1'] },
      prices: { 'gemini-2.5-flash-image': { image: 0.04 }, 'gpt-image-1': { image: 0.04 } },
      budgets: { acme: { limit: 0.13 } },
    });
    const response = await world.ask('/v1/images/generations', { model: 'made', prompt: 'A boat', n: 3 });
    expect([response.status, at(await response.json(), 'data', 'length')]).toEqual([200, 3]);
    expect(two.requests.map(({ body }) => at(body, 'n') ?? 1)).toEqual([1, 1, 1]);
    expect(await world.stand('acme')).toEqual({ spent: 120_000_000, held: 0 });
  });

  test('where there is money for none, none is made', async () => {
    await using opened = await paint(0.03, 3);
    const { upstream, world, response, body } = opened;
    expect([response.status, at(body, 'error', 'code')]).toEqual([429, 'insufficient_quota']);
    expect(upstream.requests).toHaveLength(0);
    expect(await world.stand('acme')).toEqual({ spent: 0, held: 0 });
  });
});

describe('embeddings that are made in several calls', () => {
  const input = Array.from({ length: 1001 }, (_, index) => `text ${index}`);

  test.each([
    ['are paid for together', 1, 200],
    ['are refused together', 0.001, 429],
  ])('%s', async (_, limit, status) => {
    await using upstream = await simulatedVoyage();
    await using world = openWorld({
      upstreams: { only: voyage({ apiKey: 'sk', baseURL: upstream.baseURL }) },
      models: { made: 'only/voyage-3.5' },
      prices: { 'voyage-3.5': { input: 1, output: 0 } },
      budgets: { acme: { limit } },
    });
    const response = await world.ask('/v1/embeddings', {
      model: 'made',
      input,
      dimensions: 256,
      encoding_format: 'base64',
    });
    const body: unknown = await response.json();
    expect(response.status).toBe(status);
    const { spent, held } = await world.stand('acme');
    expect(held).toBe(0);
    expect(spent).toBeLessThanOrEqual(limit * 1e9);
    const [row] = await rowsOf(world, 1);
    expect(row?.cost ?? 0).toBe(spent);
    if (status !== 200) return;
    expect(at(body, 'data', 'length')).toBe(1001);
    expect(spent).toBe(Number(at(body, 'usage', 'prompt_tokens')) * 1000);
  });
});

describe('what is not read', () => {
  test.each([
    ['a batch', '/v1/batches', { endpoint: chat, completion_window: '24h' }],
    ['a call in the vendor’s own words', '/only/v1/chat/completions', { ...question, model: 'gpt-4o' }],
  ])('%s is refused where nothing is left', async (_, path, body) => {
    await using upstream = await simulatedOpenAI();
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      passthrough: 'only',
      native: ['only'],
      memory: memoryStore(),
      budgets: { acme: { limit: 0 } },
    });
    const response = await world.ask(path, body);
    expect([response.status, at(await response.json(), 'error', 'code')]).toEqual([
      429,
      'insufficient_quota',
    ]);
    expect(upstream.requests).toHaveLength(0);
    const [row] = await rowsOf(world, 1);
    expect(row).toMatchObject({
      status: 429,
      error: 'VE_BUDGET_EXCEEDED',
      operation: 'native',
      path: 'acme/ann',
    });
  });
});

async function open(limit: number) {
  const upstream = await simulatedOpenAI();
  const world = openWorld({
    upstreams: { only: reach(upstream) },
    models: { voice: 'only/gpt-realtime' },
    prices: { 'gpt-realtime': { input: 4, output: 16 } },
    budgets: { acme: { limit } },
  });
  const host = await serveUpgrades(world.gateway);
  return endingWith(
    { upstream, world, host, url: `${host.webSockets}/v1/realtime?model=voice` },
    upstream,
    world,
    host,
  );
}

test('what is not read is counted as nothing, and that is told once', async () => {
  await using upstream = await simulatedOpenAI();
  await using world = openWorld({
    upstreams: { only: reach(upstream) },
    native: ['only'],
    budgets: { acme: { limit: 1 } },
  });
  for (let again = 0; again < 3; again++) {
    const response = await world.ask('/only/v1/chat/completions', { ...question, model: 'gpt-4o' });
    await response.text();
    expect(response.status).toBe(200);
  }
  expect(await world.stand('acme')).toEqual({ spent: 0, held: 0 });
  const told = world.log.filter(([, message]) => String(message).includes('in no budget'));
  expect(told).toEqual([['warn', expect.any(String), { target: 'only' }]]);
});

describe('realtime', () => {
  const headers = { 'x-user': 'acme/ann' };

  test('is refused where nothing is left', async () => {
    await using opened = await open(0);
    const { upstream, url } = opened;
    const { status, body } = await refusalOf(url, { headers });
    expect(status).toBe(429);
    expect(body).toContain('insufficient_quota');
    expect(upstream.requests).toHaveLength(0);
  });

  test('what was said is paid for when it is over', async () => {
    await using opened = await open(1);
    const { world, url } = opened;
    const talk = await openTalk(url, { headers });
    const content = [{ type: 'input_text', text: 'hello' }];
    talk.socket.send(
      JSON.stringify({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } }),
    );
    talk.socket.send(JSON.stringify({ type: 'response.create', response: { output_modalities: ['text'] } }));
    const done: unknown = JSON.parse(await talk.until((message) => message.includes('"response.done"')));
    const usage = at(done, 'response', 'usage');
    talk.socket.close();
    await talk.closed;
    const [row] = await rowsOf(world, 1);
    expect(row).toMatchObject({
      operation: 'realtime',
      status: 101,
      inputTokens: at(usage, 'input_tokens'),
      outputTokens: at(usage, 'output_tokens'),
    });
    expect(row?.cost).toBeGreaterThan(0);
    expect(await world.stand('acme')).toEqual({ spent: row?.cost, held: 0 });
  });
});

test('a model that nobody knows the price of is served, counted as nothing, and told once', async () => {
  await using upstream = await simulatedOpenAI({ models: ['nobody-knows-1'] });
  await using world = openWorld({
    upstreams: { only: reach(upstream) },
    models: { made: 'only/nobody-knows-1' },
    prices: {},
    budgets: { acme: { limit: 1 } },
  });
  for (let again = 0; again < 3; again++) {
    const response = await world.ask(chat, question);
    await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('x-vector-cost-usd')).toBeNull();
  }
  expect(await world.stand('acme')).toEqual({ spent: 0, held: 0 });
  const rows = await rowsOf(world, 3);
  expect(rows.map(({ cost, priceSource }) => [cost, priceSource])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
    [undefined, undefined],
  ]);
  const told = world.log.filter(([, message]) => String(message).includes('price'));
  expect(told).toEqual([['warn', expect.any(String), { target: 'only/nobody-knows-1' }]]);
});
