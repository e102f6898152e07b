import { propagation, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { AlwaysOnSampler, type ReadableSpan, type Sampler } from '@opentelemetry/sdk-trace-node';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { attributesOf, openWorld, question, registerSdk } from './traced.ts';

const isClient = ({ kind }: ReadableSpan): boolean => kind === SpanKind.CLIENT;
const { ERROR, UNSET } = SpanStatusCode;

/** By kind: the calls first, and each kind in the order of its beginning. */
function split(spans: readonly ReadableSpan[]): {
  readonly calls: ReadableSpan[];
  readonly attempts: ReadableSpan[];
} {
  return { calls: spans.filter((span) => !isClient(span)), attempts: spans.filter(isClient) };
}

beforeAll(async () => {
  // What is loaded once: a first call takes longer than the time in which others are waited for.
  await using world = await openWorld();
  await (await world.ask(question)).text();
});

test('a failover is two attempts side by side: what went wrong with one, and why there is the other', async () => {
  await using world = await openWorld();
  world.first.fail({ type: 'status', status: 503 });
  expect((await world.ask(question)).status).toBe(200);
  const { calls, attempts } = split(await world.spans(3));
  expect(calls.map(({ status }) => status.code)).toEqual([UNSET]);
  expect(attributesOf(calls[0])).toMatchObject({
    'vector.attempts': 2,
    'vector.upstream': 'second',
    'gen_ai.provider.name': '127.0.0.1',
    'http.response.status_code': 200,
  });
  expect(attempts.map(({ status }) => status.code)).toEqual([ERROR, UNSET]);
  expect(attributesOf(attempts[0])).toMatchObject({
    'vector.upstream': 'first',
    'vector.attempt': 1,
    'error.type': 'VE_UPSTREAM_STATUS',
    'http.response.status_code': 503,
  });
  expect(attributesOf(attempts[1])).toMatchObject({
    'vector.upstream': 'second',
    'vector.attempt': 2,
    'vector.attempt.reason': 'failover',
    'vector.attempt.after': 'VE_UPSTREAM_STATUS',
  });
  expect(attributesOf(attempts[0])).not.toHaveProperty(['vector.attempt.reason']);
});

test('the same target once more is a retry, and what all of them failed with is what the call did', async () => {
  await using world = await openWorld({ gateway: { retry: { rounds: 1 } } });
  world.first.fail({ type: 'status', status: 503 });
  const body = { model: 'text-embedding-3-small', input: 'a' };
  expect((await world.ask(body, { path: '/v1/embeddings' })).status).toBe(503);
  const { calls, attempts } = split(await world.spans(3));
  expect(attempts.map(({ attributes }) => attributes['vector.attempt.reason'])).toEqual([undefined, 'retry']);
  expect(attributesOf(calls[0])).toMatchObject({
    'error.type': 'VE_UPSTREAM_STATUS',
    'http.response.status_code': 503,
  });
  expect([calls[0]?.status.code, calls[0]?.status.message]).toEqual([ERROR, undefined]);
});

test.each([
  ['a model that is not there', { ...question, model: 'gone' }, 'VE_MODEL_NOT_FOUND', 404],
  ['a body that is none', { messages: [] }, 'VE_PARAMETER_MISSING', 400],
] as const)('%s: the call is refused, and there is no attempt', async (_, body, code, status) => {
  await using world = await openWorld();
  expect((await world.ask(body)).status).toBe(status);
  const [call, ...others] = await world.spans(1);
  expect(others).toEqual([]);
  // What anybody can make up is no name of a span.
  expect(call?.name).toBe('chat');
  expect(call?.status.code).toBe(ERROR);
  expect(attributesOf(call)).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'error.type': code,
    'http.response.status_code': status,
    'vector.attempts': 0,
  });
});

