import { openai, type Upstream } from '@vector-engine/core';
import { manualClock, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { at } from '../redaction/faces.ts';
import { startHost } from '../reliability/support.ts';
import { chat, endingWith, openWorld, question, rowsOf, until } from './world.ts';

const reach = ({ baseURL }: SimulatedUpstream): Upstream => openai({ apiKey: 'sk', baseURL });
const long = 'All the news there is. '.repeat(400);
const steady = { ...question, temperature: 0 };

async function statusOf(asked: Promise<Response>): Promise<number> {
  const response = await asked;
  await response.text();
  return response.status;
}

describe('tokens in a minute', () => {
  test.each([false, true])(
    'a lone first call of more than the limit is served; streamed: %s',
    async (stream) => {
      const clock = manualClock();
      await using upstream = await simulatedOpenAI({ clock });
      await using world = openWorld({
        upstreams: { only: reach(upstream) },
        limits: { tenant: { tpm: 500 } },
        clock,
      });
      const first = await world.ask(chat, { ...question, stream, max_tokens: 4000 });
      await first.text();
      expect([first.status, first.headers.get('x-ratelimit-limit-tokens')]).toEqual([200, '500']);
      await clock.advance(2000);
      const [row] = await rowsOf(world, 1);
      const used = (row?.inputTokens ?? 0) + (row?.outputTokens ?? 0);
      expect(used).toBeGreaterThan(0);
      // What it did not use is there for the next.
      const second = await world.ask(chat, { ...question, stream, max_tokens: 100 });
      await second.text();
      expect(second.status).toBe(200);
      expect(Number(second.headers.get('x-ratelimit-remaining-tokens'))).toBeGreaterThan(500 - used - 150);
    },
  );

  test('what was used beyond the estimate keeps the next waiting, until the minute is over', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI({
      clock,
      answer: () => ({ content: 'Hello', usage: { prompt_tokens: 900, completion_tokens: 1100 } }),
    });
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      limits: { tenant: { tpm: 2000 } },
      clock,
    });
    expect(await statusOf(world.ask(chat, question))).toBe(200);
    const refused = await world.ask(chat, question);
    expect([refused.status, at(await refused.json(), 'error', 'type')]).toEqual([429, 'tokens']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await clock.advance(61_000);
    expect(await statusOf(world.ask(chat, question))).toBe(200);
    await clock.advance(2000);
    const rows = await rowsOf(world, 3);
    expect(rows[1]).toMatchObject({ status: 429, error: 'VE_RATE_LIMITED', model: 'made', attempts: 0 });
  });

  test('a call that comes to nothing, and one from the cache, give theirs back', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI({ clock });
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      limits: { tenant: { tpm: 3000 } },
      cache: {},
      clock,
    });
    upstream.fail({ type: 'status', status: 400 });
    for (let again = 0; again < 5; again++) expect(await statusOf(world.ask(chat, question))).toBe(400);
    upstream.heal();
    expect(await statusOf(world.ask(chat, steady))).toBe(200);
    await until(() => (world.gateway.stats().cache?.entries ?? 0) > 0, 'it is kept');
    const left: string[] = [];
    for (let again = 0; again < 8; again++) {
      const response = await world.ask(chat, steady);
      await response.text();
      expect([response.status, response.headers.get('x-vector-cache')]).toEqual([200, 'hit']);
      left.push(response.headers.get('x-ratelimit-remaining-tokens') ?? '');
    }
    expect(new Set(left).size).toBe(1);
    expect(upstream.requests).toHaveLength(6);
  });

  test('large questions at once cannot slip through together', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI({ clock });
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      limits: { tenant: { tpm: 7000 } },
      clock,
    });
    const body = { model: 'made', messages: [{ role: 'user', content: long }] };
    const statuses = await Promise.all(Array.from({ length: 10 }, () => statusOf(world.ask(chat, body))));
    expect(statuses.filter((status) => status === 200)).toHaveLength(2);
  });
});

test('tokens of calls in the vendor’s own words are counted, too', async () => {
  const clock = manualClock();
  await using upstream = await simulatedOpenAI({
    clock,
    answer: () => ({ content: 'Hello', usage: { prompt_tokens: 400, completion_tokens: 200 } }),
  });
  await using world = openWorld({
    upstreams: { only: reach(upstream) },
    native: ['only'],
    limits: { tenant: { tpm: 1000 } },
    clock,
  });
  const asks = [200, 200, 429];
  for (const status of asks)
    expect(await statusOf(world.ask('/only/v1/chat/completions', { ...question, model: 'gpt-4o' }))).toBe(
      status,
    );
});

