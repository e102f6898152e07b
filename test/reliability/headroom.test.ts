import { createGateway, type Gateway, type GatewayOptions } from '@vector-engine/core';
import { type ManualClock, manualClock, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, passTime, refusal, until, upstreamAt, wholeAnswer } from './support.ts';

const used = ({ requests }: SimulatedUpstream): (string | undefined)[] =>
  requests.map(({ headers }) => headers.authorization?.slice('Bearer '.length));

/** An answer that says what is left of a limit of 1,000 tokens a minute. */
const leaving = (tokens: number, reset = '30s'): typeof wholeAnswer => ({
  ...wholeAnswer,
  headers: {
    ...wholeAnswer.headers,
    'x-ratelimit-limit-tokens': '1000',
    'x-ratelimit-remaining-tokens': String(tokens),
    'x-ratelimit-reset-tokens': reset,
    'x-ratelimit-limit-requests': '100',
    'x-ratelimit-remaining-requests': '99',
  },
});

/** As clients do: every turn repeats the ones before it. */
function turnsOf(conversation: string, count: number): object[] {
  const system = {
    role: 'system',
    content: `You answer about ${conversation}. ${'Be brief and kind. '.repeat(300)}`,
  };
  return Array.from({ length: count }, (_, turn) => ({
    model: 'chat',
    messages: [
      system,
      ...Array.from({ length: turn }, (__, index) => [
        { role: 'user', content: `question ${index}` },
        { role: 'assistant', content: `answer ${index}` },
      ]).flat(),
      { role: 'user', content: `question ${turn}` },
    ],
  }));
}

async function call(gateway: Gateway, clock: ManualClock, body?: object): Promise<number> {
  const response = await passTime(clock, ask(gateway, body), 1);
  await response.arrayBuffer();
  return response.status;
}

describe('what is left of the rate limits', () => {
  it('of two targets the one with more is asked, until the other has its tokens back', async () => {
    const clock = manualClock();
    await using one = await replay([leaving(100)]);
    await using two = await replay([leaving(700, '10m')]);
    await using gateway = createGateway({
      upstreams: { one: upstreamAt(one), two: upstreamAt(two) },
      models: { chat: { targets: [`one/${model}`, `two/${model}`], strategy: 'headroom' } },
      open: true,
      random: () => 0,
      clock,
    });
    // Both are asked once, for nobody knows more.
    for (let index = 0; index < 6; index++) expect(await call(gateway, clock)).toBe(200);
    expect([one.requests.length, two.requests.length]).toEqual([1, 5]);
    await clock.advance(31_000);
    await call(gateway, clock);
    expect([one.requests.length, two.requests.length]).toEqual([2, 5]);
  });

  it('a key that has nearly used up its limit is passed over while another has more, and comes back when it is reset', async () => {
    const clock = manualClock();
    await using upstream = await replay([leaving(10), leaving(900)]);
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { apiKey: ['sk-one', 'sk-two'] }) },
      models: { chat: `only/${model}` },
      open: true,
      clock,
    });
    for (let index = 0; index < 5; index++) await call(gateway, clock);
    expect(used(upstream)).toEqual(['sk-one', 'sk-two', 'sk-two', 'sk-two', 'sk-two']);
    await clock.advance(31_000);
    await call(gateway, clock);
    await call(gateway, clock);
    expect(new Set(used(upstream).slice(5))).toEqual(new Set(['sk-one', 'sk-two']));
  });

  it('keys that have all used up their limits still take turns: the vendor has the last word', async () => {
    const clock = manualClock();
    await using upstream = await replay([leaving(0)]);
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { apiKey: ['sk-one', 'sk-two'] }) },
      models: { chat: `only/${model}` },
      open: true,
      clock,
    });
    for (let index = 0; index < 4; index++) expect(await call(gateway, clock)).toBe(200);
    expect(used(upstream)).toEqual(['sk-one', 'sk-two', 'sk-one', 'sk-two']);
  });
});