test('what the gateway answers by itself is no call', async () => {
  await using world = await openWorld();
  await (await world.gateway.fetch('http://gateway/v1/models')).text();
  await (await world.gateway.fetch('http://gateway/v1/chat/completions')).text();
  await (await world.gateway.fetch('http://gateway/v1/nothing')).text();
  await (await world.ask(question)).text();
  expect(await world.spans(2)).toHaveLength(2);
});

test('a stream is over when all of it is', async () => {
  await using world = await openWorld({ upstream: { pace: 20 } });
  const { body } = await world.ask({ ...question, stream: true });
  const reader = body?.getReader();
  await reader?.read();
  expect(world.sdk.spans()).toEqual([]);
  while ((await reader?.read())?.done === false);
  const { calls, attempts } = split(await world.spans(2));
  for (const { attributes } of [...calls, ...attempts])
    expect(attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0);
  expect(attributesOf(attempts[0])['gen_ai.response.finish_reasons']).toEqual(['stop']);
});

test('a stream that breaks off is an error, at its end', async () => {
  await using world = await openWorld();
  world.first.fail({ type: 'cut', afterEvents: 3, how: 'reset' });
  await (await world.ask({ ...question, stream: true })).text();
  const { calls, attempts } = split(await world.spans(2));
  for (const span of [...calls, ...attempts]) {
    expect(span.status.code).toBe(ERROR);
    expect(attributesOf(span)['error.type']).toMatch(/^VE_UPSTREAM_/);
  }
  expect(attributesOf(attempts[0])['gen_ai.response.finish_reasons']).toEqual(['error']);
});

test.each(['before the answer', 'in a stream'])('a caller who leaves %s has made no error', async (when) => {
  await using world = await openWorld({ upstream: { pace: 50 } });
  const stream = when === 'in a stream';
  if (!stream) world.first.fail({ type: 'hang' });
  const leaving = new AbortController();
  const asked = world.ask({ ...question, stream }, { signal: leaving.signal });
  await world.first.waitForRequests(1);
  if (stream) await (await asked).body?.getReader().read();
  leaving.abort();
  await asked.catch(() => undefined);
  const { calls, attempts } = split(await world.spans(2));
  for (const span of [...calls, ...attempts]) {
    expect(span.status.code).toBe(UNSET);
    expect(attributesOf(span)).toMatchObject({ 'vector.cancelled': 'by the caller' });
    expect(attributesOf(span)).not.toHaveProperty(['error.type']);
  }
  expect(attempts).toHaveLength(1);
});

test('of two that are asked at once, one was not faster', async () => {
  await using world = await openWorld({ gateway: { hedge: { after: 1, minimum: 1, share: 1 } } });
  world.first.fail({ type: 'hang' });
  expect((await world.ask(question)).status).toBe(200);
  const { calls, attempts } = split(await world.spans(3));
  expect(calls[0]?.status.code).toBe(UNSET);
  expect(attempts.map(({ attributes }) => attributes['vector.attempt.reason'])).toEqual([undefined, 'hedge']);
  expect(attributesOf(attempts[0])).toMatchObject({ 'vector.cancelled': 'another was faster' });
  expect(attempts[0]?.status.code).toBe(UNSET);
});

test('what is answered from the cache is a call without an attempt', async () => {
  await using world = await openWorld({ gateway: { cache: {} } });
  const asked = { ...question, temperature: 0 };
  await (await world.ask(asked)).text();
  await expect.poll(() => world.gateway.stats().cache?.entries).toBe(1);
  await (await world.ask(asked)).text();
  const { calls, attempts } = split(await world.spans(3));
  expect(calls.map(({ attributes }) => attributes['vector.cache'])).toEqual(['miss', 'hit']);
  expect(attempts).toHaveLength(1);
  expect(attributesOf(calls[1])).toMatchObject({ 'vector.attempts': 0, 'vector.upstream': 'first' });
});

