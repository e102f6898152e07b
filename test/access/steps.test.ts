import { openai } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { chat, openWorld, question, rowsOf } from './world.ts';

const models = { made: { targets: ['first/gpt-4o', 'second/gpt-4o'], strategy: 'priority' } };

test('a call that went elsewhere has each of its steps in its row, and one that went well at once has none', async () => {
  await using first = await simulatedOpenAI();
  await using second = await simulatedOpenAI();
  await using world = openWorld({
    upstreams: {
      first: openai({ apiKey: ['sk-1', 'sk-2'], baseURL: first.baseURL }),
      second: openai({ apiKey: 'sk-3', baseURL: second.baseURL }),
    },
    models,
  });
  first.fail({ type: 'status', status: 500 }, { times: 1 });
  for (let call = 0; call < 2; call++) {
    const answer = await world.ask(chat, question);
    expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
  }
  const [failedOver, plain] = await rowsOf(world, 2);
  const ours = expect.stringMatching(/^#[12]$/);
  expect(failedOver?.steps).toEqual([
    {
      upstream: 'first',
      model: 'gpt-4o',
      key: ours,
      start: expect.any(Number),
      waited: 0,
      firstByte: expect.any(Number),
      end: expect.any(Number),
      outcome: 'failure',
      error: 'VE_UPSTREAM_STATUS',
      status: 500,
    },
    {
      upstream: 'second',
      model: 'gpt-4o',
      key: '#1',
      start: expect.any(Number),
      waited: 0,
      firstByte: expect.any(Number),
      end: expect.any(Number),
      outcome: 'success',
    },
  ]);
  const [one, two] = failedOver?.steps ?? [];
  const moments = [0, one?.start, one?.end, two?.start, two?.firstByte, two?.end, failedOver?.milliseconds];
  expect(moments).toEqual(moments.toSorted((a = 0, b = 0) => a - b));
  expect(plain).toMatchObject({ attempts: 1, steps: undefined });
});

test('a call that has waited for a place says how long', async () => {
  await using upstream = await simulatedOpenAI();
  await using world = openWorld({
    upstreams: { first: openai({ apiKey: 'sk-1', baseURL: upstream.baseURL, maxConcurrency: 1 }) },
    models: { made: ['first/gpt-4o'] },
  });
  upstream.fail({ type: 'slow', headersAfter: 60 }, { times: 1 });
  const answers = await Promise.all([0, 1].map(async () => (await world.ask(chat, question)).text()));
  expect(answers).toHaveLength(2);
  const waited = (await rowsOf(world, 2)).flatMap(({ steps }) => steps ?? []);
  expect(waited).toMatchObject([{ upstream: 'first', outcome: 'success' }]);
  const [step] = waited;
  expect(step?.waited).toBeGreaterThan(40);
  expect(step?.end).toBeGreaterThanOrEqual((step?.start ?? 0) + (step?.waited ?? 0));
});
