import {
  azureOpenAI,
  createGateway,
  defineUpstream,
  type Layer,
  openai,
  openaiCompatible,
  type Upstream,
} from '@vector-engine/core';
import { manualClock, replay, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, passTime, question, until, upstreamAt } from './support.ts';

const streamed = { ...question, stream: true };

const chunk = (content: string, index: number): string =>
  `data: ${JSON.stringify({ choices: [{ index, delta: { content }, finish_reason: '' }] })}\n\n`;

const chatOnly = (at: { baseURL: string }): Upstream =>
  defineUpstream({
    vendor: 'talker',
    baseURL: at.baseURL,
    path: (operation) => (operation === 'chat' ? '/chat/completions' : undefined),
  });

describe('a finish reason that is empty is no end', () => {
  it.each([1, 2])('a stream of %i choices that stops after it ends with one error event', async (n) => {
    const events = ['One ', 'two '].flatMap((content) =>
      Array.from({ length: n }, (_, index) => chunk(content, index)),
    );
    await using upstream = await replay({
      headers: { 'content-type': 'text/event-stream' },
      body: events.join(''),
    });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
    });
    const response = await ask(gateway, { ...streamed, n });
    const text = await response.text();
    expect(text.startsWith(events.join(''))).toBe(true);
    expect(text.match(/"error":/g)).toHaveLength(1);
    expect(text).toMatch(/data: \{"error":.*"code":"upstream_protocol".*\}\n\n$/);
    expect(gateway.stats()).toMatchObject({ failed: 1, targets: [{ successes: 0, failures: 1 }] });
  });
});

describe('an operation that a target does not have', () => {
  const embedding = { model: 'embedder', input: 'x' };
  const path = '/v1/embeddings';

  it('goes on to the next target, and says nothing against the first', async () => {
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { first: chatOnly(first), second: upstreamAt(second) },
      models: { embedder: ['first/text-embedding-3-small', 'second/text-embedding-3-small'] },
      breaker: { consecutiveFailures: 1 },
      open: true,
    });
    for (let call = 0; call < 3; call++) {
      const response = await ask(gateway, embedding, { path });
      expect(response.status).toBe(200);
      expect(response.headers.get('x-vector-upstream')).toBe('second');
      await response.arrayBuffer();
    }
    expect(first.requests).toHaveLength(0);
    const [talker] = gateway.stats().targets;
    expect(talker).toMatchObject({ breaker: 'closed', successes: 0, failures: 0, active: 0 });
  });

  it('with none left, it is said that none has it, at once', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: chatOnly(upstream), other: chatOnly(upstream) },
      models: { embedder: ['only/text-embedding-3-small', 'other/text-embedding-3-small'] },
      open: true,
    });
    const response = await ask(gateway, embedding, { path });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: {
        type: 'invalid_request_error',
        message: "No upstream of the model 'embedder' offers this endpoint.",
      },
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it('one that has it and fails is told of, not that another has it not', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'status', status: 500 });
    await using gateway = createGateway({
      upstreams: { able: upstreamAt(upstream), unable: chatOnly(upstream) },
      models: { embedder: ['able/text-embedding-3-small', 'unable/text-embedding-3-small'] },
      open: true,
      retry: { rounds: 0 },
      breaker: { consecutiveFailures: 1 },
    });
    for (const attempt of [1, 2]) {
      expect((await ask(gateway, embedding, { path })).status).toBe(502);
      // With the breaker open it is the least bad all the same.
      expect(upstream.requests).toHaveLength(attempt);
    }
  });
});

