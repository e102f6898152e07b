import { byTask, createGateway, GatewayError, openai } from '@vector-engine/core';
import { manualClock, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { upstreamAt } from './support.ts';

const chat = (body: object): Request =>
  new Request('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], ...body }),
  });

const respond = (previous?: string): Request =>
  new Request('http://gateway/v1/responses', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'writer', input: 'Hello', previous_response_id: previous }),
  });

describe('gateway.explain', () => {
  test('tells the candidates in order, and sends nothing', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      open: true,
      upstreams: { first: upstreamAt(upstream), second: upstreamAt(upstream) },
      models: { writer: ['second/gpt-4o', 'first/gpt-4o'] },
    });
    expect(await gateway.explain(chat({ model: 'writer' }))).toMatchObject({
      operation: 'chat',
      model: 'writer',
      servedBy: 'writer',
      candidates: [
        { upstream: 'second', model: 'gpt-4o', waits: false },
        { upstream: 'first', model: 'gpt-4o', waits: false },
      ],
      leftOut: [],
      isForced: false,
    });
    expect(upstream.requests).toEqual([]);
    expect(gateway.stats().requests).toBe(0);
  });

  test('tells which model a router chose, and what it goes on to', async () => {
    await using gateway = createGateway({
      open: true,
      upstreams: { openai: openai({ apiKey: 'k' }) },
      models: {
        auto: byTask({ coding: 'coder', default: 'openai/gpt-4o' }),
        coder: { targets: ['openai/gpt-5.3-codex'], fallback: { contextLength: 'openai/gpt-4o' } },
      },
    });
    const question = [{ role: 'user', content: 'Fix this bug:\n```ts\nconst a = b;\n```' }];
    const explained = await gateway.explain(chat({ model: 'auto', messages: question }));
    expect(explained).toMatchObject({
      servedBy: 'coder',
      candidates: [{ upstream: 'openai', model: 'gpt-5.3-codex' }],
      fallbacks: { contextLength: ['openai/gpt-4o'], contentFilter: [], outage: [] },
    });
    expect(explained.inputTokens).toBeGreaterThan(10);
  });

  test('tells who is left out, and why', async () => {
    await using upstream = await simulatedOpenAI();
    const clock = manualClock();
    await using gateway = createGateway({
      open: true,
      clock,
      upstreams: {
        broken: upstreamAt(upstream, { apiKey: 'sk-broken' }),
        tired: upstreamAt(upstream, { apiKey: 'sk-tired' }),
        well: upstreamAt(upstream, { apiKey: 'sk-well' }),
      },
      models: { writer: ['broken/gpt-4o', 'tired/gpt-4o', 'well/gpt-4o'] },
      breaker: { consecutiveFailures: 1 },
    });
    const faults = [
      { type: 'status', status: 500 },
      { type: 'status', status: 429, headers: { 'retry-after': '30' } },
    ] as const;
    upstream.fail((_, index) => faults[index]);
    const answer = await gateway.fetch(chat({ model: 'writer' }));
    expect(answer.headers.get('x-vector-upstream')).toBe('well');
    expect(await gateway.explain(chat({ model: 'writer' }))).toMatchObject({
      candidates: [{ upstream: 'well' }],
      leftOut: [
        { upstream: 'broken', reason: 'breaker-open' },
        { upstream: 'tired', reason: 'keys-resting' },
      ],
    });
  });

  test('where every target is out, tells who would be tried all the same, and why they are out', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'status', status: 500 });
    const clock = manualClock();
    await using gateway = createGateway({
      open: true,
      clock,
      upstreams: { one: upstreamAt(upstream), two: upstreamAt(upstream) },
      models: { writer: ['one/gpt-4o', 'two/gpt-4o'] },
      breaker: { consecutiveFailures: 1 },
      retry: { rounds: 0 },
    });
    await (await gateway.fetch(chat({ model: 'writer' }))).text();
    expect(await gateway.explain(chat({ model: 'writer' }))).toMatchObject({
      candidates: [{ upstream: 'one' }, { upstream: 'two' }],
      leftOut: [
        { upstream: 'one', reason: 'breaker-open' },
        { upstream: 'two', reason: 'breaker-open' },
      ],
      isForced: true,
    });
  });

  test('puts who keeps the conversation first, and knows a conversation that is not there', async () => {
    await using upstream = await simulatedOpenAI();
    const at = openai({ apiKey: 'k', baseURL: upstream.baseURL });
    await using gateway = createGateway({
      identify: () => ({ tenant: 'acme', id: 'ada' }),
      upstreams: { one: at, two: at },
      models: { writer: { targets: ['one/gpt-4o', 'two/gpt-4o'], strategy: 'round-robin' } },
    });
    const acme = { tenant: 'acme', id: 'ada' };
    const served: [name: string, id: string][] = [];
    for (const name of ['one', 'two']) {
      const answer = await gateway.fetch(respond());
      expect(answer.headers.get('x-vector-upstream')).toBe(name);
      served.push([name, ((await answer.json()) as { id: string }).id]);
    }
    for (const [name, id] of served) {
      const { candidates } = await gateway.explain(respond(id), acme);
      expect(candidates[0]).toMatchObject({ upstream: name });
      await expect(gateway.explain(respond(id), { tenant: 'other', id: 'x' })).rejects.toMatchObject({
        code: 'VE_PREVIOUS_NOT_FOUND',
      });
    }
  });

  test('throws what the caller would be refused with', async () => {
    await using gateway = createGateway({
      open: true,
      upstreams: { openai: openai({ apiKey: 'k' }) },
      models: { writer: 'openai/gpt-4o' },
    });
    await expect(gateway.explain(chat({ model: 'writr' }))).rejects.toMatchObject({
      code: 'VE_MODEL_NOT_FOUND',
      details: { suggestions: ['writer'] },
    });
    await expect(gateway.explain(new Request('http://gateway/v1/models'))).rejects.toBeInstanceOf(
      GatewayError,
    );
  });
});
