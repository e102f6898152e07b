import {
  byCost,
  createGateway,
  deepseek,
  type Gateway,
  type GatewayOptions,
  openai,
  openaiCompatible,
} from '@vector-engine/core';
import { manualClock, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, upstreamAt, wholeAnswer } from './support.ts';

async function open(
  count: number,
  build: (
    at: readonly { readonly baseURL: string }[],
  ) => Pick<GatewayOptions, 'upstreams' | 'models'> & object,
): Promise<AsyncDisposable & { readonly gateway: Gateway; readonly asked: () => number[] }> {
  const upstreams: SimulatedUpstream[] = [];
  for (let index = 0; index < count; index++) upstreams.push(await replay([wholeAnswer]));
  const gateway = createGateway({ ...build(upstreams), open: true });
  return {
    gateway,
    asked: () => upstreams.map(({ requests }) => requests.length),
    async [Symbol.asyncDispose]() {
      await gateway.close();
      for (const upstream of upstreams) await upstream[Symbol.asyncDispose]();
    },
  };
}

const apiKey = 'sk-of-the-operator';
const words = (tokens: number): string => 'word '.repeat(tokens);
const saying = (content: unknown, extra: object = {}): object => ({
  model: 'chat',
  messages: [{ role: 'user', content }],
  ...extra,
});

async function send(gateway: Gateway, body?: object): Promise<number> {
  const response = await ask(gateway, body);
  await response.arrayBuffer();
  return response.status;
}

describe('prices', () => {
  it('what the operator says of one upstream, or of a model at all of them, goes before what is known', async () => {
    await using world = await open(3, ([one, two, three]) => ({
      upstreams: {
        a: openai({ apiKey, baseURL: one?.baseURL ?? '' }),
        b: openai({ apiKey, baseURL: two?.baseURL ?? '' }),
        c: openaiCompatible({ baseURL: three?.baseURL ?? '' }),
      },
      models: { chat: { targets: ['a/gpt-5.2', 'b/gpt-5.2', 'c/own'], strategy: 'cheapest' } },
      prices: {
        'gpt-5.2': { input: 3, output: 9 },
        'b/gpt-5.2': { input: 1, output: 2 },
        own: { input: 2, output: 4 },
      },
    }));
    await send(world.gateway);
    expect(world.asked()).toEqual([0, 1, 0]);
  });

  it('a vendor that is cheaper at some hours is chosen in these', async () => {
    const clock = manualClock(Date.UTC(2026, 8, 9, 2));
    await using world = await open(2, ([one, two]) => ({
      upstreams: {
        deepseek: deepseek({ apiKey, baseURL: one?.baseURL ?? '' }),
        other: openaiCompatible({ baseURL: two?.baseURL ?? '' }),
      },
      models: { chat: { targets: ['deepseek/deepseek-v4-pro', 'other/flat'], strategy: 'cheapest' } },
      // Between DeepSeek's two prices: 0.66 and 1.32 dollars for input.
      prices: { 'other/flat': { input: 0.9, output: 2.8 } },
      clock,
    }));
    await send(world.gateway);
    expect(world.asked()).toEqual([0, 1]);
    await clock.advance(3 * 3_600_000);
    await send(world.gateway);
    expect(world.asked()).toEqual([1, 1]);
  });

  it.each<[string, object, RegExp]>([
    [
      'a price that is not a number',
      { prices: { own: { input: '1', output: 2 } } },
      /prices\.own\.input: must be a number of dollars/,
    ],
    [
      'a price without the output',
      { prices: { own: { input: 1 } } },
      /prices\.own\.output: must be a number of dollars/,
    ],
    ['a negative price', { prices: { own: { input: -1, output: 1 } } }, /not negative/],
    [
      'a model that nobody serves',
      { prices: { 'own-modle': { input: 1, output: 1 } } },
      /prices\["own-modle"\].*Did you mean "own-model"\?/,
    ],
    [
      'a window in kilotokens',
      { windows: { 'here/own-model': 0.5 } },
      /windows\.here\/own-model: must be a whole number of tokens/,
    ],
    [
      'an upstream that is not there',
      { windows: { 'there/own': 8000 } },
      /windows\["there\/own"\]: no route leads/,
    ],
  ])('%s is told at construction', (_, options, message) => {
    const upstreams = { here: openaiCompatible({ baseURL: 'http://127.0.0.1:1/v1' }) };
    const given = { upstreams, models: { chat: 'here/own-model' }, open: true, ...options } as GatewayOptions;
    expect(() => createGateway(given)).toThrow(message);
  });
});

const twoSizes = ([one, two]: readonly { readonly baseURL: string }[]) => ({
  upstreams: { small: upstreamAt(one ?? { baseURL: '' }), large: upstreamAt(two ?? { baseURL: '' }) },
  models: { chat: ['small/short', 'large/long'] },
  windows: { 'small/short': 8000, long: 100_000 },
});

describe('windows', () => {
  it('a question that does not fit goes to a model that it fits, and others go where they would', async () => {
    await using world = await open(2, twoSizes);
    await send(world.gateway, saying('Hello'));
    expect(world.asked()).toEqual([1, 0]);
    await send(world.gateway, saying(words(6000)));
    expect(world.asked()).toEqual([2, 0]);
    await send(world.gateway, saying(words(12_000)));
    expect(world.asked()).toEqual([2, 1]);
  });

  it('the longest answer that the caller wants must fit, too', async () => {
    await using world = await open(2, twoSizes);
    await send(world.gateway, saying(words(6000), { max_tokens: 4000 }));
    expect(world.asked()).toEqual([0, 1]);
  });

  it('one that fits none goes where it would all the same: the count is an estimate', async () => {
    await using world = await open(2, twoSizes);
    expect(await send(world.gateway, saying(words(200_000)))).toBe(200);
    expect(world.asked()).toEqual([1, 0]);
  });

  it('a long body that we cannot read is left to the upstream', async () => {
    await using world = await open(2, twoSizes);
    const odd = { model: 'chat', messages: [{ role: 'nobody', content: words(2000) }, 7] };
    expect(await send(world.gateway, odd)).toBe(200);
  });
});

describe('savings', () => {
  it('are the difference between what was served and what would have been, by the tokens of the answers', async () => {
    await using world = await open(2, ([one, two]) => ({
      upstreams: { a: upstreamAt(one ?? { baseURL: '' }), b: upstreamAt(two ?? { baseURL: '' }) },
      models: {
        chat: byCost({ simple: 'weak', hard: 'strong', share: 1 }),
        weak: 'a/weak-1',
        strong: 'b/strong-1',
      },
      prices: { 'weak-1': { input: 0.1, output: 0.4 }, 'strong-1': { input: 2, output: 8 } },
    }));
    expect(world.gateway.stats().savings).toEqual({ routing: 0 });
    await send(world.gateway);
    await send(world.gateway);
    expect(world.asked()).toEqual([2, 0]);
    // Each: 2 tokens of input and 1 of output.
    const each = 2 * 2000 + 8000 - (2 * 100 + 400);
    expect(world.gateway.stats().savings.routing).toBe(2 * each);
    // One that the strong model serves saves nothing.
    await send(world.gateway, { ...saying('Hello'), metadata: { tier: 'hard' } });
    expect(world.asked()).toEqual([2, 1]);
    expect(world.gateway.stats().savings.routing).toBe(2 * each);
  });
});
