import { createGateway, type GatewayOptions } from '@vector-engine/core';
import { manualClock, simulatedOpenAI } from '@vector-engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, model, passTime, percentile, question, until, upstreamAt } from './support.ts';

const deadline = 120;

/** With a deadline of the caller's own. */
const within = (timeout: string): RequestInit => ({
  headers: { 'content-type': 'application/json', 'x-vector-timeout': timeout },
});

/** The median of five calls, for a machine that has other things to do, and what the first came to. */
async function timeCalls(
  options: object,
  body: object = question,
  init: RequestInit = {},
): Promise<{ took: number; status: number; text: string }> {
  const results = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const gateway = createGateway({ retry: { rounds: 0 }, ...options, open: true } as GatewayOptions);
      const start = performance.now();
      const response = await ask(gateway, body, init);
      const text = await response.text();
      const took = performance.now() - start;
      await gateway.close({ grace: 1 });
      return { took, status: response.status, text };
    }),
  );
  const [first] = results;
  const took = percentile(
    results.map((result) => result.took),
    0.5,
  );
  return { took, status: first?.status ?? 0, text: first?.text ?? '' };
}

function expectOnTime(took: number): void {
  // Node's timers may come a millisecond early.
  expect(took).toBeGreaterThanOrEqual(deadline - 2);
  expect(took).toBeLessThanOrEqual(deadline + 50);
}

const streamed = { ...question, stream: true };

/** What is loaded with the first call is none of a deadline's business. */
beforeAll(async () => {
  await using server = await simulatedOpenAI();
  const options = { upstreams: { only: upstreamAt(server) }, models: { chat: `only/${model}` } };
  await timeCalls(options);
  await timeCalls(options, streamed, within('10'));
});

describe('a deadline of the caller holds, within 50 ms', () => {
  it.each(['0.12', '0.12s', '120ms'])('%s, and no answer', async (timeout) => {
    await using server = await simulatedOpenAI();
    server.fail({ type: 'hang' });
    const options = { upstreams: { only: upstreamAt(server) }, models: { chat: `only/${model}` } };
    const result = await timeCalls(options, question, within(timeout));
    expectOnTime(result.took);
    expect(result).toMatchObject({ status: 504, text: expect.stringContaining('deadline_exceeded') });
  });

  it('in the middle of a stream, with one error event and no [DONE]', async () => {
    await using server = await simulatedOpenAI();
    server.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    const options = { upstreams: { only: upstreamAt(server) }, models: { chat: `only/${model}` } };
    const result = await timeCalls(options, streamed, within('120ms'));
    expectOnTime(result.took);
    expect(result.status).toBe(200);
    expect(result.text.match(/"error":/g)).toHaveLength(1);
    expect(result.text).not.toContain('[DONE]');
  });

  it('while an identify and a layer never answer', async () => {
    await using server = await simulatedOpenAI();
    const never = new Promise<never>(() => {});
    const upstreams = { only: upstreamAt(server) };
    await using slow = createGateway({ upstreams, models: { chat: `only/${model}` }, identify: () => never });
    await using layered = createGateway({
      upstreams,
      models: { chat: `only/${model}` },
      open: true,
      layers: [() => () => never],
    });
    for (const gateway of [slow, layered]) {
      const start = performance.now();
      expect((await ask(gateway, question, within('120ms'))).status).toBe(504);
      expectOnTime(performance.now() - start);
    }
  });

  it('and is only ever shorter than the settings', async () => {
    await using server = await simulatedOpenAI();
    server.fail({ type: 'hang' });
    const options = {
      upstreams: { only: upstreamAt(server) },
      models: { chat: `only/${model}` },
      timeouts: { total: deadline },
    };
    const result = await timeCalls(options, question, within('3600'));
    expectOnTime(result.took);
    expect(result.status).toBe(504);
  });

  it('a call that is answered in time is not disturbed', async () => {
    await using server = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(server) },
      models: { chat: `only/${model}` },
      open: true,
    });
    expect((await ask(gateway, question, within('30'))).status).toBe(200);
  });

  it.each(['soon', '0', '-1', '1m'])(
    '"%s" is a 400 that names the header, and nothing is sent',
    async (timeout) => {
      await using server = await simulatedOpenAI();
      await using gateway = createGateway({
        upstreams: { only: upstreamAt(server) },
        models: { chat: `only/${model}` },
        open: true,
      });
      const response = await ask(gateway, question, within(timeout));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: {
          code: 'invalid_value',
          param: 'x-vector-timeout',
          message: expect.stringContaining('in seconds ("30", "1.5") or milliseconds ("1500ms")'),
        },
      });
      expect(server.requests).toHaveLength(0);
    },
  );

  it('the same mistake is told in the words of the dialect', async () => {
    await using server = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(server) },
      models: { chat: `only/${model}` },
      open: true,
    });
    const body = { model: 'chat', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] };
    const response = await ask(gateway, body, { ...within('soon'), path: '/v1/messages' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining('x-vector-timeout') },
    });
  });
});

