import { type ClientRequest, request } from 'node:http';
import {
  anthropic,
  createGateway,
  type Gateway,
  type GatewayEvents,
  type GatewayOptions,
  type Upstream,
} from '@vector-engine/core';
import {
  type Fault,
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import {
  ask,
  type Host,
  model,
  percentile,
  question,
  requestsOf,
  runMany,
  startHost,
  until,
  upstreamAt,
} from './support.ts';

const eager = { share: 1, after: 20 } as const;

type Options = GatewayOptions<unknown, Readonly<Record<'first' | 'second', Upstream>>>;

interface Pair extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly first: SimulatedUpstream;
  readonly second: SimulatedUpstream;
  readonly attempts: GatewayEvents['attempt'][];
  readonly ends: GatewayEvents['end'][];
}

async function startPair(
  fault: Fault | undefined,
  options: Partial<Pick<Options, 'breaker' | 'hedge' | 'models'>> = { hedge: eager },
): Promise<Pair> {
  const first = await simulatedOpenAI();
  const second = await simulatedOpenAI();
  if (fault !== undefined) first.fail(fault);
  const gateway = createGateway({
    upstreams: { first: upstreamAt(first), second: upstreamAt(second) },
    models: { chat: [`first/${model}`, `second/${model}`] },
    open: true,
    ...options,
  });
  const attempts: GatewayEvents['attempt'][] = [];
  const ends: GatewayEvents['end'][] = [];
  gateway.on('attempt', (event) => attempts.push(event));
  gateway.on('end', (event) => ends.push(event));
  return {
    gateway,
    first,
    second,
    attempts,
    ends,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await first.close();
      await second.close();
    },
  };
}

const stalls: readonly { state: string; fault: Fault; stream: boolean }[] = [
  { state: 'a whole answer, nothing of it', fault: { type: 'hang' }, stream: false },
  { state: 'a stream, nothing of it', fault: { type: 'hang' }, stream: true },
  { state: 'a stream, the head of it', fault: { type: 'hang-after-headers' }, stream: true },
  {
    state: 'a stream, nothing but who speaks',
    fault: { type: 'hang-mid-stream', afterEvents: 1 },
    stream: true,
  },
];

const claudeAt = ({ origin }: SimulatedUpstream): Upstream =>
  anthropic({ apiKey: 'sk-operator', baseURL: `${origin}/v1` });

