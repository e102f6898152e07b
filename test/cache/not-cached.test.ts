import { type Layer, openai } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { cacheOf, openWorld, question, read } from './world.ts';

const streams = [false, true];

for (const [what, reply] of [
  ['was cut short by a limit', { content: 'Hello', finishReason: 'length' }],
  ['was filtered', { content: 'Hello', finishReason: 'content_filter' }],
  ['was refused', { refusal: 'I will not.' }],
] as const) {
  for (const stream of streams) {
    test(`an answer that ${what} is not kept (${stream ? 'streamed' : 'whole'})`, async () => {
      await using world = await openWorld({ script: { answer: () => reply } });
      for (const _ of [1, 2])
        expect(cacheOf((await read(world.ask({ ...question, stream }))).response)).toBe('miss');
      expect(world.stats().entries).toBe(0);
    });
  }
}

test('tool calls are an answer like any other', async () => {
  const script = { answer: () => ({ toolCalls: [{ name: 'f', arguments: { a: 1 } }] }) };
  await using world = await openWorld({ script });
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
  for (const stream of streams) {
    const first = await read(world.ask({ ...question, tools, stream }));
    const second = await read(world.ask({ ...question, tools, stream }));
    expect(cacheOf(second.response)).toBe('hit');
    expect(second.text).toBe(first.text);
  }
});

test('one of several choices that was cut short is enough', async () => {
  const script = {
    answer: (_: unknown, choice: number) => ({
      content: 'Hello',
      finishReason: choice === 0 ? 'stop' : 'length',
    }),
  };
  await using world = await openWorld({ script });
  for (const stream of streams) {
    await read(world.ask({ ...question, n: 2, stream }));
    expect(cacheOf((await read(world.ask({ ...question, n: 2, stream }))).response)).toBe('miss');
  }
});

test('a stream that ends with an error event is not kept', async () => {
  await using world = await openWorld({ retry: { rounds: 0 } });
  world.upstream.fail({ type: 'error-event', afterEvents: 3 }, { times: 1 });
  const first = await read(world.ask({ ...question, stream: true }));
  expect(first.text).toContain('error');
  expect(cacheOf((await read(world.ask({ ...question, stream: true }))).response)).toBe('miss');
});

test('a stream that breaks off between its finish and its end is not kept', async () => {
  const asksForUsage = { stream_options: { include_usage: true } };
  for (const how of ['reset', 'close', 'clean'] as const) {
    for (const own of [{}, asksForUsage]) {
      await using world = await openWorld({ script: { answer: () => ({ content: ['a', 'b'] }) } });
      world.upstream.fail({ type: 'cut', afterEvents: 4, how }, { times: 1 });
      const streamed = { ...question, stream: true, ...own };
      const first = await read(world.ask(streamed));
      expect(first.text).toContain('"finish_reason":"stop"');
      const second = await read(world.ask(streamed));
      expect(cacheOf(second.response)).toBe('miss');
      expect(second.text).toMatch(/\[DONE\]\n\n$/);
      expect(cacheOf((await read(world.ask(streamed))).response)).toBe('hit');
    }
  }
});

test('a stream without the usage that its caller asks for is not kept', async () => {
  const script = { answer: () => ({ content: ['a', 'b'] }) };
  // The gateway writes the end itself where another target could go on.
  await using world = await openWorld({ continuation: true, script });
  world.upstream.fail({ type: 'cut', afterEvents: 4, how: 'reset' }, { times: 1 });
  const streamed = { ...question, stream: true, stream_options: { include_usage: true } };
  const first = await read(world.ask(streamed));
  expect(first.text).toMatch(/\[DONE\]\n\n$/);
  expect(first.text).not.toContain('prompt_tokens');
  const second = await read(world.ask(streamed));
  expect([cacheOf(second.response), second.text.includes('prompt_tokens')]).toEqual(['miss', true]);
  expect(cacheOf((await read(world.ask(streamed))).response)).toBe('hit');
});

test('what searches, stores or goes on from what is kept elsewhere is asked each time', async () => {
  await using world = await openWorld();
  const bodies = [
    { ...question, store: true },
    { ...question, web_search_options: {} },
    { ...question, search_parameters: { mode: 'auto' } },
    { ...question, enable_search: true },
    { ...question, tools: [{ type: 'web_search' }] },
    { ...question, tools: 'all' },
  ];
  for (const body of bodies) {
    const responses = await Promise.all([world.ask(body), world.ask(body)]);
    expect(responses.map(cacheOf)).toEqual(['bypass', 'bypass']);
  }
  expect(world.stats()).toMatchObject({ misses: 0, bypassed: 2 * bodies.length });
});

const own: Layer = () => () =>
  Promise.resolve({
    kind: 'verbatim',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}]}'),
  });

test("what a layer of the operator's answers by itself is not kept", async () => {
  await using world = await openWorld({ layers: [own] });
  for (const _ of [1, 2]) expect(cacheOf((await read(world.ask())).response)).toBe('miss');
});

test('the answer of a fallback model is good for now only', async () => {
  await using world = await openWorld();
  const upstreams = {
    good: openai({ apiKey: 'sk-a', baseURL: world.upstream.baseURL }),
    bad: openai({ apiKey: 'sk-b', baseURL: 'http://127.0.0.1:1/v1' }),
  };
  await using other = await openWorld({
    upstreams,
    retry: { rounds: 0 },
    models: { first: { targets: ['bad'], fallback: 'gpt-4o' }, 'gpt-4o': 'good' },
  });
  for (const _ of [1, 2]) {
    const { response } = await read(other.ask({ ...question, model: 'first' }));
    expect([response.status, cacheOf(response)]).toEqual([200, 'miss']);
  }
  expect(other.stats().entries).toBe(0);
});

test('counting tokens and listing models have nothing to do with it', async () => {
  await using world = await openWorld();
  const models = await world.gateway.fetch('http://gateway/v1/models');
  expect(cacheOf(models)).toBeNull();
  const counted = await world.ask({ model: 'gpt-4o', input: 'Hi' }, { path: '/v1/responses/input_tokens' });
  expect(cacheOf(counted)).not.toBe('miss');
});

test('nothing of a question is left in the cache but the answer', async () => {
  await using world = await openWorld();
  const canary = 'canary-of-the-prompt';
  await read(world.ask({ ...question, messages: [{ role: 'user', content: canary }] }));
  expect(world.stats().entries).toBe(1);
  expect(JSON.stringify(world.ends)).not.toContain(canary);
});
