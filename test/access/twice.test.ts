import { memoryStore, openai, type Upstream } from '@vector-engine/core';
import { type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { chat, openWorld, question, rowsOf } from './world.ts';

const reach = ({ baseURL }: SimulatedUpstream): Upstream => openai({ apiKey: 'sk', baseURL });
const long = 'All the news there is. '.repeat(200);
const asked = { model: 'made', messages: [{ role: 'user', content: long }], stream: true };

test.each([
  ['is gone on with where there is money for that', 0.02, 2],
  ['ends there where there is none', 0.006, 1],
])('an answer that breaks off %s', async (_, limit, attempts) => {
  const content = Array<string>(60).fill('word ');
  await using one = await simulatedOpenAI({ answer: () => ({ content }) });
  // A token for each byte: of what was held for the question nothing is left over.
  await using two = await simulatedOpenAI({ answer: () => ({ content, usage: { prompt_tokens: 4700 } }) });
  one.fail({ type: 'cut', afterEvents: 20, how: 'reset' });
  await using world = openWorld({
    upstreams: { one: reach(one), two: reach(two) },
    models: { made: { targets: ['one/gpt-4o', 'two/gpt-4o'], continuation: true } },
    budgets: { acme: { limit } },
  });
  const response = await world.ask(chat, { ...asked, max_tokens: 60 });
  const text = await response.text();
  const { spent, held } = await world.stand('acme');
  const [row] = await rowsOf(world, 1);
  expect([response.status, held, row?.attempts, row?.cost]).toEqual([200, 0, attempts, spent]);
  expect([text.includes('continued by'), text.includes('[DONE]')]).toEqual(Array(2).fill(attempts > 1));
  expect(text.includes('"error"')).toBe(attempts === 1);
  expect(spent).toBeLessThanOrEqual(limit * 1e9);
});

test('two who are asked at once are both held for, and both paid', async () => {
  const content = Array<string>(50).fill('word ');
  await using one = await simulatedOpenAI({ answer: () => ({ content }) });
  await using two = await simulatedOpenAI({ answer: () => ({ content }) });
  one.fail({ type: 'slow', headersAfter: 400 });
  for (const limit of [0.0025, 0.05]) {
    await using world = openWorld({
      upstreams: { one: reach(one), two: reach(two) },
      models: {
        made: { targets: ['one/gpt-4o', 'two/gpt-4o'], hedge: { after: 20, minimum: 10, share: 1 } },
      },
      budgets: { acme: { limit } },
    });
    const response = await world.ask(chat, { ...question, max_tokens: 100 });
    await response.text();
    const [row] = await rowsOf(world, 1);
    const { spent, held } = await world.stand('acme');
    expect([response.status, held, row?.attempts]).toEqual([200, 0, 2]);
    expect(row?.cost).toBe(spent);
    expect(spent).toBeLessThanOrEqual(limit * 1e9);
    expect(response.headers.get('x-vector-adjusted') === null).toBe(limit > 0.01);
  }
});

test('what is made in the background is held for and paid for, once', async () => {
  await using upstream = await simulatedOpenAI({ pace: 1 });
  await using world = openWorld({
    upstreams: { only: reach(upstream) },
    memory: memoryStore(),
    budgets: { acme: { limit: 0.0025 } },
  });
  const body = { model: 'made', input: 'Say hello', background: true, max_output_tokens: 5000 };
  const response = await world.ask('/v1/responses', body);
  const { id } = (await response.json()) as { id: string };
  expect(response.status).toBe(200);
  await expect
    .poll(async () => {
      const told = await world.ask(`/v1/responses/${id}`, undefined, { method: 'GET' });
      return ((await told.json()) as { status: string }).status;
    })
    .toMatch(/completed|incomplete/);
  const { spent, held } = await world.stand('acme');
  expect(held).toBe(0);
  expect(spent).toBeGreaterThan(0);
  expect(spent).toBeLessThanOrEqual(2_500_000);
  const rows = await rowsOf(world, 1);
  expect(rows.reduce((sum, { cost }) => sum + (cost ?? 0), 0)).toBe(spent);
});