describe('places', () => {
  const content = Array<string>(200).fill('word ');
  const open = async (fault?: 'reset-before-headers') => {
    const upstream = await simulatedOpenAI({ pace: 2, answer: () => ({ content }) });
    if (fault !== undefined) upstream.fail({ type: fault }, { times: 1 });
    const world = openWorld({
      upstreams: { only: reach(upstream) },
      limits: { principal: { concurrency: 1 } },
      people: () => ({ tenant: 'acme', id: 'ann' }),
    });
    return endingWith({ upstream, world }, upstream, world);
  };

  test('one is free again when a stream is over, and no sooner', async () => {
    await using opened = await open();
    const { upstream, world } = opened;
    const streaming = await world.ask(chat, { ...question, stream: true });
    const refused = await world.ask(chat, question);
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain('calls at once');
    await streaming.text();
    upstream.heal();
    expect(await statusOf(world.ask(chat, question))).toBe(200);
  });

  test('one is free again when its caller hangs up', async () => {
    await using opened = await open();
    const { world } = opened;
    await using host = await startHost(world.gateway);
    const leaving = new AbortController();
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-user': 'acme/ann' },
      body: JSON.stringify({ ...question, stream: true }),
    };
    const response = await fetch(`${host.origin}${chat}`, { ...init, signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    await rowsOf(world, 1);
    expect(await statusOf(world.ask(chat, question))).toBe(200);
  });

  test('one is free again when the upstream fails', async () => {
    await using opened = await open('reset-before-headers');
    const { world } = opened;
    expect(await statusOf(world.ask(chat, question))).not.toBe(429);
    expect(await statusOf(world.ask(chat, question))).toBe(200);
  });
});

const dialects = [
  ['chat', chat, question, 'x-ratelimit-remaining-requests'],
  [
    'responses',
    '/v1/responses',
    { model: 'made', input: 'Hi', store: false },
    'x-ratelimit-remaining-requests',
  ],
  ['anthropic', '/v1/messages', { ...question, max_tokens: 50 }, 'anthropic-ratelimit-requests-remaining'],
  [
    'gemini',
    '/v1beta/models/made:generateContent',
    { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    'x-ratelimit-remaining-requests',
  ],
] as const;

test.each(dialects)('%s is told of its limits in its own words', async (_, path, body, header) => {
  const clock = manualClock();
  await using upstream = await simulatedOpenAI({ clock });
  await using world = openWorld({
    upstreams: { only: reach(upstream) },
    limits: { tenant: { rpm: 2 }, models: { made: { rpd: 100, per: 'tenant' } } },
    clock,
  });
  const told: (string | null)[] = [];
  const waits: (string | null)[] = [];
  for (let again = 0; again < 3; again++) {
    const response = await world.ask(path, body);
    await response.text();
    told.push(`${response.status} ${response.headers.get(header)}`);
    waits.push(response.headers.get('retry-after'));
  }
  expect(told).toEqual(['200 1', '200 0', '429 0']);
  expect(waits).toEqual([null, null, expect.stringMatching(/^\d+$/)]);
});

test('a model has limits of its own, which other models do not take from', async () => {
  const clock = manualClock();
  await using upstream = await simulatedOpenAI({ clock });
  await using world = openWorld({
    upstreams: { only: reach(upstream) },
    models: { made: 'only/gpt-4o', other: 'only/gpt-4o-mini' },
    limits: { models: { made: { rpm: 1, per: 'principal' } } },
    people: (name) => ({ tenant: 'acme', id: name }),
    clock,
  });
  const asks = [
    ['made', 'ann', 200],
    ['made', 'ann', 429],
    ['made', 'bob', 200],
    ['other', 'ann', 200],
    ['other', 'ann', 200],
  ] as const;
  for (const [model, user, status] of asks)
    expect([model, user, await statusOf(world.ask(chat, { ...question, model }, { user }))]).toEqual([
      model,
      user,
      status,
    ]);
});

test('OpenAI’s client waits and tries again by itself', async () => {
  await using upstream = await simulatedOpenAI();
  let asked = 0;
  await using world = openWorld({
    upstreams: { only: reach(upstream) },
    limits: { tenant: { concurrency: 1 } },
  });
  const client = new OpenAI({
    apiKey: 'k',
    baseURL: 'http://gateway/v1',
    defaultHeaders: { 'x-user': 'acme/ann' },
    fetch: (input, init) => {
      asked++;
      return world.gateway.fetch(input, init);
    },
  });
  const ask = () =>
    client.chat.completions.create({ model: 'made', messages: [{ role: 'user', content: 'Hello' }] });
  const answers = await Promise.all([ask(), ask()]);
  expect(answers.map(({ object }) => object)).toEqual(['chat.completion', 'chat.completion']);
  expect(asked).toBe(3);
});

test('a clock that jumps back neither opens a limit nor closes it for ever', async () => {
  let offset = 0;
  const steadyClock = manualClock();
  const clock = { ...steadyClock, now: () => steadyClock.now() + offset };
  await using upstream = await simulatedOpenAI();
  await using world = openWorld({
    upstreams: { only: reach(upstream) },
    limits: { tenant: { rpm: 2 } },
    budgets: { acme: { limit: 1, window: 'day' } },
    clock,
  });
  expect(await statusOf(world.ask(chat, question))).toBe(200);
  const { spent } = await world.stand('acme');
  offset = -3_600_000;
  expect(await statusOf(world.ask(chat, question))).toBe(200);
  expect(await statusOf(world.ask(chat, question))).toBe(429);
  offset = 0;
  const { held } = await world.stand('acme');
  expect(held).toBe(0);
  expect((await world.stand('acme')).spent).toBeGreaterThanOrEqual(spent);
  await steadyClock.advance(120_000);
  expect(await statusOf(world.ask(chat, question))).toBe(200);
});
