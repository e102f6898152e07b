import { openai, type Upstream } from '@vector-engine/core';
import { type Recording, replay, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { startHost } from '../reliability/support.ts';
import { playRunaway, ways } from './runaway.ts';
import { chat, endingWith, openWorld, price, question, rowsOf, until } from './world.ts';

const reach = ({ baseURL }: SimulatedUpstream): Upstream => openai({ apiKey: 'sk', baseURL });
const budgets = { acme: { limit: 1 } };

test.each(ways.filter(([name]) => name === 'OpenAI' || name === 'Anthropic'))(
  '%s, asked at %s, writes on and on: it is broken off, and what came is paid',
  async (_, path, kind) => {
    expect(await playRunaway(path, kind)).toMatchObject({ status: 200, errors: 1, held: 0 });
  },
);

test('who hangs up in the middle of a stream pays for what came', async () => {
  const words = Array.from({ length: 500 }, () => 'word ');
  await using upstream = await simulatedOpenAI({ pace: 5, answer: () => ({ content: words }) });
  await using world = openWorld({ upstreams: { only: reach(upstream) }, budgets });
  await using host = await startHost(world.gateway);
  const leaving = new AbortController();
  const response = await fetch(`${host.origin}${chat}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user': 'acme' },
    body: JSON.stringify({ ...question, stream: true, max_tokens: 20_000 }),
    signal: leaving.signal,
  });
  const reader = response.body?.getReader();
  for (let read = 0; read < 10; read++) await reader?.read();
  expect((await world.stand('acme')).held).toBeGreaterThan(200_000_000);
  leaving.abort();
  const [row] = await rowsOf(world, 1);
  expect(row).toMatchObject({ error: 'VE_CLIENT_CLOSED', status: 200, isEstimated: true });
  expect(row?.outputTokens).toBeGreaterThan(5);
  expect(row?.outputTokens).toBeLessThan(400);
  expect(await world.stand('acme')).toEqual({ spent: row?.cost, held: 0 });
});

test('who hangs up before anything came', async () => {
  await using upstream = await simulatedOpenAI();
  upstream.fail({ type: 'hang' });
  await using world = openWorld({ upstreams: { only: reach(upstream) }, budgets });
  const leaving = new AbortController();
  const asked = world.ask(chat, question, { signal: leaving.signal });
  await upstream.waitForRequests(1);
  leaving.abort();
  await asked.catch(() => {});
  const [row] = await rowsOf(world, 1);
  expect(row).toMatchObject({ error: 'VE_CLIENT_CLOSED', status: 499, attempts: 1 });
  expect(await world.stand('acme')).toMatchObject({ held: 0, spent: row?.cost ?? 0 });
});

describe('what fails is given back', () => {
  test.each([
    ['a 500', { type: 'status', status: 500 }, 502],
    ['a reset', { type: 'reset-before-headers' }, 502],
    ['a refusal of the call', { type: 'status', status: 400 }, 400],
    ['nonsense', { type: 'garbage' }, 502],
    ['nobody there', { type: 'refuse' }, 503],
  ] as const)('%s', async (_, fault, status) => {
    await using one = await simulatedOpenAI();
    await using two = await simulatedOpenAI();
    for (const upstream of [one, two]) upstream.fail(fault);
    await using world = openWorld({
      upstreams: { one: reach(one), two: reach(two) },
      models: { made: ['one/gpt-4o', 'two/gpt-4o'] },
      budgets,
    });
    for (const stream of [false, true]) {
      const response = await world.ask(chat, { ...question, stream });
      await response.text();
      expect(response.status).toBe(status);
      expect(await world.stand('acme')).toEqual({ spent: 0, held: 0 });
    }
    const rows = await rowsOf(world, 2);
    expect(rows.map(({ cost }) => cost ?? 0)).toEqual([0, 0]);
    expect(rows[0]).toMatchObject({ status, model: 'made' });
  });
});

test('a stream that dies late is paid as far as it came', async () => {
  const content = Array.from({ length: 50 }, () => 'word ');
  await using upstream = await simulatedOpenAI({ answer: () => ({ content }) });
  upstream.fail({ type: 'cut', afterEvents: 20, how: 'reset' });
  await using world = openWorld({ upstreams: { only: reach(upstream) }, budgets });
  const response = await world.ask(chat, { ...question, stream: true });
  await response.text();
  const [row] = await rowsOf(world, 1);
  expect(row?.outputTokens).toBeGreaterThan(10);
  expect(row).toMatchObject({ isEstimated: true, status: 200 });
  expect(row?.error).toMatch(/^VE_UPSTREAM_/);
  expect(await world.stand('acme')).toEqual({ spent: row?.cost, held: 0 });
});

/** An answer that a vendor's filter has stopped, and that is paid for. */
const filtered: Recording = {
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o',
    choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'content_filter' }],
    usage: { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 },
  }),
};

async function open(limit: number, dear: number) {
  const first = await replay(filtered);
  const second = await simulatedOpenAI({ answer: () => 'Hello' });
  const world = openWorld({
    upstreams: { one: reach(first), two: reach(second) },
    models: {
      made: { targets: ['one/gpt-4o'], fallback: { contentFilter: ['other'] } },
      other: 'two/gpt-4o',
    },
    prices: { 'one/gpt-4o': price, 'two/gpt-4o': { input: dear, output: dear * 10 } },
    budgets: { acme: { limit } },
  });
  return endingWith({ first, second, world }, first, second, world);
}

describe('a model that is gone on to', () => {
  test('both attempts are paid for', async () => {
    await using opened = await open(1, 1);
    const { second, world } = opened;
    const response = await world.ask(chat, { ...question, max_tokens: 100 });
    const { usage } = (await response.json()) as { usage: Record<string, number> };
    expect(response.headers.get('x-vector-model')).toBe('gpt-4o');
    expect(second.requests).toHaveLength(1);
    const own = (usage['prompt_tokens'] ?? 0) * 1000 + (usage['completion_tokens'] ?? 0) * 10_000;
    const cost = own + 100 * 1000 + 50 * 10_000;
    expect(await world.stand('acme')).toEqual({ spent: cost, held: 0 });
    const [row] = await rowsOf(world, 1);
    expect(row).toMatchObject({ attempts: 2, cost, upstream: 'two' });
  });

  test.each([
    ['is asked where there is room', 0.02, 1],
    ['is passed over where there is none', 0.01, 0],
  ])('one that is ten times as dear %s', async (_, limit, asked) => {
    await using opened = await open(limit, 10);
    const { second, world } = opened;
    const response = await world.ask(chat, { ...question, max_tokens: 50 });
    await response.text();
    expect([response.status, second.requests.length]).toEqual([200, asked]);
    const { spent, held } = await world.stand('acme');
    expect(held).toBe(0);
    expect(spent).toBeLessThanOrEqual(limit * 1e9);
  });
});

test('a call is held as dear as it can become at any of its targets', async () => {
  await using down = await simulatedOpenAI();
  await using up = await simulatedOpenAI({ answer: () => ({ content: Array<string>(500).fill('word ') }) });
  down.fail({ type: 'status', status: 500 });
  const long = 'All the news there is. '.repeat(400);
  // One writes dearly, the other reads dearly.
  const prices = {
    'one/gpt-4o': { input: 0.1, output: 200 },
    'two/gpt-4o': { input: 50, output: 1 },
  };
  for (const limit of [0.02, 0.1, 0.52]) {
    await using world = openWorld({
      upstreams: { one: reach(down), two: reach(up) },
      models: { made: ['one/gpt-4o', 'two/gpt-4o'] },
      prices,
      budgets: { acme: { limit } },
    });
    const response = await world.ask(chat, {
      model: 'made',
      max_tokens: 4000,
      messages: [{ role: 'user', content: long }],
    });
    await response.text();
    const { spent, held } = await world.stand('acme');
    expect(held).toBe(0);
    expect(spent).toBeLessThanOrEqual(limit * 1e9);
    // What does not fit at the dearer one is refused before the other is asked.
    expect(response.status).toBe(limit < 0.5 ? 429 : 200);
  }
});

test('nobody waits for ever: what was held is free when a gateway closes with calls under way', async () => {
  await using upstream = await simulatedOpenAI();
  upstream.fail({ type: 'hang' });
  const world = openWorld({ upstreams: { only: reach(upstream) }, budgets });
  const asked = world.ask(chat, question);
  await upstream.waitForRequests(1);
  expect((await world.stand('acme')).held).toBeGreaterThan(0);
  await world.gateway.close({ grace: 0 });
  await asked.then(
    (response) => response.text(),
    () => '',
  );
  await until(async () => (await world.stand('acme')).held === 0, 'nothing is held');
});
