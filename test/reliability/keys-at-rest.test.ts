import { createGateway } from '@vector-engine/core';
import { manualClock, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, passTime, refusal, upstreamAt, wholeAnswer } from './support.ts';

const used = ({ requests }: SimulatedUpstream): (string | undefined)[] =>
  requests.map(({ headers }) => headers.authorization?.slice('Bearer '.length));

describe('429 and 401 cool down only the key they hit', () => {
  const two = ['sk-key-one', 'sk-key-two'];

  for (const [status, rest] of [
    [429, 30_000],
    [401, 60_000],
  ] as const) {
    it(`after a ${status} the other key goes on alone, and the first comes back after its rest`, async () => {
      const clock = manualClock();
      await using upstream = await replay([refusal(status, { 'retry-after': '30' }), wholeAnswer]);
      await using gateway = createGateway({
        upstreams: { only: upstreamAt(upstream, { apiKey: two }) },
        models: { chat: `only/${model}` },
        open: true,
        clock,
      });
      const call = async (): Promise<number> => {
        const response = await passTime(clock, ask(gateway), 1);
        await response.arrayBuffer();
        return response.status;
      };
      for (let index = 0; index < 4; index++) expect(await call()).toBe(200);
      expect(used(upstream)).toEqual(['sk-key-one', ...Array.from({ length: 4 }, () => 'sk-key-two')]);
      expect(gateway.stats().targets[0]).toMatchObject({ restingKeys: 1, breaker: 'closed' });
      await clock.advance(rest / 2);
      // A request in between does not shorten the rest.
      await call();
      expect(used(upstream).at(-1)).toBe('sk-key-two');
      await clock.advance(rest / 2);
      upstream.requests.length = 0;
      await call();
      await call();
      expect(new Set(used(upstream))).toEqual(new Set(two));
    });
  }

  it('with one key refused, the other is waited for when it is over its limit', async () => {
    const clock = manualClock();
    await using upstream = await replay([
      refusal(401, {}),
      refusal(429, { 'retry-after': '2' }),
      wholeAnswer,
    ]);
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { apiKey: two }) },
      models: { chat: `only/${model}` },
      open: true,
      clock,
      retry: { rounds: 0 },
    });
    // It meets both, and is told; what comes next knows.
    await passTime(clock, ask(gateway), 1);
    upstream.requests.length = 0;
    const before = clock.now();
    expect((await passTime(clock, ask(gateway), 50)).status).toBe(200);
    expect(clock.now() - before).toBeGreaterThan(1900);
    expect(used(upstream)).toEqual(['sk-key-two']);
  });

  it('a shorter Retry-After that comes later does not shorten the rest', async () => {
    const clock = manualClock();
    await using upstream = await replay([
      refusal(429, { 'retry-after': '40' }),
      refusal(429, { 'retry-after': '2' }),
      wholeAnswer,
    ]);
    let key = 'sk-first';
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { apiKey: () => key }) },
      models: { chat: `only/${model}` },
      open: true,
      clock,
    });
    const both = [ask(gateway), ask(gateway)];
    key = 'sk-second';
    for (const call of both) expect((await passTime(clock, call, 1)).status).toBe(429);
    await clock.advance(5000);
    const refused = await ask(gateway);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30);
    expect(upstream.requests).toHaveLength(2);
  });
});