describe('the connect time of an upstream is its own', () => {
  it.each([
    { whose: 'shorter', gateway: 60_000, upstream: 200 },
    { whose: 'longer', gateway: 200, upstream: 5_000 },
  ])('$whose than that of the gateway, it is the one that counts', async (times) => {
    const clock = manualClock();
    await using server = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: {
        only: upstreamAt(server, { connect: () => {}, timeouts: { connect: times.upstream } }),
      },
      models: { chat: `only/${model}` },
      timeouts: { connect: times.gateway },
      clock,
      open: true,
    });
    const start = clock.now();
    const response = await passTime(clock, ask(gateway), 10);
    expect(response.status).toBe(504);
    expect(await response.text()).toContain('(connect)');
    // As deadlines are looked through: no earlier than said, and hardly later.
    expect(clock.now() - start).toBeGreaterThanOrEqual(times.upstream);
    expect(clock.now() - start).toBeLessThanOrEqual(times.upstream + 50);
  });

  it('a connector of the upstream’s own gives up no sooner than its connect time, either', async () => {
    // The name is never found out: nothing but time ends that.
    const slow = openaiCompatible({
      baseURL: 'http://upstream.invalid/v1',
      connect: { lookup: () => {} },
      timeouts: { connect: 2000 },
    });
    await using gateway = createGateway({
      upstreams: { slow },
      models: { chat: `slow/${model}` },
      timeouts: { connect: 20 },
      open: true,
    });
    const response = await ask(gateway);
    expect(response.status).toBe(504);
    expect(await response.text()).toContain('(connect)');
  });
});

describe('a breaker', () => {
  it('that opens while a call waits in line sends that call elsewhere', async () => {
    const clock = manualClock();
    const secondClock = manualClock();
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI({ clock: secondClock });
    first.fail({ type: 'hang' }, { times: 1 });
    second.fail({ type: 'slow', headersAfter: 1000 });
    await using gateway = createGateway({
      upstreams: {
        first: upstreamAt(first, { maxConcurrency: 1, timeouts: { firstByte: 500 } }),
        second: upstreamAt(second, { maxConcurrency: 2 }),
      },
      models: { chat: [`first/${model}`, `second/${model}`] },
      breaker: { consecutiveFailures: 1 },
      clock,
      open: true,
    });
    const target = (index: number) => gateway.stats().targets[index];
    // One is under way at the first, two at the second; the fourth waits in line at the first.
    const calls = Array.from({ length: 4 }, () => ask(gateway));
    await until(() => target(0)?.waiting === 1 && second.requests.length === 2, 'all have their places');
    await clock.advance(600);
    await until(() => target(1)?.waiting === 2, 'both have gone on to the second');
    expect(target(0)).toMatchObject({ breaker: 'open', active: 0, waiting: 0 });
    const responses = await passTime(secondClock, Promise.all(calls), 1000);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const [, , , waited] = responses;
    expect(waited?.headers.get('x-vector-upstream')).toBe('second');
    expect(waited?.headers.get('x-vector-attempts')).toBe('2');
    expect(first.requests).toHaveLength(1);
  });

  it('that is open on every target is passed by, and layers know that the attempt is forced', async () => {
    const forced: boolean[] = [];
    const watch: Layer = (next) => (call, context) => {
      forced.push(context.isForced);
      return next(call, context);
    };
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    first.fail({ type: 'reset-before-headers' });
    second.fail({ type: 'reset-before-headers' });
    const clock = manualClock();
    await using gateway = createGateway({
      upstreams: { first: upstreamAt(first), second: upstreamAt(second) },
      models: { chat: [`first/${model}`, `second/${model}`] },
      breaker: { consecutiveFailures: 1 },
      retry: { rounds: 0 },
      layers: [watch],
      clock,
      open: true,
    });
    expect((await ask(gateway)).status).toBe(502);
    expect(gateway.stats().targets.map(({ breaker }) => breaker)).toEqual(['open', 'open']);
    first.heal();
    const response = await ask(gateway);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-vector-upstream')).toBe('first');
    expect(forced).toEqual([false, false, true]);
  });

  it('does not count what proves nothing: callers who leave, and limits of keys', async () => {
    await using upstream = await simulatedOpenAI();
    const clock = manualClock();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      retry: { rounds: 0 },
      clock,
      open: true,
    });
    const outcomes: string[] = [];
    gateway.on('attempt', ({ outcome }) => outcomes.push(outcome));
    const counts = () => gateway.stats().targets[0];

    upstream.fail({ type: 'hang' });
    const thinking = new AbortController();
    const thought = ask(gateway, question, { signal: thinking.signal });
    await upstream.waitForRequests(1);
    thinking.abort();
    await expect(thought).rejects.toThrow('aborted');
    upstream.fail({ type: 'hang-mid-stream' });
    const streaming = new AbortController();
    const response = await ask(gateway, streamed, { signal: streaming.signal });
    streaming.abort();
    await expect(response.text()).rejects.toThrow('aborted');
    upstream.fail({ type: 'status', status: 429, headers: { 'retry-after-ms': '500' } });
    for (let call = 0; call < 3; call++) {
      expect((await ask(gateway)).status).toBe(429);
      await clock.advance(600);
    }
    expect(outcomes).toEqual(['neutral', 'neutral', 'neutral', 'neutral', 'neutral']);
    expect(counts()).toMatchObject({ breaker: 'closed', successes: 0, failures: 0 });

    upstream.fail({ type: 'status', status: 500 }, { times: 1 });
    expect((await ask(gateway)).status).toBe(502);
    expect((await ask(gateway)).status).toBe(200);
    expect(counts()).toMatchObject({ breaker: 'closed', successes: 1, failures: 1 });
  });
});