describe('prompt-cache affinity reaches the key', () => {
  const keys = ['sk-a', 'sk-b', 'sk-c', 'sk-d'];
  const options = (upstreams: Record<string, SimulatedUpstream>, clock: ManualClock): GatewayOptions => ({
    upstreams: Object.fromEntries(
      Object.entries(upstreams).map(([name, upstream]) => [name, upstreamAt(upstream, { apiKey: keys })]),
    ),
    models: {
      chat: {
        targets: Object.keys(upstreams).map((name) => `${name}/${model}`),
        strategy: 'round-robin',
        affinity: 'prefix',
      },
    },
    open: true,
    clock,
  });

  it('all turns of a conversation go to one target with one key', async () => {
    const clock = manualClock();
    await using one = await replay([wholeAnswer]);
    await using two = await replay([wholeAnswer]);
    await using gateway = createGateway(options({ one, two }, clock));
    for (const conversation of ['tea', 'coffee', 'water', 'wine', 'milk']) {
      one.requests.length = 0;
      two.requests.length = 0;
      for (const turn of turnsOf(conversation, 6)) await call(gateway, clock, turn);
      expect([one.requests.length, two.requests.length].toSorted((a, b) => a - b)).toEqual([0, 6]);
      expect(new Set([...used(one), ...used(two)]).size).toBe(1);
    }
  });

  it('conversations are spread over the keys', async () => {
    const clock = manualClock();
    await using upstream = await replay([wholeAnswer]);
    await using gateway = createGateway(options({ only: upstream }, clock));
    for (let index = 0; index < 200; index++)
      for (const turn of turnsOf(`subject ${index}`, 1)) await call(gateway, clock, turn);
    for (const key of keys) {
      const share = used(upstream).filter((each) => each === key).length;
      expect(share).toBeGreaterThan(25);
      expect(share).toBeLessThan(80);
    }
  });

  it('a conversation goes on with another key while its own rests, and comes back to it', async () => {
    const clock = manualClock();
    await using upstream = await replay([
      wholeAnswer,
      wholeAnswer,
      refusal(429, { 'retry-after': '20' }),
      wholeAnswer,
    ]);
    await using gateway = createGateway(options({ only: upstream }, clock));
    const turns = turnsOf('trains', 6);
    for (const turn of turns) expect(await call(gateway, clock, turn)).toBe(200);
    const [own, , , other] = used(upstream);
    expect(other).not.toBe(own);
    expect(used(upstream)).toEqual([own, own, own, other, other, other, other]);
    await clock.advance(21_000);
    await call(gateway, clock, turns.at(-1));
    expect(used(upstream).at(-1)).toBe(own);
  });

  it('a beginning that all requests share does not put them all on one key', async () => {
    const clock = manualClock();
    await using upstream = await replay([wholeAnswer]);
    upstream.fail({ type: 'hang' }, { times: 80 });
    await using gateway = createGateway(options({ only: upstream }, clock));
    const [same] = turnsOf('tea', 1);
    const leave = new AbortController();
    const calls = Array.from({ length: 80 }, () =>
      ask(gateway, same, { signal: leave.signal }).catch(() => undefined),
    );
    await until(() => upstream.requests.length === 80, 'all are under way');
    for (const key of keys) {
      const share = used(upstream).filter((each) => each === key).length;
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(26);
    }
    leave.abort();
    await Promise.all(calls);
    // All is quiet again: what was under way is not counted any more.
    upstream.requests.length = 0;
    for (let index = 0; index < 3; index++) await call(gateway, clock, same);
    expect(new Set(used(upstream)).size).toBe(1);
  });

  it('without an affinity the keys take turns', async () => {
    const clock = manualClock();
    await using upstream = await replay([wholeAnswer]);
    await using gateway = createGateway({
      ...options({ only: upstream }, clock),
      models: { chat: `only/${model}` },
    });
    const [same] = turnsOf('tea', 1);
    for (let index = 0; index < 4; index++) await call(gateway, clock, same);
    expect(used(upstream)).toEqual(keys);
  });
});
