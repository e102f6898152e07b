import { type BreakerEvent, createGateway, type Gateway, type GatewayOptions } from '@vector-engine/core';
import {
  type ManualClock,
  manualClock,
  type SimulatedUpstream,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, passTime, question, runMany, until, upstreamAt } from './support.ts';

const resetAfter = 10_000;

interface Bench extends AsyncDisposable {
  readonly clock: ManualClock;
  /** The bad target's own time. */
  readonly badClock: ManualClock;
  readonly bad: SimulatedUpstream;
  readonly good: SimulatedUpstream;
  readonly gateway: Gateway;
  readonly states: BreakerEvent['state'][];
  state(): string | undefined;
  call(body?: object): Promise<Response>;
}

/** A target that can be spoiled, and one that is always well. */
async function startBench(
  options: Partial<GatewayOptions> = {},
  routes: readonly string[] = [`bad/${model}`, `good/${model}`],
): Promise<Bench> {
  const clock = manualClock();
  const badClock = manualClock();
  const [bad, good] = await Promise.all([simulatedOpenAI({ clock: badClock }), simulatedOpenAI()]);
  const gateway: Gateway = createGateway({
    upstreams: { bad: upstreamAt(bad), good: upstreamAt(good) },
    models: { chat: routes },
    clock,
    random: () => 0,
    breaker: { resetAfter },
    ...options,
    open: true,
  } as GatewayOptions);
  const states: BreakerEvent['state'][] = [];
  gateway.on('breaker', ({ target, state }) => {
    if (target.upstream === 'bad') states.push(state);
  });
  return {
    clock,
    badClock,
    bad,
    good,
    gateway,
    states,
    state: () => gateway.stats().targets.find(({ upstream }) => upstream === 'bad')?.breaker,
    async call(body = question) {
      const response = await passTime(clock, ask(gateway, body), 1);
      await response.arrayBuffer();
      return response;
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await Promise.all([bad.close(), good.close()]);
    },
  };
}

async function openBreaker(bench: Bench): Promise<void> {
  bench.bad.fail({ type: 'reset-before-headers' });
  while (bench.state() !== 'open') await bench.call();
  bench.bad.heal();
  bench.bad.requests.length = 0;
}

describe('a bad target is left alone, never all of them', () => {
  it('opens after five failures in a row, and then nothing is sent there', async () => {
    await using bench = await startBench();
    bench.bad.fail({ type: 'reset-before-headers' });
    for (let index = 0; index < 20; index++) expect((await bench.call()).status).toBe(200);
    expect(bench.bad.requests).toHaveLength(5);
    expect(bench.states).toEqual(['open']);
  });

  it('opens on the rate of failures though no five come in a row', async () => {
    await using bench = await startBench();
    // Two of three fail.
    bench.bad.fail((_request, index) => (index % 3 === 0 ? undefined : { type: 'reset-before-headers' }));
    for (let index = 0; index < 30; index++) await bench.call();
    expect(bench.states).toEqual(['open']);
    expect(bench.bad.requests.length).toBeLessThan(20);
  });

  it("the callers' own 400s never open it, not even a thousand of them", async () => {
    await using bench = await startBench();
    bench.bad.fail({ type: 'status', status: 400 });
    const statuses = await runMany(1000, 20, async () => {
      const response = await ask(bench.gateway);
      await response.arrayBuffer();
      return response.status;
    });
    expect(new Set(statuses)).toEqual(new Set([400]));
    expect(bench.states).toEqual([]);
    expect(bench.bad.requests).toHaveLength(1000);
    expect(bench.good.requests).toHaveLength(0);
  });

  it('callers who go away do not open it', async () => {
    await using bench = await startBench();
    bench.bad.fail({ type: 'hang' });
    for (let index = 0; index < 20; index++) {
      const leave = new AbortController();
      const call = ask(bench.gateway, question, { signal: leave.signal });
      await bench.bad.waitForRequests(index + 1);
      leave.abort();
      await expect(call).rejects.toThrow('aborted');
    }
    await until(() => bench.gateway.stats().active === 0, 'the calls are over');
    expect(bench.states).toEqual([]);
  });

  it('with every target ejected, the least bad is still tried: the one that would come back first', async () => {
    await using bench = await startBench();
    await openBreaker(bench);
    await bench.clock.advance(1000);
    bench.good.fail({ type: 'reset-before-headers' });
    while (bench.gateway.stats().targets.some(({ breaker }) => breaker !== 'open')) await bench.call();
    const before = bench.good.requests.length;
    const response = await bench.call();
    expect(response.status).toBe(200);
    expect(response.headers.get('x-vector-upstream')).toBe('bad');
    expect(bench.good.requests).toHaveLength(before);
  });
});