test('who shares the call of another has no attempt of its own; who is left with it keeps its trace', async () => {
  await using world = await openWorld({ upstream: { pace: 20 }, gateway: { cache: {} } });
  const leaving = new AbortController();
  const asked = { ...question, temperature: 0, stream: true };
  const first = world.ask(asked, { signal: leaving.signal });
  await world.first.waitForRequests(1);
  const second = world.ask(asked);
  await (await first).body?.getReader().read();
  leaving.abort();
  await (await second).text();
  const { calls, attempts } = split(await world.spans(3));
  expect(calls.map(({ attributes }) => attributes['vector.cache'])).toEqual(['miss', 'joined']);
  expect(attempts.map(({ status }) => status.code)).toEqual([UNSET]);
  expect(attributesOf(calls[0])).toMatchObject({ 'vector.cancelled': 'by the caller' });
});

const before = (): never => {
  throw new Error('of the host');
};

test('an error in a guard of the host ends the call', async () => {
  await using world = await openWorld({ gateway: { guards: [{ name: 'broken', before }] } });
  const { status } = await world.ask(question);
  const [call] = await world.spans(1);
  expect(attributesOf(call)).toMatchObject({ 'http.response.status_code': status });
  expect([call?.status.code, status]).toEqual([ERROR, expect.toSatisfy((code: number) => code >= 500)]);
});

test('an SDK that throws is told to the log, and no caller hears of it', async () => {
  const lines: string[] = [];
  const log = (_: object, message: string): void => void lines.push(message);
  const sampler: Sampler = {
    shouldSample: () => {
      throw new Error('of the host');
    },
    toString: () => 'broken',
  };
  const logger = { debug: log, info: log, warn: log, error: log };
  await using world = await openWorld({ gateway: { logger } }, registerSdk(sampler));
  for (const stream of [false, true]) {
    const answer = await world.ask({ ...question, stream });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('hello')]);
  }
  expect(lines.filter((line) => line.includes('OpenTelemetry threw'))).toHaveLength(2);
});

test('a span that takes no attributes comes to its end all the same', async () => {
  await using world = await openWorld();
  await (await world.ask(question)).text();
  const [span] = await world.spans(2);
  const all: { setAttributes: (this: unknown, attributes: object) => unknown } = Object.getPrototypeOf(span);
  const { setAttributes } = all;
  all.setAttributes = function (attributes) {
    return 'gen_ai.usage.input_tokens' in attributes ? before() : setAttributes.call(this, attributes);
  };
  onTestFinished(() => void (all.setAttributes = setAttributes));
  const answer = await world.ask(question);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('hello')]);
  expect(await world.spans(4)).toHaveLength(4);
});

test('a propagator that throws when it is asked what it reads is told to the log, and no caller hears of it', async () => {
  const lines: string[] = [];
  const log = (...said: readonly unknown[]): void => void lines.push(String(said[1]));
  const logger = { debug: log, info: log, warn: log, error: log };
  await using world = await openWorld({ gateway: { logger } });
  propagation.disable();
  propagation.setGlobalPropagator({
    inject: () => undefined,
    extract: (context) => context,
    fields: () => {
      throw new Error('of the host');
    },
  });
  for (let time = 0; time < 2; time++) expect((await world.ask(question)).status).toBe(200);
  expect(lines.filter((line) => line.includes('OpenTelemetry threw'))).toHaveLength(1);
});

test('a sampler of the host is told of whom an attempt asks, and for what', async () => {
  const seen: (readonly [string, unknown, unknown])[] = [];
  const always = new AlwaysOnSampler();
  const sampler: Sampler = {
    shouldSample: (_context, _trace, name, _kind, attributes) => {
      seen.push([name, attributes['gen_ai.provider.name'], attributes['gen_ai.request.model']]);
      return always.shouldSample();
    },
    toString: () => 'curious',
  };
  await using world = await openWorld({}, registerSdk(sampler));
  await (await world.ask(question)).text();
  await world.spans(2);
  expect(seen).toEqual([
    ['chat', undefined, undefined],
    ['chat gpt-4o', 'mistral_ai', 'gpt-4o'],
  ]);
});
