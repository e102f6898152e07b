import diagnostics from 'node:diagnostics_channel';
import { context, propagation, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import { AlwaysOnSampler, type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace-node';
import { createGateway, type Layer, openaiCompatible } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { startHost } from '../hosts/hosts.ts';
import { send } from '../hosts/send.ts';
import { idOf, openWorld, parentOf, question, registerSdk } from './traced.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const incoming = `00-${traceId}-b7ad6b7169203331-01`;
const host = (): Tracer => trace.getTracer('host');

async function inSpan<Result>(work: () => Promise<Result>): Promise<Result> {
  return host().startActiveSpan('POST /ai', async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}

test("a call is a part of the host's span, and its attempt is passed on to the upstream", async () => {
  await using world = await openWorld();
  await inSpan(async () => (await world.ask(question, { headers: { traceparent: incoming } })).text());
  const [around, call, attempt] = await world.spans(3);
  expect(around?.name).toBe('POST /ai');
  expect([parentOf(call), parentOf(attempt)]).toEqual([idOf(around), idOf(call)]);
  expect([call?.kind, attempt?.kind]).toEqual([SpanKind.INTERNAL, SpanKind.CLIENT]);
  const { traceId: own } = attempt?.spanContext() ?? {};
  expect(own).toBe(around?.spanContext().traceId);
  expect(world.first.requests[0]?.headers['traceparent']).toBe(`00-${own}-${idOf(attempt)}-01`);
});

test('where the host has no span, the trace of the caller goes on', async () => {
  await using world = await openWorld();
  const headers = { traceparent: incoming, tracestate: 'vendor=a' };
  await (await world.ask(question, { headers })).text();
  const [call, attempt] = await world.spans(2);
  expect([call?.spanContext().traceId, parentOf(call)]).toEqual([traceId, 'b7ad6b7169203331']);
  expect([call?.kind, parentOf(attempt)]).toEqual([SpanKind.SERVER, idOf(call)]);
  expect(world.first.requests[0]?.headers).toMatchObject({
    traceparent: `00-${traceId}-${idOf(attempt)}-01`,
    tracestate: 'vendor=a',
  });
});

test('a caller who says that nothing is to be recorded is heard, and upstreams hear it', async () => {
  await using world = await openWorld();
  const headers = { traceparent: incoming.replace(/01$/, '00') };
  await (await world.ask(question, { headers })).text();
  expect(world.first.requests[0]?.headers['traceparent']).toMatch(
    new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`),
  );
  expect(world.sdk.spans()).toEqual([]);
});

test("in a span of the host's that is not recorded nobody is asked again, and upstreams hear of that span", async () => {
  const asked: string[] = [];
  const sampler: Sampler = {
    shouldSample: (_context, _trace, name) => {
      asked.push(name);
      return { decision: name.startsWith('POST') ? SamplingDecision.NOT_RECORD : SamplingDecision.RECORD };
    },
    toString: () => 'by name',
  };
  await using world = await openWorld({}, registerSdk(sampler));
  world.first.fail({ type: 'status', status: 503 });
  const around = await host().startActiveSpan('POST /ai', async (span) => {
    await (await world.ask(question, { headers: { traceparent: incoming } })).text();
    return span.spanContext();
  });
  expect(asked).toEqual(['POST /ai']);
  for (const { requests } of [world.first, world.second])
    expect(requests[0]?.headers['traceparent']).toBe(`00-${around.traceId}-${around.spanId}-00`);
});

test('what another process does not record is for the sampler of the host to judge', async () => {
  await using world = await openWorld({}, registerSdk(new AlwaysOnSampler()));
  const outer = propagation.extract(context.active(), { traceparent: incoming.replace(/01$/, '00') });
  await context.with(outer, async () => (await world.ask(question)).text());
  const [call] = await world.spans(2);
  expect([call?.spanContext().traceId, parentOf(call)]).toEqual([traceId, 'b7ad6b7169203331']);
});

test("the host's baggage is not told to vendors", async () => {
  await using world = await openWorld();
  const baggage = propagation.createBaggage({ user: { value: 'ann' } });
  await context.with(propagation.setBaggage(context.active(), baggage), async () =>
    (await world.ask(question, { headers: { baggage: 'plan=gold' } })).text(),
  );
  const { headers } = world.first.requests[0] ?? {};
  expect(headers).toHaveProperty('traceparent');
  expect(headers).not.toHaveProperty('baggage');
});

test('every upstream that is tried has an attempt of its own as its parent', async () => {
  await using world = await openWorld();
  world.first.fail({ type: 'status', status: 503 });
  await (await world.ask(question)).text();
  const [, one, two] = await world.spans(3);
  const told = [world.first, world.second].map(({ requests }) => requests[0]?.headers['traceparent']);
  expect(told.map((header) => String(header).split('-')[2])).toEqual([idOf(one), idOf(two)]);
});

test('where the option is false, there are no spans, and what the caller says goes on as it is', async () => {
  await using world = await openWorld({ gateway: { tracing: false } });
  await (await world.ask(question, { headers: { traceparent: incoming } })).text();
  expect(world.first.requests[0]?.headers['traceparent']).toBe(incoming);
  expect(world.sdk.spans()).toEqual([]);
});

/** What `@opentelemetry/instrumentation-undici` does. */
function traceRequest(message: unknown): void {
  const request: unknown = Reflect.get(Object(message), 'request');
  const span = host().startSpan('POST', { kind: SpanKind.CLIENT });
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), span), carrier);
  const add: unknown = Reflect.get(Object(request), 'addHeader');
  if (typeof add === 'function')
    for (const [name, value] of Object.entries(carrier)) Reflect.apply(add, request, [name, value]);
  span.end();
}

function instrumentUndici(): Disposable {
  diagnostics.subscribe('undici:request:create', traceRequest);
  return { [Symbol.dispose]: () => void diagnostics.unsubscribe('undici:request:create', traceRequest) };
}

test("an upstream is told of one trace, also where the host's instrumentation sees what undici sends", async () => {
  using _ = instrumentUndici();
  await using world = await openWorld();
  for (const stream of [false, true]) await (await world.ask({ ...question, stream })).text();
  const spans = await world.spans(4);
  expect(spans.map(({ instrumentationScope }) => instrumentationScope.name)).not.toContain('host');
  for (const { rawHeaders } of world.first.requests)
    expect(rawHeaders.filter((name) => name.toLowerCase() === 'traceparent')).toHaveLength(1);
});

const looking: Layer = (next) => async (call, attempt) => {
  const span = host().startSpan('look at it');
  const answer = await next(call, attempt);
  span.end();
  return answer;
};

test('what the host traces in its own functions around a call is a part of the call', async () => {
  const guard = {
    name: 'watcher',
    before: async (): Promise<undefined> => {
      await Promise.resolve();
      host().startSpan('guard').end();
    },
  };
  await using world = await openWorld({ gateway: { layers: [looking], guards: [guard] } });
  await (await world.ask(question)).text();
  const spans = await world.spans(4);
  const call = spans.find(({ name, kind }) => name === 'chat gpt-4o' && kind === SpanKind.SERVER);
  for (const name of ['look at it', 'guard'])
    expect(parentOf(spans.find((span) => span.name === name))).toBe(idOf(call));
});

test('an SDK that is registered later is found, and one that is gone is asked no more', async () => {
  await using upstream = await simulatedOpenAI();
  const upstreams = { sim: openaiCompatible({ baseURL: upstream.baseURL }) };
  await using gateway = createGateway({ open: true, upstreams, models: { 'gpt-4o': 'sim' } });
  const ask = async (): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(question);
    await (await gateway.fetch('http://a/v1/chat/completions', { method: 'POST', headers, body })).text();
  };
  await ask();
  expect(upstream.requests[0]?.headers).not.toHaveProperty('traceparent');
  {
    using first = registerSdk();
    await ask();
    await expect.poll(() => first.spans().length).toBe(2);
  }
  await ask();
  expect(upstream.requests[2]?.headers).not.toHaveProperty('traceparent');
  using second = registerSdk();
  await ask();
  await expect.poll(() => second.spans().length).toBe(2);
});

test.each(['node:http', 'Express 5', 'Koa 3'] as const)(
  '%s: callers at once have each their own trace',
  async (name) => {
    await using world = await openWorld();
    await using served = await startHost(name, world.gateway);
    const callers = Array.from({ length: 12 }, (_, index) => (index + 1).toString(16).padStart(32, '0'));
    for (const _ of [1, 2])
      await Promise.all(
        callers.map((id, index) =>
          send(served, {
            path: '/v1/chat/completions',
            headers: { 'content-type': 'application/json', traceparent: `00-${id}-b7ad6b7169203331-01` },
            body: { ...question, stream: index % 2 === 0 },
          }),
        ),
      );
    const spans = await world.spans(48);
    for (const id of callers) {
      const own = spans.filter((span) => span.spanContext().traceId === id);
      const calls = own.filter(({ kind }) => kind === SpanKind.SERVER);
      const attempts = own.filter(({ kind }) => kind === SpanKind.CLIENT);
      expect(new Set(attempts.map(parentOf))).toEqual(new Set(calls.map(idOf)));
      expect(calls).toHaveLength(2);
      expect(attempts).toHaveLength(2);
    }
  },
);
