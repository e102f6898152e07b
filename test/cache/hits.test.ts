import { expect, test } from 'vitest';
import { cacheOf, openWorld, question, read } from './world.ts';

test('the same question is answered once by an upstream, and then from the cache, byte for byte', async () => {
  await using world = await openWorld();
  const first = await read(world.ask());
  await world.clock.advance(2500);
  const second = await read(world.ask());
  expect([cacheOf(first.response), cacheOf(second.response)]).toEqual(['miss', 'hit']);
  expect(second.text).toBe(first.text);
  expect(second.response.headers.get('age')).toBe('2');
  expect(first.response.headers.get('age')).toBeNull();
  expect(second.response.headers.get('content-type')).toBe('application/json');
  expect(second.response.headers.get('x-vector-upstream')).toBe('openai');
  expect(second.response.headers.get('x-vector-attempts')).toBe('0');
  expect(second.response.headers.get('x-request-id')).not.toBe(first.response.headers.get('x-request-id'));
  expect(second.response.headers.get('x-ratelimit-remaining-requests')).toBeNull();
  expect(world.upstream.requests).toHaveLength(1);
  expect(world.ends.map(({ cache, usage, attempts }) => [cache, usage === undefined, attempts])).toEqual([
    ['miss', false, 1],
    ['hit', true, 0],
  ]);
  expect(world.stats()).toMatchObject({ hits: 1, misses: 1, joined: 0, bypassed: 0, entries: 1 });
});

test('a stream is given again with all its events, each written by itself', async () => {
  await using world = await openWorld();
  const body = { ...question, stream: true };
  const first = await read(world.ask(body));
  const second = await world.ask(body);
  expect(cacheOf(second)).toBe('hit');
  expect(second.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const pieces: string[] = [];
  for await (const piece of second.body ?? []) pieces.push(Buffer.from(piece).toString());
  expect(pieces.join('')).toBe(first.text);
  expect(pieces.length).toBe(first.text.split('\n\n').filter(Boolean).length);
  expect(pieces.at(-1)).toBe('data: [DONE]\n\n');
  expect(world.upstream.requests).toHaveLength(1);
});

test('at the recorded pace a stream has the pauses that it had', async () => {
  await using world = await openWorld({ pace: 100, cache: { pace: 'recorded' } });
  const body = { ...question, stream: true };
  const asked = world.ask(body);
  await world.clock.advance(5000);
  const first = await read(asked);
  const second = await world.ask(body);
  expect(cacheOf(second)).toBe('hit');
  let text = '';
  const reading = (async () => {
    for await (const piece of second.body ?? []) text += Buffer.from(piece).toString();
  })();
  await world.clock.advance(50);
  const early = text.length;
  expect(early).toBeGreaterThan(0);
  await world.clock.advance(110);
  expect(text.length).toBeGreaterThan(early);
  expect(text.length).toBeLessThan(first.text.length);
  await world.clock.advance(5000);
  await reading;
  expect(text).toBe(first.text);
});

test('a paced stream that its caller leaves sets no timer any more', async () => {
  await using world = await openWorld({ pace: 100, cache: { pace: 'recorded' } });
  const body = { ...question, stream: true };
  const asked = world.ask(body);
  await world.clock.advance(5000);
  await read(asked);
  const before = world.clock.pending;
  const leaving = new AbortController();
  const second = await world.ask(body, { signal: leaving.signal });
  const reader = second.body?.getReader();
  await reader?.read();
  leaving.abort();
  await expect(reader?.read()).rejects.toThrow('abort');
  await world.clock.advance(20);
  expect(world.clock.pending).toBeLessThanOrEqual(before);
});

test('embeddings are answered again, with no word about temperature', async () => {
  await using world = await openWorld();
  const body = { model: 'text-embedding-3-small', input: ['one', 'two'] };
  const first = await read(world.ask(body, { path: '/v1/embeddings' }));
  const second = await read(
    world.ask({ ...body, encoding_format: 'float', user: 'x' }, { path: '/v1/embeddings' }),
  );
  expect(cacheOf(second.response)).toBe('hit');
  expect(second.text).toBe(first.text);
});

test('text completions are answered again', async () => {
  await using world = await openWorld();
  const body = { model: 'gpt-4o', prompt: 'One, two,', temperature: 0, max_tokens: 500 };
  const path = '/v1/completions';
  const first = await read(world.ask(body, { path }));
  expect(cacheOf((await read(world.ask(body, { path }))).response)).toBe('hit');
  const streamed = await read(world.ask({ ...body, stream: true }, { path }));
  expect(cacheOf(streamed.response)).toBe('miss');
  const again = await read(world.ask({ ...body, stream: true }, { path }));
  expect(cacheOf(again.response)).toBe('hit');
  expect(again.text).toBe(streamed.text);
  expect(first.text).not.toBe(streamed.text);
});

test('what is asked otherwise in words only is the same question', async () => {
  await using world = await openWorld();
  await read(world.ask());
  const { model, messages } = question;
  const others = [
    { temperature: 0, messages, model },
    { ...question, n: 1, stream: false },
    { ...question, stream_options: null, user: 'somebody', metadata: { a: 'b' }, store: false },
    { ...question, response_format: { type: 'text' }, tools: null },
  ];
  for (const other of others) expect(cacheOf((await read(world.ask(other))).response)).toBe('hit');
});

test('another question is another', async () => {
  await using world = await openWorld();
  await read(world.ask());
  const others = [
    { ...question, stream: true },
    { ...question, stream: true, stream_options: { include_usage: true } },
    { ...question, stream: true, stream_options: { include_obfuscation: false } },
    { ...question, max_tokens: 500 },
    { ...question, n: 2 },
    { ...question, seed: 1 },
    { ...question, messages: [{ role: 'user', content: 'Say hello!' }] },
    { ...question, messages: [{ role: 'system', content: 'Say hello' }] },
    { ...question, tools: [{ type: 'function', function: { name: 'f' } }] },
  ];
  for (const other of others) {
    expect(cacheOf((await read(world.ask(other))).response)).toBe('miss');
    expect(cacheOf((await read(world.ask(other))).response)).toBe('hit');
  }
});

test("a body that has a member twice is nobody else's question", async () => {
  await using world = await openWorld();
  await read(world.ask());
  const text = JSON.stringify(question);
  const response = await world.gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `${text.slice(0, -1)},"temperature":0}`,
  });
  expect(cacheOf(response)).toBe('bypass');
});

