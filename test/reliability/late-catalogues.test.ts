import { createGateway, groq, openai } from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { expect, it, vi } from 'vitest';
import { ask, until, upstreamAt, wholeAnswer } from './support.ts';

/** Nothing is loaded when these begin: neither the codecs nor the prices, which come when the test lets them. */
const { gate } = vi.hoisted(() => ({ gate: Promise.withResolvers<void>() }));
vi.mock('@pydantic/genai-prices', async (load) => {
  await gate.promise;
  return load();
});

const apiKey = 'sk-of-the-operator';

it('the first request to the cheapest waits until prices are known, and others do not', async () => {
  await using one = await replay([wholeAnswer]);
  await using two = await replay([wholeAnswer]);
  await using gateway = createGateway({
    upstreams: {
      dear: openai({ apiKey, baseURL: one.baseURL }),
      cheap: groq({ apiKey, baseURL: two.baseURL }),
    },
    models: {
      chat: { targets: ['dear/gpt-5.2', 'cheap/openai/gpt-oss-20b'], strategy: 'cheapest' },
      plain: 'dear/gpt-5.2',
    },
    open: true,
  });
  const waiting = ask(gateway);
  const plain = await ask(gateway, { model: 'plain', messages: [{ role: 'user', content: 'Hello' }] });
  expect(plain.status).toBe(200);
  await plain.arrayBuffer();
  expect([one.requests.length, two.requests.length]).toEqual([1, 0]);
  gate.resolve();
  const answer = await waiting;
  await answer.arrayBuffer();
  await until(() => two.requests.length === 1, 'the cheap one is asked');
  expect(one.requests).toHaveLength(1);
});

it('a picture has the tokens of a picture, not those of its bytes', async () => {
  vi.resetModules();
  const fresh = await import('@vector-engine/core');
  await using one = await replay([wholeAnswer]);
  await using two = await replay([wholeAnswer]);
  await using gateway = fresh.createGateway({
    upstreams: { small: upstreamAt(one), large: upstreamAt(two) },
    models: { chat: ['small/short', 'large/long'] },
    windows: { 'small/short': 8000, 'large/long': 100_000 },
    open: true,
  });
  const url = `data:image/png;base64,${'A'.repeat(400_000)}`;
  const content = [{ type: 'image_url', image_url: { url } }];
  const answer = await ask(gateway, { model: 'chat', messages: [{ role: 'user', content }] });
  await answer.arrayBuffer();
  expect([one.requests.length, two.requests.length]).toEqual([1, 0]);
});
