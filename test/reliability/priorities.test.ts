import { createGateway, type Gateway } from '@vector-engine/core';
import { manualClock, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, question, until, upstreamAt } from './support.ts';

const withPriority = (priority: string): RequestInit => ({
  headers: { 'content-type': 'application/json', 'x-vector-priority': priority },
});

function startGateway(upstream: SimulatedUpstream, maxConcurrency: number): Gateway {
  return createGateway({
    upstreams: { only: upstreamAt(upstream, { maxConcurrency }) },
    models: { chat: `only/${model}` },
    open: true,
    retry: { rounds: 0 },
  });
}

/** Sends calls one after the other, so that their order is known, and notes how and in which order they are answered. */
function makeSender(gateway: Gateway) {
  const answers: { readonly name: string; readonly status: number; readonly retryAfter: string | null }[] =
    [];
  const known = (): number => {
    const [target] = gateway.stats().targets;
    return (target?.active ?? 0) + (target?.waiting ?? 0) + answers.length;
  };
  const note = async (name: string, asking: Promise<Response>): Promise<void> => {
    const response = await asking;
    await response.arrayBuffer();
    answers.push({ name, status: response.status, retryAfter: response.headers.get('retry-after') });
  };
  const send = async (priority: string, name = priority): Promise<void> => {
    const before = known();
    void note(name, ask(gateway, question, withPriority(priority)));
    await until(() => known() > before, `${name} is under way`);
  };
  return { answers, send };
}

describe('interactive calls come before batch', () => {
  it('a batch call that waits is served after interactive ones that came later', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI({ clock });
    // One slot comes free every 10 ms, the other never.
    upstream.fail((_request, index) => (index === 0 ? { type: 'hang' } : { type: 'slow', headersAfter: 10 }));
    const gateway = startGateway(upstream, 3);
    const { answers, send } = makeSender(gateway);
    await send('interactive', 'stuck');
    await upstream.waitForRequests(1);
    await send('batch', 'one');
    await send('batch', 'two');
    await send('batch', 'waiting batch');
    await send('interactive', 'three');
    await send('interactive', 'four');
    expect(gateway.stats().targets[0]).toMatchObject({ active: 3, waiting: 3, batchWaiting: 1 });
    await upstream.waitForRequests(3);
    await clock.advance(10);
    await upstream.waitForRequests(5);
    expect(gateway.stats().targets[0]).toMatchObject({ active: 3, waiting: 1, batchWaiting: 1 });
    await clock.advance(10);
    await upstream.waitForRequests(6);
    await clock.advance(10);
    await until(() => answers.length === 5, 'all others are answered');
    expect(answers.at(-1)).toMatchObject({ name: 'waiting batch', status: 200 });
    await gateway.close({ grace: 1 });
  });

  it('an interactive call that finds the line full takes the place of a batch call, which is told to come back', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang' });
    const gateway = startGateway(upstream, 2);
    const { answers, send } = makeSender(gateway);
    await send('interactive');
    await send('interactive');
    await send('batch', 'old batch');
    await send('batch', 'new batch');
    void ask(gateway, question, withPriority('interactive'));
    await until(() => answers.length === 1, 'batch is shed');
    expect(answers).toEqual([{ name: 'new batch', status: 503, retryAfter: '1' }]);
    expect(gateway.stats().targets[0]).toMatchObject({ active: 2, waiting: 2, batchWaiting: 1 });
    await gateway.close({ grace: 1 });
  });

  it('another word is a 400 that names the header, and nothing is sent', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = startGateway(upstream, 1);
    const response = await ask(gateway, question, withPriority('urgent'));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        type: 'invalid_request_error',
        code: 'invalid_value',
        param: 'x-vector-priority',
        message: `Invalid 'x-vector-priority': it is "interactive" or "batch".`,
      },
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it('layers and events know the priority', async () => {
    await using upstream = await simulatedOpenAI();
    const seen: string[] = [];
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
      layers: [
        (next) => (call, context) => {
          seen.push(`layer ${context.request.priority}`);
          return next(call, context);
        },
      ],
    });
    gateway.on('request', ({ request }) => seen.push(`event ${request.priority}`));
    await ask(gateway, question, withPriority('batch'));
    await ask(gateway);
    expect(seen).toEqual(['event batch', 'layer batch', 'event interactive', 'layer interactive']);
  });
});
