import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createGateway, type GatewayOptions } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, percentile, question, startHost, upstreamAt } from './support.ts';

const deadline = 120;
const never = new Promise<never>(() => {});

/** What one call took, and what it came to; the median of five, one after the other: none waits for what another computes. */
async function timeCalls(
  options: Partial<GatewayOptions>,
  upstreams: GatewayOptions['upstreams'],
  body: object = question,
): Promise<{ took: number; status: number; text: string }> {
  const results: { took: number; status: number; text: string }[] = [];
  while (results.length < 5) {
    const gateway = createGateway({
      upstreams,
      models: { chat: Object.keys(upstreams).map((name) => `${name}/${model}`) },
      retry: { rounds: 0 },
      ...(options.identify === undefined ? { open: true } : {}),
      ...options,
    } as GatewayOptions);
    const start = performance.now();
    const response = await ask(gateway, body);
    const text = await response.text();
    const took = performance.now() - start;
    await gateway.close({ grace: 1 });
    results.push({ took, status: response.status, text });
  }
  const took = percentile(
    results.map((result) => result.took),
    0.5,
  );
  const [first] = results;
  return { took, status: first?.status ?? 0, text: first?.text ?? '' };
}

function expectOnTime({ took }: { took: number }, configured = deadline): void {
  // Node's timers may come a millisecond early.
  expect(took).toBeGreaterThanOrEqual(configured - 2);
  expect(took).toBeLessThanOrEqual(configured + 50);
}

describe('deadlines hold: each fires within 50 ms', () => {
  it('no connection', async () => {
    const upstream = upstreamAt({ baseURL: 'http://127.0.0.1:9/v1' }, { connect: () => {} });
    const result = await timeCalls({ timeouts: { connect: deadline } }, { upstream });
    expectOnTime(result);
    expect(result).toMatchObject({ status: 504, text: expect.stringContaining('(connect)') });
  });

  it('no headers', async () => {
    await using server = await simulatedOpenAI();
    server.fail({ type: 'hang' });
    const result = await timeCalls({ timeouts: { firstByte: deadline } }, { upstream: upstreamAt(server) });
    expectOnTime(result);
    expect(result).toMatchObject({ status: 504, text: expect.stringContaining('(firstByte)') });
  });

  it('headers and a role, but no first token', async () => {
    await using server = await simulatedOpenAI();
    server.fail({ type: 'hang-mid-stream', afterEvents: 1 });
    const streamed = { ...question, stream: true };
    const result = await timeCalls(
      { timeouts: { firstByte: deadline } },
      { upstream: upstreamAt(server) },
      streamed,
    );
    expectOnTime(result);
    expect(result.status).toBe(504);
  });

  it('silence between two tokens ends with one error event', async () => {
    await using server = await simulatedOpenAI();
    server.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    const streamed = { ...question, stream: true };
    const result = await timeCalls(
      { timeouts: { idle: deadline } },
      { upstream: upstreamAt(server) },
      streamed,
    );
    expectOnTime(result);
    expect(result.status).toBe(200);
    expect(result.text.match(/"error":/g)).toHaveLength(1);
    expect(result.text).not.toContain('[DONE]');
  });

  it('silence between two pieces of a whole answer', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices":');
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const upstream = upstreamAt({ baseURL: `http://127.0.0.1:${port}/v1` });
    const result = await timeCalls({ timeouts: { idle: deadline } }, { upstream });
    server.closeAllConnections();
    server.close();
    expectOnTime(result);
    expect(result.status).toBe(504);
  });

  it('the total holds over several targets that each are within their own time', async () => {
    await using server = await simulatedOpenAI();
    server.fail({ type: 'hang' });
    const upstreams = { first: upstreamAt(server), second: upstreamAt(server) };
    const result = await timeCalls({ timeouts: { firstByte: 80, total: deadline } }, upstreams);
    expectOnTime(result);
    expect(result).toMatchObject({ status: 504, text: expect.stringContaining('deadline_exceeded') });
  });

  it('the total holds while waiting in line', async () => {
    await using server = await simulatedOpenAI();
    server.fail({ type: 'hang' });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(server, { maxConcurrency: 1 }) },
      models: { chat: `only/${model}` },
      open: true,
      timeouts: { total: deadline },
    });
    const start = performance.now();
    const responses = await Promise.all([ask(gateway), ask(gateway)]);
    expectOnTime({ took: performance.now() - start });
    expect(responses.map(({ status }) => status)).toEqual([504, 504]);
    expect(server.requests).toHaveLength(1);
    expect(gateway.stats().targets[0]).toMatchObject({ active: 0, waiting: 0 });
  });

  it('the total holds while pausing between rounds', async () => {
    await using server = await simulatedOpenAI();
    server.fail({ type: 'status', status: 500 });
    const options = {
      retry: { rounds: 1_000, savings: 1_000 },
      timeouts: { total: deadline },
      random: () => 0.1,
    };
    const result = await timeCalls(options, { upstream: upstreamAt(server) });
    expect(result.took).toBeLessThanOrEqual(deadline + 50);
    expect(result.status).toBe(502);
  });

  it('the total holds for a key function, a layer and an identify that never answer', async () => {
    await using server = await simulatedOpenAI();
    const timeouts = { total: deadline };
    const results = await Promise.all([
      timeCalls({ timeouts }, { upstream: upstreamAt(server, { apiKey: () => never }) }),
      timeCalls({ timeouts, layers: [() => () => never] }, { upstream: upstreamAt(server) }),
      timeCalls({ timeouts, identify: () => never }, { upstream: upstreamAt(server) }),
    ]);
    for (const result of results) {
      expectOnTime(result);
      expect(result.status).toBe(504);
    }
    expect(server.requests.length).toBeLessThanOrEqual(5);
  });

  it('a body that does not come', async () => {
    await using server = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(server) },
      models: { chat: `only/${model}` },
      open: true,
      timeouts: { body: deadline },
    });
    await using host = await startHost(gateway);
    const socket = connect(host.port, '127.0.0.1');
    const start = performance.now();
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"model"');
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(data.toString()));
    });
    expectOnTime({ took: performance.now() - start });
    expect(answer).toContain('HTTP/1.1 408 ');
    socket.destroy();
  });
});
