import { type BreakerEvent, createGateway, type Gateway, type GatewayOptions } from '@vector-engine/core';
import { manualClock, replay, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import {
  ask,
  model,
  passTime,
  question,
  refusal,
  requestsOf,
  startHost,
  until,
  upstreamAt,
  wholeAnswer,
} from './support.ts';

const first = { upstream: 'first', model };
const second = { upstream: 'second', model };

interface World extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly one: SimulatedUpstream;
  readonly other: SimulatedUpstream;
  readonly events: BreakerEvent[];
  /** Which upstream answered, or the status and the code. */
  call(): Promise<string>;
}

/** Two providers on this machine, one after the other, behind a server on this machine. */
async function openWorld(options: Partial<Pick<GatewayOptions, 'clock' | 'retry'>> = {}): Promise<World> {
  const [one, other] = await Promise.all([simulatedOpenAI(), simulatedOpenAI()]);
  const gateway = createGateway({
    upstreams: { first: upstreamAt(one), second: upstreamAt(other) },
    models: { chat: [`first/${model}`, `second/${model}`] },
    open: true,
    ...options,
  });
  const host = await startHost(gateway);
  const events: BreakerEvent[] = [];
  gateway.on('breaker', (event) => events.push(event));
  return {
    gateway,
    one,
    other,
    events,
    async call() {
      const response = await fetch(`${host.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(question),
      });
      const text = await response.text();
      const upstream = response.headers.get('x-vector-upstream');
      return response.ok ? String(upstream) : `${response.status} ${text.match(/"code":"(\w+)"/)?.[1]}`;
    },
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await Promise.all([host[Symbol.asyncDispose](), one.close(), other.close()]);
    },
  };
}

async function callTimes(world: World, times: number): Promise<string[]> {
  const answers: string[] = [];
  for (let time = 0; time < times; time++) answers.push(await world.call());
  return answers;
}

describe('a target that is drained by hand', () => {
  test('gets nothing new, and everything again when it is closed', async () => {
    await using world = await openWorld();
    expect(await callTimes(world, 3)).toEqual(['first', 'first', 'first']);
    expect(world.gateway.targets.drain(first)).toMatchObject({
      ...first,
      breaker: 'closed',
      byHand: 'drain',
    });
    expect(await callTimes(world, 5)).toEqual(Array.from({ length: 5 }, () => 'second'));
    expect(requestsOf(world.one)).toBe(3);
    expect(world.gateway.targets.close(first)).toMatchObject({ breaker: 'closed', byHand: undefined });
    expect(await callTimes(world, 2)).toEqual(['first', 'first']);
    expect(world.events).toEqual([
      { target: first, state: 'closed', byHand: 'drain' },
      { target: first, state: 'closed', byHand: 'close' },
    ]);
  });

  test('finishes the stream that is under way', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI({ clock, pace: 1000 });
    await using gateway = createGateway({
      upstreams: { first: upstreamAt(upstream) },
      models: { chat: `first/${model}` },
      open: true,
    });
    await using host = await startHost(gateway);
    const body = JSON.stringify({ ...question, stream: true });
    const headers = { 'content-type': 'application/json' };
    const url = `${host.origin}/v1/chat/completions`;
    const response = await passTime(clock, fetch(url, { method: 'POST', headers, body }), 1000);
    gateway.targets.drain(first);
    expect(gateway.stats().targets[0]).toMatchObject({ active: 1, byHand: 'drain' });
    const text = await passTime(clock, response.text(), 1000);
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(text).not.toContain('"error"');
    await until(() => gateway.stats().targets[0]?.active === 0, 'the stream is over');
    expect((await ask(gateway)).status).toBe(503);
  });

  test('is not tried where nothing else is left: callers are told 503', async () => {
    await using world = await openWorld();
    world.gateway.targets.drain(first);
    world.gateway.targets.drain(second);
    expect(await world.call()).toBe('503 upstream_drained');
    expect(requestsOf(world.one, world.other)).toBe(0);
    world.gateway.targets.close(second);
    expect(await world.call()).toBe('second');
  });

  test('is not the one that a call is retried at', async () => {
    await using world = await openWorld({ retry: { rounds: 0 } });
    world.gateway.targets.drain(second);
    world.one.fail({ type: 'status', status: 503 });
    expect(await world.call()).toMatch(/^503/);
    expect(requestsOf(world.other)).toBe(0);
  });

  test('is said to be so by explain', async () => {
    await using world = await openWorld();
    world.gateway.targets.drain(first);
    const request = new Request('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    });
    expect(await world.gateway.explain(request)).toMatchObject({
      candidates: [second],
      leftOut: [{ ...first, reason: 'drained' }],
    });
  });
});

describe('a target that is opened by hand', () => {
  test('is left alone until it is closed, whatever its probes say', async () => {
    const clock = manualClock();
    await using one = await simulatedOpenAI();
    await using other = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { first: upstreamAt(one, { probe: { every: 5000 } }), second: upstreamAt(other) },
      models: { chat: [`first/${model}`, `second/${model}`] },
      open: true,
      clock,
    });
    const probes: string[] = [];
    const probed = new Promise<void>((resolve) => {
      gateway.on('probe', ({ outcome }) => {
        if (probes.push(outcome) === 3) resolve();
      });
    });
    gateway.targets.open(first);
    await passTime(clock, probed, 500);
    expect(probes).toEqual(['up', 'up', 'up']);
    await clock.advance(3_600_000);
    const call = async (): Promise<string | null> => {
      const response = await passTime(clock, ask(gateway), 1);
      await response.arrayBuffer();
      return response.headers.get('x-vector-upstream');
    };
    expect(await call()).toBe('second');
    expect(gateway.stats().targets[0]).toMatchObject({ breaker: 'open', byHand: 'open' });
    gateway.targets.close(first);
    expect(await call()).toBe('first');
  });

  test('is tried all the same where every target is out', async () => {
    await using world = await openWorld();
    world.gateway.targets.open(first);
    expect(await world.call()).toBe('second');
    world.gateway.targets.open(second);
    expect(await world.call()).toBe('first');
    expect(world.gateway.stats().targets.map(({ breaker }) => breaker)).toEqual(['open', 'open']);
    expect(world.events.map(({ state, byHand }) => [state, byHand])).toEqual([
      ['open', 'open'],
      ['open', 'open'],
    ]);
  });
});

test('closing a target by hand lets its keys go that rest, and closes what opened by itself', async () => {
  await using upstream = await replay([refusal(429, { 'retry-after': '30' }), wholeAnswer]);
  await using gateway = createGateway({
    upstreams: { first: upstreamAt(upstream, { apiKey: ['sk-canary-one', 'sk-canary-two'] }) },
    models: { chat: `first/${model}` },
    open: true,
    clock: manualClock(),
  });
  await (await ask(gateway)).arrayBuffer();
  const [before] = gateway.stats().targets;
  expect(before?.keys).toEqual([
    { label: '#1', state: 'resting', until: expect.any(Number) },
    { label: '#2', state: 'fine' },
  ]);
  expect(gateway.targets.close(first)).toMatchObject({
    restingKeys: 0,
    keys: [{ label: '#1', state: 'fine' }, { label: '#2' }],
  });
  expect(JSON.stringify(gateway.stats())).not.toContain('canary');
});

test('a target that the options do not name is not there; all that are only addressed are one', async () => {
  await using world = await openWorld();
  const { targets } = world.gateway;
  for (const target of [
    { upstream: 'first', model: 'another' },
    { upstream: 'nobody', model: '*' },
    { upstream: 'toString', model: '*' },
  ])
    expect(() => targets.drain(target)).toThrow(
      expect.objectContaining({
        code: 'VE_OBJECT_NOT_FOUND',
        details: expect.objectContaining({ noun: 'Target' }),
      }),
    );
  expect(targets.drain({ upstream: 'first', model: '*' })).toMatchObject({ model: '*', byHand: 'drain' });
  expect(await world.call()).toBe('first');
});

test('stats tell how a target does', async () => {
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 1,
    total_tokens: 101,
    prompt_tokens_details: { cached_tokens: 60 },
  };
  const body = JSON.stringify({ ...JSON.parse(String(wholeAnswer.body)), usage });
  const headers = {
    'content-type': 'application/json',
    'x-ratelimit-limit-requests': '500',
    'x-ratelimit-remaining-requests': '499',
    'x-ratelimit-limit-tokens': '30000',
    'x-ratelimit-remaining-tokens': '3000',
  };
  await using upstream = await replay([{ headers, body }, refusal(400), refusal(503)]);
  await using gateway = createGateway({
    upstreams: { first: upstreamAt(upstream, { region: 'eu', tags: ['no-retention'] }) },
    models: { chat: `first/${model}` },
    open: true,
    retry: { rounds: 0 },
  });
  expect(gateway.stats().targets[0]).toMatchObject({
    latencyMilliseconds: undefined,
    errorRate: undefined,
    rateLimit: undefined,
    promptCacheShare: undefined,
    region: 'eu',
    tags: ['no-retention'],
    keys: [{ label: '#1', state: 'fine' }],
  });
  for (let call = 0; call < 3; call++) await (await ask(gateway)).arrayBuffer();
  const [target] = gateway.stats().targets;
  expect(target).toMatchObject({
    successes: 2,
    failures: 1,
    rateLimit: { remainingRequests: 499, limitRequests: 500, remainingTokens: 3000, limitTokens: 30_000 },
    promptCacheShare: 0.6,
  });
  expect(target?.errorRate).toBeCloseTo(1 / 3);
  expect(target?.latencyMilliseconds).toBeGreaterThan(0);
});
