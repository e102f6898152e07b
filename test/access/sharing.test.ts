import { openai, type Upstream } from '@vector-engine/core';
import { type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { chat, openWorld, question, rowsOf, until, type World } from './world.ts';

const reach = ({ baseURL }: SimulatedUpstream): Upstream => openai({ apiKey: 'sk', baseURL });
const steady = { ...question, temperature: 0, max_tokens: 100 };

async function said(asked: Promise<Response>): Promise<{ response: Response; text: string }> {
  const response = await asked;
  return { response, text: await response.text() };
}

/** Two of a company, each with a budget of its own. */
function openShared(upstream: SimulatedUpstream, bob: number, ann = 1): World {
  return openWorld({
    upstreams: { only: reach(upstream) },
    cache: {},
    budgets: { 'acme/ann': { limit: ann }, 'acme/bob': { limit: bob } },
  });
}

describe.each([false, true])('streamed: %s', (stream) => {
  test('a hit costs nothing, holds nothing, and says what it saved', async () => {
    await using upstream = await simulatedOpenAI();
    await using world = openShared(upstream, 0);
    const first = await said(world.ask(chat, { ...steady, stream }));
    const { spent } = await world.stand('acme/ann');
    expect(spent).toBeGreaterThan(0);
    await until(() => (world.gateway.stats().cache?.entries ?? 0) > 0, 'it is kept');
    const second = await said(world.ask(chat, { ...steady, stream }, { user: 'acme/bob' }));
    expect(second.response.headers.get('x-vector-cache')).toBe('hit');
    expect(second.text).toBe(first.text);
    expect(await world.stand('acme/bob')).toEqual({ spent: 0, held: 0 });
    const rows = await rowsOf(world, 2);
    expect(rows[0]).toMatchObject({ cache: 'miss', path: 'acme/ann', cost: spent });
    expect(rows[1]).toMatchObject({ cache: 'hit', path: 'acme/bob', saved: spent, attempts: 0 });
    expect(rows[1]?.cost ?? 0).toBe(0);
    expect(rows[0]?.saved).toBeUndefined();
  });

  test('who joins the call of another pays nothing', async () => {
    await using upstream = await simulatedOpenAI({ pace: 3 });
    await using world = openShared(upstream, 0);
    const asked = world.ask(chat, { ...steady, stream });
    await upstream.waitForRequests(1);
    const joined = await said(world.ask(chat, { ...steady, stream }, { user: 'acme/bob' }));
    const first = await said(asked);
    expect(joined.response.headers.get('x-vector-cache')).toBe('joined');
    expect(joined.text).toBe(first.text);
    expect(upstream.requests).toHaveLength(1);
    const { spent, held } = await world.stand('acme/ann');
    expect(held).toBe(0);
    expect(await world.stand('acme/bob')).toEqual({ spent: 0, held: 0 });
    const rows = await rowsOf(world, 2);
    const row = rows.find(({ path }) => path === 'acme/bob');
    expect(row).toMatchObject({ cache: 'joined', saved: spent, status: 200 });
    expect(row?.cost ?? 0).toBe(0);
    expect(rows.find(({ path }) => path === 'acme/ann')).toMatchObject({ cache: 'miss', cost: spent });
  });

  test('an answer that was made shorter is nobody else’s', async () => {
    const content = Array<string>(300).fill('word ');
    await using upstream = await simulatedOpenAI({ pace: 1, answer: () => ({ content }) });
    await using world = openShared(upstream, 1, 0.0015);
    const long = { ...steady, max_tokens: 1000, stream };
    // Bob asks the same while ann is answered, and ann later again.
    const asked = said(world.ask(chat, long));
    await upstream.waitForRequests(1);
    const whole = await said(world.ask(chat, long, { user: 'acme/bob' }));
    const short = await asked;
    expect(short.response.headers.get('x-vector-adjusted')).toMatch(/max_tokens: 1000 -> \d+/);
    expect(short.text.match(/word/g)?.length).toBeLessThan(150);
    expect(whole.response.headers.get('x-vector-adjusted')).toBeNull();
    expect(whole.text.match(/word/g)).toHaveLength(300);
    expect(upstream.requests).toHaveLength(2);
    await until(() => (world.gateway.stats().cache?.entries ?? 0) > 0, 'the whole one is kept');
    const again = await said(world.ask(chat, long, { user: 'acme/bob' }));
    expect(again.response.headers.get('x-vector-cache')).toBe('hit');
    expect(again.text.match(/word/g)).toHaveLength(300);
  });

  test('a budget that is spent refuses its own callers only, of those who ask the same at once', async () => {
    await using upstream = await simulatedOpenAI();
    await using world = openShared(upstream, 1, 0);
    const asks = Array.from({ length: 6 }, (_, index) =>
      said(world.ask(chat, { ...steady, stream }, { user: index % 2 === 0 ? 'acme/ann' : 'acme/bob' })),
    );
    const statuses = (await Promise.all(asks)).map(({ response }) => response.status);
    // Ann may be given what bob pays for, and bob is never refused for her.
    expect(statuses.filter((_, index) => index % 2 === 1)).toEqual([200, 200, 200]);
    expect(statuses[0]).toBe(429);
    expect(upstream.requests).toHaveLength(1);
    expect(await world.stand('acme/ann')).toEqual({ spent: 0, held: 0 });
    expect((await world.stand('acme/bob')).held).toBe(0);
  });
});

test('who asked first leaves: the one who joined is answered, and it is paid once', async () => {
  const content = Array<string>(60).fill('word ');
  await using upstream = await simulatedOpenAI({ pace: 2, answer: () => ({ content }) });
  await using world = openShared(upstream, 1);
  const leaving = new AbortController();
  const first = world.ask(chat, { ...steady, stream: true }, { signal: leaving.signal });
  await upstream.waitForRequests(1);
  const second = said(world.ask(chat, { ...steady, stream: true }, { user: 'acme/bob' }));
  await first;
  leaving.abort();
  expect((await second).text).toContain('[DONE]');
  const rows = await rowsOf(world, 2);
  const [ann, bob] = [await world.stand('acme/ann'), await world.stand('acme/bob')];
  expect([ann.held, bob.held]).toEqual([0, 0]);
  const cost = rows.reduce((sum, row) => sum + (row.cost ?? 0), 0);
  expect(ann.spent + bob.spent).toBe(cost);
  expect(cost).toBeGreaterThan(60 * 10_000);
});
