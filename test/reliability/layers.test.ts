import { createGateway, type Layer, openaiCompatible } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';

const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }] });

/** One call through one layer of the user's, to a target that serves one call at a time. */
async function callThrough(layer: Layer, calls = 1) {
  await using upstream = await simulatedOpenAI();
  const gateway = createGateway({
    open: true,
    upstreams: { only: openaiCompatible({ baseURL: upstream.baseURL, maxConcurrency: 1 }) },
    models: { chat: 'only/gpt-4o' },
    layers: [layer],
  });
  const headers = { 'content-type': 'application/json' };
  const statuses: number[] = [];
  const texts: string[] = [];
  for (let call = 0; call < calls; call++) {
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers,
      body,
    });
    statuses.push(response.status);
    texts.push(await response.text());
  }
  await gateway.close({ grace: 1000 });
  const [target] = gateway.stats().targets;
  return { statuses, texts, active: gateway.stats().active, slots: target?.active };
}

const withThrowingListener: Layer = (next) => (call, context) => {
  context.onSettled(() => {
    throw new Error('mine');
  });
  return next(call, context);
};

const withOwnStream: Layer = () => () =>
  Promise.resolve({
    kind: 'verbatim',
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: {
      pipe: (sink) => {
        sink.write(Buffer.from('data: mine\n\n'));
        sink.end();
      },
      resume: () => {},
      abort: () => {},
    },
  });

const withDiscardedAnswer: Layer = (next) => async (call, context) => {
  await next(call, context);
  return { kind: 'verbatim', status: 200, headers: {}, body: Buffer.from('{}') };
};

const withSecondCall: Layer = (next) => async (call, context) => {
  await next(call, context);
  return next(call, context);
};

describe('layers of the user', () => {
  it('a listener that throws keeps no slot', async () => {
    const result = await callThrough(withThrowingListener, 2);
    expect(result).toMatchObject({ statuses: [200, 200], active: 0, slots: 0 });
  });

  it('a stream that a layer makes by itself comes to its end, and the gateway closes', async () => {
    const result = await callThrough(withOwnStream);
    expect(result).toMatchObject({ statuses: [200], texts: ['data: mine\n\n'], active: 0, slots: 0 });
  });

  it('an answer that a layer throws away gives back its slot', async () => {
    const result = await callThrough(withDiscardedAnswer, 2);
    expect(result).toMatchObject({ statuses: [200, 200], active: 0, slots: 0 });
  });

  it('a second call of next is refused', async () => {
    expect(await callThrough(withSecondCall)).toMatchObject({ statuses: [500], active: 0, slots: 0 });
  });
});
