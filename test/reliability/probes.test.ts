import {
  anthropic,
  createGateway,
  type GatewayOptions,
  gemini,
  type ProbeEvent,
  type Upstream,
} from '@vector-engine/core';
import {
  type ManualClock,
  manualClock,
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedGemini,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, passTime, until, upstreamAt } from './support.ts';

const every = 5000;
const probe = { every };

function startGateway(
  upstreams: Record<string, Upstream>,
  clock: ManualClock,
  options: Partial<GatewayOptions> = {},
) {
  const gateway = createGateway({
    upstreams,
    models: { chat: Object.keys(upstreams).map((name) => `${name}/${model}`) },
    clock,
    random: () => 0,
    ...options,
    open: true,
  } as GatewayOptions);
  const events: ProbeEvent[] = [];
  gateway.on('probe', (event) => events.push(event));
  return {
    gateway,
    events,
    /** Time passes until one more look at each upstream is over. */
    look: async (expected = 1): Promise<void> => {
      const before = events.length;
      await clock.advance(every);
      await until(() => events.length >= before + expected, 'a look is over');
      // It is over for the probe, too, and the next one is due.
      await until(() => clock.pending >= 2, 'the next look is due');
    },
    target: (name = 'first') => gateway.stats().targets.find(({ upstream }) => upstream === name),
    answeredBy: async (): Promise<string | null> => {
      const response = await passTime(clock, ask(gateway), 1);
      await response.arrayBuffer();
      return response.headers.get('x-vector-upstream');
    },
  };
}

describe('an upstream that asks for it is looked at, for nothing', () => {
  it.each<
    [
      vendor: string,
      start: () => Promise<SimulatedUpstream>,
      make: (origin: string) => Upstream,
      path: string,
      key: string,
    ]
  >([
    [
      'OpenAI',
      simulatedOpenAI,
      (origin) => upstreamAt({ baseURL: `${origin}/v1` }, { probe }),
      '/v1/models',
      'authorization',
    ],
    [
      'Anthropic',
      simulatedAnthropic,
      (origin) => anthropic({ apiKey: 'sk-ant-key', baseURL: `${origin}/v1`, probe }),
      '/v1/models?limit=1',
      'x-api-key',
    ],
    [
      'Gemini',
      simulatedGemini,
      (origin) => gemini({ apiKey: 'gemini-key', baseURL: `${origin}/v1beta`, probe }),
      '/v1beta/models?pageSize=1',
      'x-goog-api-key',
    ],
  ])('%s by its list of models, with a key', async (_vendor, start, make, path, key) => {
    const clock = manualClock();
    await using upstream = await start();
    const { gateway, events, look } = startGateway({ first: make(upstream.origin) }, clock);
    expect(upstream.requests).toHaveLength(0);
    await look();
    expect(events).toEqual([
      { upstream: 'first', outcome: 'up', upstreamStatus: 200, milliseconds: expect.any(Number) as number },
    ]);
    expect(upstream.requests).toHaveLength(1);
    expect(upstream.requests[0]).toMatchObject({ method: 'GET', path });
    expect(upstream.requests[0]?.headers[key]).toBeDefined();
    await look();
    expect(upstream.requests).toHaveLength(2);
    await gateway.close();
    await clock.advance(10 * every);
    expect(upstream.requests).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('without the option nobody is asked anything', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI();
    const { gateway, target } = startGateway({ first: upstreamAt(upstream) }, clock);
    await clock.advance(3_600_000);
    expect(upstream.requests).toHaveLength(0);
    expect(target()?.isDown).toBe(false);
    await gateway.close();
  });

  it('takes the keys in turn, and a key function that throws says nothing of the upstream', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI();
    const upstreams = {
      first: upstreamAt(upstream, { probe, apiKey: ['sk-key-one', 'sk-key-two'] }),
      second: upstreamAt(upstream, {
        probe,
        apiKey: () => {
          throw new Error('canary');
        },
      }),
    };
    const { gateway, events, look, target } = startGateway(upstreams, clock);
    await look(2);
    await look(2);
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer sk-key-one',
      'Bearer sk-key-two',
    ]);
    expect(events.filter((event) => event.upstream === 'second')).toMatchObject([
      { outcome: 'unknown', error: 'VE_UPSTREAM_KEY' },
      { outcome: 'unknown', error: 'VE_UPSTREAM_KEY' },
    ]);
    expect(target('second')?.isDown).toBe(false);
    expect(JSON.stringify(events)).not.toContain('canary');
    await gateway.close();
  });
});

