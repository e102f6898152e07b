import { createGateway } from '@vector-engine/core';
import { selfSignedCertificate, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, question, requestsOf, runMany, upstreamAt } from './support.ts';

describe('a target never has more requests under way than it may have', () => {
  it('further requests wait in line, and all are answered', async () => {
    await using upstream = await simulatedOpenAI();
    let most = 0;
    upstream.fail(() => {
      most = Math.max(most, upstream.openRequests);
      return { type: 'slow', headersAfter: 5 };
    });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { maxConcurrency: 3 }) },
      models: { chat: `only/${model}` },
      open: true,
    });
    const statuses = await runMany(60, 6, async (index) => {
      const response = await ask(gateway, { ...question, stream: index % 2 === 0 });
      await response.arrayBuffer();
      return response.status;
    });
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(most).toBe(3);
  });

  it('who would have to wait goes to the next target instead', async () => {
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    first.fail({ type: 'slow', headersAfter: 30 });
    await using gateway = createGateway({
      upstreams: { first: upstreamAt(first, { maxConcurrency: 2 }), second: upstreamAt(second) },
      models: { chat: [`first/${model}`, `second/${model}`] },
      open: true,
    });
    await runMany(10, 10, async () => (await ask(gateway)).arrayBuffer());
    expect(first.requests).toHaveLength(2);
    expect(second.requests).toHaveLength(8);
  });

  it('a line as long as what is being served is the longest: others are told to come back', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'slow', headersAfter: 50 });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { maxConcurrency: 2 }) },
      models: { chat: `only/${model}` },
      open: true,
      retry: { rounds: 0 },
    });
    const answers = await runMany(10, 10, async () => {
      const response = await ask(gateway);
      await response.arrayBuffer();
      return { status: response.status, retryAfter: response.headers.get('retry-after') };
    });
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(6);
    for (const answer of refused) expect(answer).toEqual({ status: 503, retryAfter: '1' });
  });
});

describe('connections are used again', () => {
  it('200 calls one after the other take one connection', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
    });
    for (let index = 0; index < 200; index++) {
      await (await ask(gateway, { ...question, stream: index % 2 === 0 })).arrayBuffer();
    }
    expect(requestsOf(upstream)).toBe(200);
    expect(upstream.connections).toBeLessThanOrEqual(2);
  });

  it('where HTTP/2 is offered it is used, and 100 calls at once share few connections', async () => {
    const tls = selfSignedCertificate();
    await using upstream = await simulatedOpenAI({ tls, http2: true });
    upstream.fail({ type: 'slow', headersAfter: 20 });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { connect: { ca: tls.cert } }) },
      models: { chat: `only/${model}` },
      open: true,
    });
    await (await ask(gateway)).arrayBuffer();
    await runMany(100, 100, async () => (await ask(gateway)).arrayBuffer());
    expect(new Set(upstream.requests.map(({ httpVersion }) => httpVersion))).toEqual(new Set(['2.0']));
    expect(upstream.connections).toBeLessThanOrEqual(3);
  });
});