test('tenants never meet, unless the operator shares', async () => {
  for (const [scope, expected] of [
    ['tenant', 'miss'],
    ['shared', 'hit'],
  ] as const) {
    await using world = await openWorld({ cache: { scope } });
    await read(world.ask(question, { headers: { 'x-tenant': 'acme' } }));
    const other = await read(world.ask(question, { headers: { 'x-tenant': 'globex' } }));
    expect(cacheOf(other.response)).toBe(expected);
    const same = await read(world.ask(question, { headers: { 'x-tenant': 'acme' } }));
    expect(cacheOf(same.response)).toBe('hit');
  }
});

test('tenants do not share a call under way either', async () => {
  await using world = await openWorld();
  const asked = [
    world.ask(question, { headers: { 'x-tenant': 'acme' } }),
    world.ask(question, { headers: { 'x-tenant': 'globex' } }),
  ];
  expect((await Promise.all(asked)).map(cacheOf)).toEqual(['miss', 'miss']);
  expect(world.upstream.requests).toHaveLength(2);
});

test('an answer is forgotten when its time is over', async () => {
  await using world = await openWorld({ cache: { ttl: 10_000 } });
  await read(world.ask());
  await world.clock.advance(9900);
  expect(cacheOf((await read(world.ask())).response)).toBe('hit');
  await world.clock.advance(200);
  expect(cacheOf((await read(world.ask())).response)).toBe('miss');
});

test('a model has its own time, or no cache at all', async () => {
  await using world = await openWorld({
    models: {
      short: { targets: ['openai/gpt-4o'], cache: { ttl: 1000 } },
      never: { targets: ['openai/gpt-4o'], cache: false },
    },
  });
  await read(world.ask({ ...question, model: 'short' }));
  await world.clock.advance(1100);
  expect(cacheOf((await read(world.ask({ ...question, model: 'short' }))).response)).toBe('miss');
  for (const _ of [1, 2])
    expect(cacheOf((await read(world.ask({ ...question, model: 'never' }))).response)).toBe('bypass');
});

test('a temperature above 0, or none, is answered anew, unless the operator says otherwise of the model', async () => {
  await using world = await openWorld({
    models: { 'gpt-4o': 'openai', same: { targets: ['openai/gpt-4o'], cache: { anyTemperature: true } } },
  });
  const { temperature: _, ...unsaid } = question;
  for (const body of [unsaid, { ...question, temperature: 0.7 }, { ...question, temperature: null }]) {
    const asked = await Promise.all([world.ask(body), world.ask(body)]);
    expect(asked.map(cacheOf)).toEqual(['bypass', 'bypass']);
    const same = { ...body, model: 'same' };
    await read(world.ask(same));
    expect(cacheOf((await read(world.ask(same))).response)).toBe('hit');
  }
});

test('the bytes in memory are bounded: what was not used for longest goes first', async () => {
  await using world = await openWorld({ cache: { bytes: 20_000, entryBytes: 10_000 } });
  const ask = (number: number) => read(world.ask({ ...question, seed: number }));
  for (let number = 0; number < 30; number++) {
    await ask(number);
    await ask(0);
  }
  expect(world.stats().bytes).toBeLessThanOrEqual(20_000);
  expect(world.stats().entries).toBeGreaterThan(3);
  expect(cacheOf((await ask(0)).response)).toBe('hit');
  expect(cacheOf((await ask(1)).response)).toBe('miss');
});

test('an answer that is larger than one may be is not kept, whole or streamed', async () => {
  await using world = await openWorld({
    cache: { entryBytes: 2000 },
    script: { answer: () => ({ content: Array.from({ length: 400 }, () => 'word ') }) },
  });
  for (const stream of [false, true]) {
    const body = { ...question, stream, max_tokens: 5000 };
    const first = await read(world.ask(body));
    const second = await read(world.ask(body));
    expect(first.text.length).toBeGreaterThan(2000);
    expect(cacheOf(second.response)).toBe('miss');
  }
  expect(world.stats().entries).toBe(0);
});

test('money saved is told by the price of who answered', async () => {
  await using world = await openWorld({ prices: { 'gpt-4o': { input: 2, output: 10 } } });
  await read(world.ask());
  const { usage } = world.ends[0] ?? {};
  await read(world.ask());
  await read(world.ask());
  const cost = (usage?.inputTokens ?? 0) * 2000 + (usage?.outputTokens ?? 0) * 10_000;
  expect(cost).toBeGreaterThan(0);
  expect(world.stats().saved).toBe(cost * 2);
});

test('without the option nothing is cached, and nothing is said of it', async () => {
  await using world = await openWorld({ cache: undefined } as never);
  for (const _ of [1, 2]) expect(cacheOf((await read(world.ask())).response)).toBeNull();
  expect(world.upstream.requests).toHaveLength(2);
  expect(world.gateway.stats().cache).toBeUndefined();
  expect(world.ends[0]).not.toHaveProperty('cache');
  await world.gateway.cache.invalidate();
});
