import { createGateway, type Gateway, openai } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { seededChance } from '../simulation/chance.ts';
import { model, upstreamAt } from './support.ts';

const messages = [{ role: 'user' as const, content: 'Say hello' }];

const clientOf = ({ fetch }: Pick<Gateway, 'fetch'>): OpenAI =>
  new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 });

async function ask(gateway: Pick<Gateway, 'fetch'>, times: number): Promise<void> {
  const client = clientOf(gateway);
  for (let time = 0; time < times; time++) await client.chat.completions.create({ model: 'chat', messages });
}

describe('through the gateway', () => {
  it('priority: the first, and the second when the first fails', async () => {
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    await using gateway = createGateway({
      open: true,
      upstreams: { first: upstreamAt(first), second: upstreamAt(second) },
      models: { chat: { targets: [`first/${model}`, `second/${model}`], strategy: 'priority' } },
    });
    await ask(gateway, 5);
    expect([first.requests.length, second.requests.length]).toEqual([5, 0]);
    first.fail({ type: 'status', status: 500 }, { times: 1 });
    await ask(gateway, 1);
    expect([first.requests.length, second.requests.length]).toEqual([6, 1]);
  });

  it('weighted: by weight', async () => {
    await using heavy = await simulatedOpenAI();
    await using light = await simulatedOpenAI();
    await using gateway = createGateway({
      open: true,
      upstreams: { heavy: upstreamAt(heavy), light: upstreamAt(light) },
      models: {
        chat: {
          targets: [
            { upstream: 'heavy', model, weight: 3 },
            { upstream: 'light', model },
          ],
        },
      },
      random: seededChance(1),
    });
    await ask(gateway, 200);
    expect(heavy.requests.length).toBeGreaterThan(130);
    expect(heavy.requests.length).toBeLessThan(170);
  });

  it('round-robin: each in its turn, a model of its own turns', async () => {
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    await using third = await simulatedOpenAI();
    const targets = [`first/${model}`, `second/${model}`, `third/${model}`] as const;
    await using gateway = createGateway({
      open: true,
      upstreams: { first: upstreamAt(first), second: upstreamAt(second), third: upstreamAt(third) },
      models: {
        chat: { targets, strategy: 'round-robin' },
        other: { targets, strategy: 'round-robin' },
      },
    });
    const all = [first, second, third];
    await ask(gateway, 7);
    expect(all.map(({ requests }) => requests.length)).toEqual([3, 2, 2]);
    await clientOf(gateway).chat.completions.create({ model: 'other', messages });
    expect(all.map(({ requests }) => requests.length)).toEqual([4, 2, 2]);
  });

  it('least-busy: whoever has the fewest under way', async () => {
    await using stuck = await simulatedOpenAI();
    await using free = await simulatedOpenAI();
    await using gateway = createGateway({
      open: true,
      upstreams: { stuck: upstreamAt(stuck), free: upstreamAt(free) },
      models: { chat: { targets: [`stuck/${model}`, `free/${model}`], strategy: 'least-busy' } },
    });
    stuck.fail({ type: 'hang' });
    const abort = new AbortController();
    const client = clientOf(gateway);
    const waiting: Promise<unknown>[] = [];
    // Drawn among equals: until it has got one, which it does not answer.
    while (stuck.requests.length === 0) {
      const call = client.chat.completions
        .create({ model: 'chat', messages }, { signal: abort.signal })
        .catch(() => {});
      waiting.push(call);
      await Promise.race([call, stuck.waitForRequests(1)]);
    }
    const before = free.requests.length;
    await ask(gateway, 10);
    abort.abort();
    await Promise.all(waiting);
    expect(free.requests.length - before).toBe(10);
    expect(stuck.requests.length).toBe(1);
  });

  it('fastest: whoever answers sooner, and the other now and then', async () => {
    await using slow = await simulatedOpenAI();
    await using fast = await simulatedOpenAI();
    await using gateway = createGateway({
      open: true,
      upstreams: { slow: upstreamAt(slow), fast: upstreamAt(fast) },
      models: { chat: { targets: [`slow/${model}`, `fast/${model}`], strategy: 'fastest' } },
      random: seededChance(1),
    });
    slow.fail({ type: 'slow', headersAfter: 200 });
    await ask(gateway, 40);
    expect(slow.requests.length).toBeGreaterThan(0);
    expect(slow.requests.length).toBeLessThan(5);
  });

  it('groups: the one group in its turns, the other only when all of that is out', async () => {
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    await using spare = await simulatedOpenAI();
    await using gateway = createGateway({
      open: true,
      upstreams: { first: upstreamAt(first), second: upstreamAt(second), spare: upstreamAt(spare) },
      models: {
        chat: [{ targets: [`first/${model}`, `second/${model}`], strategy: 'round-robin' }, `spare/${model}`],
      },
    });
    const all = [first, second, spare];
    await ask(gateway, 6);
    expect(all.map(({ requests }) => requests.length)).toEqual([3, 3, 0]);
    for (const upstream of [first, second]) upstream.fail({ type: 'status', status: 503 }, { times: 1 });
    await ask(gateway, 1);
    expect(all.map(({ requests }) => requests.length)).toEqual([4, 4, 1]);
  });

  it("a user's own: what it returns, asked again for the next", async () => {
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    const seen: string[][] = [];
    await using gateway = createGateway({
      open: true,
      upstreams: { first: upstreamAt(first), second: upstreamAt(second) },
      models: {
        chat: {
          targets: [`first/${model}`, `second/${model}`],
          strategy: (targets, request) => {
            seen.push([request.model, ...targets.map(({ name }) => name)]);
            const [last = targets[0]] = targets.toReversed();
            if (last === undefined) throw new Error('nothing is open');
            return last;
          },
        },
      },
    });
    second.fail({ type: 'status', status: 500 }, { times: 1 });
    const { response } = await clientOf(gateway)
      .chat.completions.create({ model: 'chat', messages })
      .withResponse();
    expect(response.headers.get('x-vector-upstream')).toBe('first');
    expect(seen).toEqual([
      ['chat', `first/${model}`, `second/${model}`],
      ['chat', `first/${model}`],
    ]);
  });

  it.each<[string, object]>([
    ['cheapest', { strategy: 'cheapest' }],
    ['affinity by session', { strategy: 'round-robin', affinity: 'session' }],
    ["a user's own", { strategy: (targets: object[], { chat }: { chat: object }) => chat && targets[0] }],
  ])('%s: a conversation of the Responses API goes on where it was', async (_, route) => {
    await using upstream = await simulatedOpenAI();
    const at = openai({ apiKey: 'k', baseURL: upstream.baseURL });
    await using gateway = createGateway({
      open: true,
      upstreams: { first: at, second: at },
      models: { chat: { targets: [`first/${model}`, `second/${model}`], ...route } },
      prices: { [model]: { input: 1, output: 1 } },
    });
    const { responses } = clientOf(gateway);
    const { id } = await responses.create({ model: 'chat', input: 'Say hello' });
    const { output_text } = await responses.create({
      model: 'chat',
      input: 'Again',
      previous_response_id: id,
    });
    expect(output_text).toContain('Again');
  });

  it("a user's own that returns nonsense is an error of the gateway, told in the log only", async () => {
    await using upstream = await simulatedOpenAI();
    const logged: unknown[] = [];
    const log = (facts: unknown): void => void logged.push(facts);
    await using gateway = createGateway({
      open: true,
      upstreams: { first: upstreamAt(upstream) },
      // As JavaScript may have it, where nobody checks types.
      models: { chat: { targets: [`first/${model}`], strategy: (() => 'first') as never } },
      logger: { debug: log, info: log, warn: log, error: log },
    });
    const asked = clientOf(gateway).chat.completions.create({ model: 'chat', messages });
    await expect(asked).rejects.toMatchObject({ status: 500, code: 'internal_error' });
    const told = await asked.catch(String);
    expect(told).not.toContain('strategy');
    expect(logged).toContainEqual(
      expect.objectContaining({
        err: new TypeError('a strategy must return one of the targets that it is given'),
      }),
    );
    expect(upstream.requests).toEqual([]);
  });
});