describe('a model has deadlines of its own', () => {
  it.each([
    ['firstByte', { type: 'hang' }, 504],
    ['idle', { type: 'hang-mid-stream', afterEvents: 3 }, 200],
    ['total', { type: 'hang-mid-stream', afterEvents: 3 }, 200],
  ] as const)("%s, in place of its upstream's", async (name, fault, status) => {
    await using server = await simulatedOpenAI();
    server.fail(fault);
    const options = {
      upstreams: { only: upstreamAt(server, { timeouts: { firstByte: 60_000, idle: 60_000 } }) },
      models: { chat: { targets: [`only/${model}`], timeouts: { [name]: deadline } } },
    };
    const result = await timeCalls(options, streamed);
    expectOnTime(result.took);
    expect(result.status).toBe(status);
  });

  it("a total that is longer than the gateway's, and counts from the beginning", async () => {
    const clock = manualClock();
    await using server = await simulatedOpenAI();
    server.fail({ type: 'hang' });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(server) },
      models: {
        slow: { targets: [`only/${model}`], timeouts: { total: 200_000, firstByte: 190_000 } },
        chat: `only/${model}`,
      },
      timeouts: { total: 100_000, firstByte: 90_000 },
      retry: { rounds: 0 },
      open: true,
      clock,
    });
    const times: Record<string, number> = {};
    for (const name of ['chat', 'slow']) {
      const start = clock.now();
      const response = await passTime(clock, ask(gateway, { ...question, model: name }), 1000);
      expect(response.status).toBe(504);
      times[name] = Math.round((clock.now() - start) / 1000);
    }
    expect(times).toEqual({ chat: 90, slow: 190 });
  });
});

describe('the time in line has a deadline of its own', () => {
  it('then the next target is tried, and the caller is told to come back where there is none', async () => {
    await using server = await simulatedOpenAI();
    server.fail({ type: 'hang' });
    const gateway = createGateway({
      upstreams: { only: upstreamAt(server, { maxConcurrency: 1 }) },
      models: { chat: `only/${model}` },
      timeouts: { queue: deadline },
      retry: { rounds: 0 },
      open: true,
    });
    void ask(gateway);
    await until(() => server.requests.length === 1, 'the slot is taken');
    const start = performance.now();
    const response = await ask(gateway);
    expectOnTime(performance.now() - start);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ error: { code: 'overloaded' } });
    // It says nothing against the target.
    expect(gateway.stats().targets[0]).toMatchObject({ active: 1, waiting: 0, failures: 0 });
    await gateway.close({ grace: 1 });
  });

  it('a layer that takes its time does not count as waiting in line', async () => {
    await using server = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(server, { timeouts: { queue: 5 } }) },
      models: { chat: `only/${model}` },
      open: true,
      layers: [
        (next) => async (call, context) => {
          await new Promise((resolve) => setTimeout(resolve, 60));
          return next(call, context);
        },
      ],
    });
    expect((await ask(gateway)).status).toBe(200);
  });
});