describe('an upstream whose probe fails is left alone until one succeeds', () => {
  it.each([
    ['a status of 500', async (first: SimulatedUpstream) => first.fail({ type: 'status', status: 500 })],
    [
      'a connection that breaks',
      async (first: SimulatedUpstream) => first.fail({ type: 'reset-before-headers' }),
    ],
    ['no connection', (first: SimulatedUpstream) => first.stop()],
  ])('%s', async (_what, spoil) => {
    const clock = manualClock();
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    const bench = startGateway({ first: upstreamAt(first, { probe }), second: upstreamAt(second) }, clock);
    await bench.look();
    expect(await bench.answeredBy()).toBe('first');
    await spoil(first);
    await bench.look();
    expect(bench.target()?.isDown).toBe(true);
    expect(bench.events.at(-1)?.outcome).toBe('down');
    const asked = first.requests.length;
    for (let call = 0; call < 3; call++) expect(await bench.answeredBy()).toBe('second');
    expect(first.requests).toHaveLength(asked);
    first.heal();
    await first.start().catch(() => {});
    await bench.look();
    expect(bench.target()?.isDown).toBe(false);
    expect(await bench.answeredBy()).toBe('first');
    await bench.gateway.close();
  });

  it('no answer in time', async () => {
    const clock = manualClock();
    await using first = await simulatedOpenAI();
    first.fail({ type: 'hang' });
    const bench = startGateway({ first: upstreamAt(first, { probe }) }, clock);
    await clock.advance(every);
    await first.waitForRequests(1);
    await clock.advance(every - 1);
    expect(bench.events).toEqual([]);
    await clock.advance(1);
    await until(() => bench.events.length === 1, 'the look is over');
    expect(bench.events).toMatchObject([{ outcome: 'down', error: 'VE_UPSTREAM_TIMEOUT' }]);
    await until(() => first.openRequests === 0, 'its request is given up');
    await bench.gateway.close();
  });

  it('where all are down, the one that is looked at next is tried all the same', async () => {
    const clock = manualClock();
    await using first = await simulatedOpenAI();
    first.fail({ type: 'status', status: 500 });
    const bench = startGateway({ first: upstreamAt(first, { probe }) }, clock);
    await bench.look();
    expect(bench.target()?.isDown).toBe(true);
    first.heal();
    expect(await bench.answeredBy()).toBe('first');
    await bench.gateway.close();
  });

  it('what it answers about the key or the address says that somebody is there', async () => {
    const clock = manualClock();
    await using first = await simulatedOpenAI();
    const bench = startGateway({ first: upstreamAt(first, { probe }) }, clock);
    for (const status of [401, 404, 429]) {
      first.fail({ type: 'status', status });
      await bench.look();
      expect(bench.events.at(-1)).toMatchObject({ outcome: 'up', upstreamStatus: status });
    }
    expect(bench.target()).toMatchObject({ isDown: false, restingKeys: 0 });
    await bench.gateway.close();
  });

  it('a list that has no end is not read to its end', async () => {
    const clock = manualClock();
    await using first = await simulatedOpenAI();
    first.fail({ type: 'flood', bytes: Number.POSITIVE_INFINITY });
    const bench = startGateway({ first: upstreamAt(first, { probe }) }, clock);
    await clock.advance(every);
    await until(() => bench.events.length === 1, 'the look is over');
    expect(bench.events).toMatchObject([{ outcome: 'up' }]);
    await until(() => first.openRequests === 0, 'the rest is given up');
    await bench.gateway.close();
  });
});

describe('a probe that succeeds lets an open breaker try sooner', () => {
  const options = { breaker: { consecutiveFailures: 2, resetAfter: 60_000 }, retry: { rounds: 0 } };

  it('once, and if that fails it has its full time', async () => {
    const clock = manualClock();
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    // Its list of models is always there.
    const isBad = { value: true };
    first.fail(({ method }) =>
      isBad.value && method === 'POST' ? { type: 'status', status: 500 } : undefined,
    );
    const upstreams = { first: upstreamAt(first, { probe }), second: upstreamAt(second) };
    const bench = startGateway(upstreams, clock, options);
    const chats = (): number => first.requests.filter(({ method }) => method === 'POST').length;
    for (let call = 0; call < 3; call++) await bench.answeredBy();
    expect(bench.target()?.breaker).toBe('open');
    expect(chats()).toBe(2);
    await bench.look();
    await bench.answeredBy();
    expect(chats()).toBe(3);
    expect(bench.target()?.breaker).toBe('open');
    // What can be listed and not be asked is not tried after every look.
    for (let look = 0; look < 5; look++) {
      await bench.look();
      await bench.answeredBy();
    }
    expect(chats()).toBe(3);
    isBad.value = false;
    await clock.advance(60_000);
    expect(await bench.answeredBy()).toBe('first');
    expect(bench.target()?.breaker).toBe('closed');
    await bench.gateway.close();
  });

  it('and one that is well again is used again long before its breaker would have tried', async () => {
    const clock = manualClock();
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    first.fail({ type: 'status', status: 500 });
    const upstreams = { first: upstreamAt(first, { probe }), second: upstreamAt(second) };
    const bench = startGateway(upstreams, clock, options);
    for (let call = 0; call < 3; call++) await bench.answeredBy();
    first.heal();
    expect(await bench.answeredBy()).toBe('second');
    await bench.look();
    expect(await bench.answeredBy()).toBe('first');
    expect(bench.target()?.breaker).toBe('closed');
    await bench.gateway.close();
  });
});
