import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { createGateway, type GatewayOptions, gemini, openai, openaiCompatible } from '@vector-engine/core';
import { simulatedGemini, simulatedOpenAI } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { openTalk, rawUpstream, serveUpgrades } from '../realtime/support.ts';
import { attributesOf, idOf, openWorld, parentOf, question, registerSdk, type Sdk } from './traced.ts';

const json = { 'content-type': 'application/json' };
const isClient = ({ kind }: ReadableSpan): boolean => kind === SpanKind.CLIENT;

async function ended(sdk: Sdk, count: number): Promise<ReadableSpan[]> {
  await expect.poll(() => sdk.spans().length, { timeout: 10_000 }).toBe(count);
  return sdk.spans();
}

test('a conversation over a WebSocket is a call for as long as it lasts', async () => {
  using sdk = registerSdk();
  await using upstream = await rawUpstream((socket) => socket.send('hi'));
  await using gateway = createGateway({
    open: true,
    upstreams: { openai: openai({ apiKey: 'k', baseURL: `${upstream.origin}/v1` }) },
    models: { voice: 'openai/gpt-realtime' },
  });
  await using host = await serveUpgrades(gateway);
  const talk = await openTalk(`${host.webSockets}/v1/realtime?model=voice`);
  expect(sdk.spans()).toEqual([]);
  talk.socket.close();
  const [call, attempt] = await ended(sdk, 2);
  expect([call?.name, attempt?.name]).toEqual(['realtime voice', 'realtime gpt-realtime']);
  expect(parentOf(attempt)).toBe(idOf(call));
  expect(String(upstream.requests[0]?.headers['traceparent']).split('-')[2]).toBe(idOf(attempt));
  expect(sdk.complaints).toEqual([]);
});

test('a film that is begun is a call; that it is made afterwards is in no trace', async () => {
  using sdk = registerSdk();
  await using upstream = await simulatedOpenAI({ jobTime: 5 });
  await using gateway = createGateway({
    open: true,
    upstreams: { openai: openai({ apiKey: 'k', baseURL: upstream.baseURL }) },
    models: { film: 'openai/sora-2' },
  });
  const body = JSON.stringify({ model: 'film', prompt: 'a lighthouse', seconds: '4' });
  const begun = await gateway.fetch('http://a/v1/videos', { method: 'POST', headers: json, body });
  const told: unknown = await begun.json();
  const [call, attempt] = await ended(sdk, 2);
  expect([call?.name, attempt?.name]).toEqual(['generate_content film', 'generate_content sora-2']);
  expect(attributesOf(attempt)).toMatchObject({ 'gen_ai.output.type': 'video', 'vector.operation': 'video' });
  const id = String(Reflect.get(Object(told), 'id'));
  const states: string[] = [];
  for await (const { state } of gateway.tasks.watch(id)) states.push(state);
  expect(states.at(-1)).toBe('succeeded');
  expect(sdk.spans()).toHaveLength(2);
  expect(sdk.complaints).toEqual([]);
});

test('what passes as it is, is a call like any other', async () => {
  using sdk = registerSdk();
  await using upstream = await simulatedOpenAI();
  const options: unknown = {
    open: true,
    upstreams: { sim: openaiCompatible({ baseURL: upstream.baseURL, apiKey: 'k' }) },
    models: { any: 'sim' },
    passthrough: 'sim',
  };
  await using gateway = createGateway(options as GatewayOptions);
  const { status } = await gateway.fetch('http://a/v1/files');
  const [call, attempt] = await ended(sdk, 2);
  expect([status, call?.name]).toEqual([200, 'native files']);
  expect(String(upstream.requests[0]?.headers['traceparent']).split('-')[2]).toBe(idOf(attempt));
});

test('pictures that are asked for one by one are attempts of one call', async () => {
  using sdk = registerSdk();
  await using upstream = await simulatedGemini();
  const options: unknown = {
    open: true,
    upstreams: { google: gemini({ baseURL: `${upstream.origin}/v1beta`, apiKey: 'k' }) },
    models: { painter: 'google/gemini-2.5-flash-image' },
  };
  await using gateway = createGateway(options as GatewayOptions);
  const body = JSON.stringify({ model: 'painter', prompt: 'a lighthouse', n: 2 });
  const answer = await gateway.fetch('http://a/v1/images/generations', {
    method: 'POST',
    headers: json,
    body,
  });
  expect(answer.status).toBe(200);
  const spans = await ended(sdk, 3);
  const [call] = spans.filter((span) => !isClient(span));
  expect(spans.filter(isClient).map(parentOf)).toEqual([idOf(call), idOf(call)]);
  expect(attributesOf(call)).toMatchObject({ 'gen_ai.request.choice.count': 2, 'vector.attempts': 2 });
  // Neither is there because of the other.
  for (const span of spans) expect(span.attributes).not.toHaveProperty(['vector.attempt.reason']);
});

test('an answer that is made in the background is a call of its own, in the same trace', async () => {
  await using world = await openWorld();
  const body = { model: 'gpt-4o', input: 'hello', background: true };
  expect((await world.ask(body, { path: '/v1/responses' })).status).toBe(200);
  const spans = await world.spans(3);
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
});

test('who asks is told, by the ids that the host gives', async () => {
  using sdk = registerSdk();
  await using upstream = await simulatedOpenAI();
  await using gateway = createGateway({
    identify: () => ({ tenant: 'acme', id: 'ann' }),
    upstreams: { sim: openaiCompatible({ baseURL: upstream.baseURL }) },
    models: { 'gpt-4o': 'sim' },
    prices: { 'gpt-4o': { input: 2, output: 8 } },
  });
  const body = JSON.stringify(question);
  const response = await gateway.fetch('http://a/v1/chat/completions', {
    method: 'POST',
    headers: json,
    body,
  });
  await response.text();
  const [call] = await ended(sdk, 2);
  expect(attributesOf(call)).toMatchObject({
    'vector.tenant': 'acme',
    'vector.principal': 'ann',
    'vector.request_id': response.headers.get('x-request-id'),
    'vector.cost_usd': Number(response.headers.get('x-vector-cost-usd')),
  });
});