describe('an upstream says at construction what is wrong with its options', () => {
  type Define = (options: object) => unknown;
  const constructors: readonly (readonly [vendor: string, define: Define])[] = [
    ['acme', (options) => defineUpstream({ vendor: 'acme', baseURL: 'https://acme.test/v1', ...options })],
    ['openai', (options) => openai({ apiKey: 'k', ...options })],
    ['azure-openai', (options) => azureOpenAI({ resource: 'acme', apiKey: 'k', ...options })],
    ['acme.test', (options) => openaiCompatible({ baseURL: 'https://acme.test/v1', ...options })],
  ];

  it.each(constructors)('%s', (vendor, define) => {
    const mistakes: readonly (readonly [options: object, message: string | RegExp])[] = [
      [{ timeout: 5000 }, /there is no option "timeout"; options are .*\btimeouts\b/],
      [{ apikey: 'canary' }, /there is no option "apikey"; options are .*\bapiKey\b/],
      [{ retries: undefined }, /there is no option "retries"; options are /],
      [
        { timeouts: { conect: 5 } },
        /timeouts: there is no option "conect"; options are connect, firstByte, idle, queue, write$/,
      ],
      [{ timeouts: { total: 5 } }, /timeouts: there is no option "total"; options are connect,/],
      [{ timeouts: { connect: 0 } }, /timeouts\.connect is 0; it must be a number of milliseconds above 0$/],
      [{ timeouts: { firstByte: -1 } }, /timeouts\.firstByte is -1; it must be a number of milliseconds/],
      [{ timeouts: { idle: '5s' } }, /timeouts\.idle is "5s"; it must be a number of milliseconds/],
      [{ timeouts: { write: Number.NaN } }, /timeouts\.write is .*; it must be a number of milliseconds/],
      [{ timeouts: { write: null } }, /timeouts\.write is null; it must be a number of milliseconds/],
    ];
    for (const [options, message] of mistakes) {
      expect(() => define(options)).toThrow(message);
      expect(() => define(options)).toThrow(
        expect.objectContaining({
          code: 'VE_OPTIONS_INVALID',
          message: expect.stringMatching(new RegExp(`^${vendor}: `)),
        }),
      );
      expect(() => define(options)).not.toThrow('canary');
    }
    expect(() => define({ timeouts: { connect: 1, firstByte: 2, idle: 0.5, write: 4 } })).not.toThrow();
  });
});