describe('a slow target does not keep the caller: a second is asked beside it', () => {
  for (const { state, fault, stream } of stalls) {
    it(`${state}: the second answers, the first is closed within 20 ms, nothing is left`, async () => {
      await using pair = await startPair(fault);
      const { gateway, first, second, attempts, ends } = pair;
      const delays: number[] = [];
      for (let round = 1; round <= 20; round++) {
        const response = await ask(gateway, { ...question, stream });
        const answeredAt = performance.now();
        await first.requests[round - 1]?.closed;
        delays.push(performance.now() - answeredAt);
        expect(first.requests[round - 1]?.aborted).toBe(true);
        expect(response.status).toBe(200);
        expect(response.headers.get('x-vector-upstream')).toBe('second');
        expect(response.headers.get('x-vector-attempts')).toBe('2');
        expect(await response.text()).toContain(stream ? '[DONE]' : '"finish_reason"');
      }
      expect(percentile(delays, 0.9)).toBeLessThanOrEqual(20);
      await until(() => gateway.stats().active === 0, 'everything is settled');
      for (const target of gateway.stats().targets)
        expect(target).toMatchObject({ active: 0, waiting: 0, breaker: 'closed', failures: 0 });
      expect(requestsOf(first, second)).toBe(40);
      expect(attempts).toHaveLength(40);
      const [overtaken, answered] = attempts.slice(0, 2).toSorted((a, b) => a.attempt - b.attempt);
      expect(overtaken).toMatchObject({ attempt: 1, outcome: 'neutral', error: 'VE_OVERTAKEN' });
      expect(answered).toMatchObject({ attempt: 2, outcome: 'success' });
      for (const end of ends) {
        expect(end).toMatchObject({ attempts: 2, status: 200, target: { upstream: 'second' } });
        expect(end.error).toBeUndefined();
      }
    });
  }

  it('embeddings, too', async () => {
    await using pair = await startPair(
      { type: 'hang' },
      {
        hedge: eager,
        models: { chat: ['first/text-embedding-3-small', 'second/text-embedding-3-small'] },
      },
    );
    const response = await ask(pair.gateway, { model: 'chat', input: 'x' }, { path: '/v1/embeddings' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-vector-upstream')).toBe('second');
  });

  it('a first that is only a little late is the answer, and the second is closed', async () => {
    await using pair = await startPair({ type: 'slow', headersAfter: 60 });
    pair.second.fail({ type: 'hang' });
    const response = await ask(pair.gateway);
    expect(response.headers.get('x-vector-upstream')).toBe('first');
    expect(response.headers.get('x-vector-attempts')).toBe('2');
    await pair.second.requests[0]?.closed;
    expect(pair.second.requests[0]?.aborted).toBe(true);
    await response.text();
    await until(() => pair.gateway.stats().active === 0, 'everything is settled');
    expect(pair.gateway.stats().targets.map(({ active }) => active)).toEqual([0, 0]);
    expect(pair.ends[0]).toMatchObject({ attempts: 2, target: { upstream: 'first' } });
    expect(pair.ends[0]?.error).toBeUndefined();
  });

  it('a second that fails does not count against the first', async () => {
    await using pair = await startPair({ type: 'slow', headersAfter: 80 });
    pair.second.fail({ type: 'status', status: 400 });
    const response = await ask(pair.gateway);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-vector-upstream')).toBe('first');
  });

  it('a first that fails leaves the second to answer, which is not asked again', async () => {
    await using pair = await startPair({ type: 'slow', headersAfter: 60 });
    pair.second.fail({ type: 'slow', headersAfter: 120 });
    const answering = ask(pair.gateway);
    await pair.second.waitForRequests(1);
    pair.first.requests[0]?.closed.catch(() => undefined);
    await pair.first.close();
    const response = await answering;
    expect(response.headers.get('x-vector-upstream')).toBe('second');
    expect(pair.second.requests).toHaveLength(1);
  });

  it('where both fail, the rest of the targets are tried', async () => {
    await using third = await simulatedOpenAI();
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    first.fail({ type: 'cut', atByte: 10, how: 'reset' });
    first.fail({ type: 'hang' });
    second.fail({ type: 'hang' });
    await using gateway = createGateway({
      upstreams: {
        first: upstreamAt(first, { timeouts: { firstByte: 100 } }),
        second: upstreamAt(second, { timeouts: { firstByte: 50 } }),
        third: upstreamAt(third),
      },
      models: { chat: [`first/${model}`, `second/${model}`, `third/${model}`] },
      open: true,
      hedge: eager,
    });
    const response = await ask(gateway);
    expect(response.headers.get('x-vector-upstream')).toBe('third');
    expect(response.headers.get('x-vector-attempts')).toBe('3');
    expect(gateway.stats().targets.map(({ active }) => active)).toEqual([0, 0, 0]);
  });

  it('what is slow is measured: no second before it is known, and none for what is usual', async () => {
    await using pair = await startPair(undefined, { hedge: { share: 1, minimum: 30 } });
    const { gateway, first, second } = pair;
    first.fail({ type: 'slow', headersAfter: 60 }, { times: 1 });
    await (await ask(gateway)).text();
    for (let call = 0; call < 60; call++) await (await ask(gateway)).text();
    expect(second.requests).toHaveLength(0);
    first.fail({ type: 'hang' });
    const startedAt = performance.now();
    const response = await ask(gateway);
    expect(response.headers.get('x-vector-upstream')).toBe('second');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
    // How long streams take to begin is another matter, and not known yet.
    first.fail({ type: 'slow', headersAfter: 200 });
    const stream = await ask(gateway, { ...question, stream: true });
    expect(stream.headers.get('x-vector-upstream')).toBe('first');
    await stream.text();
  });

  it('of many calls no more than the share has a second attempt, however slow all are', async () => {
    await using pair = await startPair(
      { type: 'slow', headersAfter: 30 },
      { hedge: { share: 0.05, after: 5 } },
    );
    const { gateway, first, second } = pair;
    await runMany(200, 20, async () => (await ask(gateway)).text());
    expect(first.requests).toHaveLength(200);
    expect(second.requests.length).toBeGreaterThan(0);
    expect(second.requests.length).toBeLessThanOrEqual(10);
  });

  it('an answer that is to be stored is asked for once', async () => {
    await using pair = await startPair({ type: 'slow', headersAfter: 60 });
    const stored = await ask(pair.gateway, { ...question, store: true });
    expect(stored.headers.get('x-vector-attempts')).toBe('1');
    const response = await ask(
      pair.gateway,
      { model: 'chat', input: 'Say hello' },
      { path: '/v1/responses' },
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('x-vector-attempts')).toBe('1');
    expect(pair.second.requests).toHaveLength(0);
  });

  it('is off unless it is asked for, and a model can have its own way', async () => {
    await using off = await startPair({ type: 'slow', headersAfter: 60 }, {});
    expect((await ask(off.gateway)).headers.get('x-vector-attempts')).toBe('1');
    const targets = [`first/${model}`, `second/${model}`] as const;
    await using own = await startPair(
      { type: 'slow', headersAfter: 60 },
      { hedge: eager, models: { chat: { targets, hedge: false }, other: { targets } } },
    );
    expect((await ask(own.gateway)).headers.get('x-vector-attempts')).toBe('1');
    expect((await ask(own.gateway, { ...question, model: 'other' })).headers.get('x-vector-attempts')).toBe(
      '2',
    );
  });

  it("a target whose breaker is not closed is no second: it is not tried at a caller's cost", async () => {
    const models = {
      chat: [`first/${model}`, `second/${model}`],
      second: `second/${model}`,
    } as const;
    await using pair = await startPair(
      { type: 'slow', headersAfter: 60 },
      { hedge: eager, models, breaker: { resetAfter: 1 } },
    );
    const { gateway, second } = pair;
    second.fail({ type: 'status', status: 500 });
    for (let call = 0; call < 5; call++) await ask(gateway, { ...question, model: 'second' });
    second.heal();
    expect(gateway.stats().targets[1]?.breaker).toBe('open');
    const before = second.requests.length;
    expect((await ask(gateway)).headers.get('x-vector-attempts')).toBe('1');
    expect(second.requests).toHaveLength(before);
  });

  it("tokens that the overtaken target had counted are in the books with the other's", async () => {
    await using first = await simulatedAnthropic();
    await using second = await simulatedAnthropic();
    first.fail({ type: 'hang-mid-stream', afterEvents: 1 });
    await using gateway = createGateway({
      upstreams: { first: claudeAt(first), second: claudeAt(second) },
      models: { chat: ['first/claude-sonnet-4-5', 'second/claude-sonnet-4-5'] },
      open: true,
      hedge: eager,
    });
    const usages: (number | undefined)[] = [];
    gateway.on('end', ({ usage }) => usages.push(usage?.inputTokens));
    const body = { ...question, max_tokens: 100, stream: true };
    await (await ask(gateway, body, { path: '/v1/messages' })).text();
    first.fail({ type: 'hang' });
    await (await ask(gateway, body, { path: '/v1/messages' })).text();
    await until(() => usages.length === 2, 'both have ended');
    const [both = 0, one = 0] = usages;
    expect(one).toBeGreaterThan(0);
    expect(both).toBe(2 * one);
  });
});

function callAt(host: Host, body: object): ClientRequest {
  const outgoing = request(`${host.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    agent: false,
  });
  outgoing.on('error', () => undefined);
  outgoing.end(JSON.stringify(body));
  return outgoing;
}

describe('the caller leaves while two are under way', () => {
  for (const stream of [false, true]) {
    it(`${stream ? 'streamed' : 'whole'}: both upstream sockets close, nearly always within 20 ms`, async () => {
      await using pair = await startPair({ type: 'hang' });
      const { gateway, first, second } = pair;
      second.fail({ type: 'hang' });
      await using host = await startHost(gateway);
      const delays: number[] = [];
      for (let round = 1; round <= 50; round++) {
        const caller = callAt(host, { ...question, stream });
        await second.waitForRequests(round);
        const start = performance.now();
        caller.destroy();
        await Promise.all([first.requests[round - 1]?.closed, second.requests[round - 1]?.closed]);
        delays.push(performance.now() - start);
        expect(first.requests[round - 1]?.aborted).toBe(true);
        expect(second.requests[round - 1]?.aborted).toBe(true);
      }
      expect(percentile(delays, 0.9)).toBeLessThanOrEqual(20);
      await until(() => gateway.stats().active === 0, 'everything is settled');
      for (const target of gateway.stats().targets)
        expect(target).toMatchObject({ active: 0, waiting: 0, breaker: 'closed' });
      await until(() => first.openConnections + second.openConnections === 0, 'the sockets are closed');
    });
  }
});

describe('mistakes in the option', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    ['yes', /hedge: it must be true, false or \{ share, after, minimum \}/],
    [{ share: 0 }, /hedge\.share: it must be a share of the calls/],
    [{ share: 2 }, /hedge\.share/],
    [{ after: -1 }, /hedge\.after: it must be milliseconds/],
    [{ minimum: Number.NaN }, /hedge\.minimum/],
    [{ shares: 1 }, /there is no "shares".*Did you mean "share"/],
  ];

  it.each(wrong)('%j is told at construction, for the gateway and for a model', (hedge, message) => {
    const upstreams = { first: upstreamAt({ baseURL: 'http://127.0.0.1:9/v1' }) };
    // What a caller without types can write.
    const build = (options: object) => () =>
      createGateway({ open: true, upstreams, ...options } as unknown as GatewayOptions);
    expect(build({ hedge })).toThrow(message);
    expect(build({ models: { chat: { targets: ['first'], hedge } } })).toThrow(message);
  });
});