describe('half-open sends one probe', () => {
  it('with 200 concurrent calls at the moment of reset, exactly one goes there', async () => {
    await using bench = await startBench();
    await openBreaker(bench);
    bench.bad.fail({ type: 'hang' });
    await bench.clock.advance(resetAfter);
    const calls = runMany(200, 200, async () => {
      const response = await ask(bench.gateway);
      await response.arrayBuffer();
      return response.headers.get('x-vector-upstream');
    });
    await bench.good.waitForRequests(199);
    expect(bench.bad.requests).toHaveLength(1);
    const answered = await passTime(bench.clock, calls, 300_000);
    expect(answered).toEqual(Array.from({ length: 200 }, () => 'good'));
    expect(bench.bad.requests).toHaveLength(1);
  });

  it('a probe that succeeds closes it', async () => {
    await using bench = await startBench();
    await openBreaker(bench);
    await bench.clock.advance(resetAfter);
    expect((await bench.call()).headers.get('x-vector-upstream')).toBe('bad');
    expect(bench.states).toEqual(['open', 'half-open', 'closed']);
  });

  it('a probe that fails opens it again, for the whole time', async () => {
    await using bench = await startBench();
    await openBreaker(bench);
    bench.bad.fail({ type: 'reset-before-headers' });
    await bench.clock.advance(resetAfter);
    for (let index = 0; index < 5; index++) await bench.call();
    expect(bench.bad.requests).toHaveLength(1);
    expect(bench.states).toEqual(['open', 'half-open', 'open']);
  });

  it('a probe that hangs does not stick: after its deadline another may go', async () => {
    await using bench = await startBench({ timeouts: { firstByte: 5000 } });
    await openBreaker(bench);
    bench.bad.fail({ type: 'hang' }, { times: 1 });
    await bench.clock.advance(resetAfter);
    expect((await bench.call()).headers.get('x-vector-upstream')).toBe('good');
    await bench.clock.advance(resetAfter);
    expect((await bench.call()).headers.get('x-vector-upstream')).toBe('bad');
    expect(bench.state()).toBe('closed');
  });

  it('a probe whose caller leaves proves nothing: the next one may go later', async () => {
    await using bench = await startBench();
    await openBreaker(bench);
    bench.bad.fail({ type: 'hang' }, { times: 1 });
    await bench.clock.advance(resetAfter);
    const leave = new AbortController();
    const call = ask(bench.gateway, question, { signal: leave.signal });
    await until(() => bench.bad.requests.length === 1, 'the probe arrives');
    leave.abort();
    await expect(call).rejects.toThrow('aborted');
    await until(() => bench.state() === 'open', 'the probe counts as failed');
    await bench.clock.advance(resetAfter);
    await bench.call();
    expect(bench.state()).toBe('closed');
  });

  it('the success of a call from before does not close it', async () => {
    await using bench = await startBench();
    bench.bad.fail({ type: 'slow', betweenEvents: 1000 });
    const response = await passTime(bench.badClock, ask(bench.gateway, { ...question, stream: true }), 1000);
    await openBreaker(bench);
    bench.bad.fail({ type: 'hang' });
    await bench.clock.advance(resetAfter);
    const leave = new AbortController();
    const probe = ask(bench.gateway, question, { signal: leave.signal });
    await until(() => bench.bad.requests.length === 1, 'the probe arrives');
    const text = await passTime(bench.badClock, response.text(), 1000);
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(bench.state()).toBe('half-open');
    leave.abort();
    await expect(probe).rejects.toThrow('aborted');
    expect(bench.states).not.toContain('closed');
  });
});
