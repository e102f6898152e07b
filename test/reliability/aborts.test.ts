import { type ClientRequest, request } from 'node:http';
import { createGateway, type Gateway } from '@vector-engine/core';
import {
  type Fault,
  type SimulatedUpstream,
  selfSignedCertificate,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { plainServer } from '../plain-server.ts';
import { ask, type Host, model, percentile, question, startHost, until, upstreamAt } from './support.ts';

const rounds = 100;
const certificate = selfSignedCertificate();

/** A caller with a socket of its own. Resolves `spoke` when something of the answer has come. */
function call(host: Host, body: object): { request: ClientRequest; spoke: Promise<void> } {
  const outgoing = request(`${host.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    agent: false,
  });
  outgoing.on('error', () => undefined);
  const spoke = new Promise<void>((resolve) => {
    outgoing.on('response', (response) => {
      response.on('error', () => undefined);
      response.once('data', () => resolve());
    });
  });
  outgoing.end(JSON.stringify(body));
  return { request: outgoing, spoke };
}

interface Bench {
  readonly upstream: SimulatedUpstream;
  readonly gateway: Gateway;
  readonly host: Host;
}

async function withBench(
  { http2, fault }: { http2: boolean; fault: Fault },
  run: (bench: Bench) => Promise<void>,
): Promise<void> {
  await using upstream = await simulatedOpenAI(http2 ? { tls: certificate, http2 } : {});
  upstream.fail(fault);
  await using gateway = createGateway({
    upstreams: { only: upstreamAt(upstream, http2 ? { connect: { ca: certificate.cert } } : {}) },
    models: { chat: `only/${model}` },
    open: true,
  });
  await using host = await startHost(gateway);
  await run({ upstream, gateway, host });
}

const waits: readonly { state: string; fault: Fault; stream: boolean }[] = [
  { state: 'thinking', fault: { type: 'hang' }, stream: false },
  { state: 'thinking about a stream', fault: { type: 'hang' }, stream: true },
  { state: 'holding a role-only chunk', fault: { type: 'hang-mid-stream', afterEvents: 1 }, stream: true },
  { state: 'streaming', fault: { type: 'hang-mid-stream', afterEvents: 3 }, stream: true },
];

describe("the client's abort reaches the upstream", () => {
  for (const http2 of [false, true]) {
    for (const { state, fault, stream } of waits) {
      const what = http2 ? 'HTTP/2 stream closes while its session stays' : 'HTTP/1 socket closes';
      it(`${state}: the ${what}, p99 within 20 ms`, async () => {
        await withBench({ http2, fault }, async ({ upstream, gateway, host }) => {
          await using plain = await plainServer();
          const delays: number[] = [];
          for (let round = 1; round <= rounds; round++) {
            const caller = call(host, { ...question, stream });
            if (state === 'streaming') await caller.spoke;
            await upstream.waitForRequests(round);
            const record = upstream.requests[round - 1];
            const start = performance.now();
            caller.request.destroy();
            await record?.closed;
            delays.push(performance.now() - start);
            expect(record?.aborted).toBe(true);
            await plain.leave();
          }
          // 100 samples: the 99th percentile is all but the worst one.
          expect(percentile(delays, 0.99)).toBeLessThanOrEqual(plain.within(20));
          await until(() => gateway.stats().active === 0, 'everything is settled');
          expect(gateway.stats().targets[0]).toMatchObject({ active: 0, waiting: 0, breaker: 'closed' });
          // The session of HTTP/2 stays, and has been the only one; of HTTP/1 nothing is left.
          await until(() => upstream.openConnections === (http2 ? 1 : 0), 'the sockets are closed');
          expect(upstream.connections).toBe(http2 ? 1 : rounds);
        });
      });
    }
  }

  it('queued: the place in line is free again at once, and nothing is ever sent', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang' });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream, { maxConcurrency: 1 }) },
      models: { chat: `only/${model}` },
      open: true,
    });
    await using host = await startHost(gateway);
    await using plain = await plainServer();
    const first = call(host, question);
    await upstream.waitForRequests(1);
    const delays: number[] = [];
    const waiting = (): number => gateway.stats().targets[0]?.waiting ?? -1;
    for (let round = 0; round < rounds; round++) {
      const caller = call(host, question);
      await until(() => waiting() === 1, 'it waits in line');
      const start = performance.now();
      caller.request.destroy();
      await until(() => waiting() === 0, 'it has left');
      delays.push(performance.now() - start);
      await plain.leave();
    }
    expect(percentile(delays, 0.99)).toBeLessThanOrEqual(plain.within(20));
    first.request.destroy();
    await until(() => gateway.stats().active === 0, 'everything is settled');
    expect(upstream.requests).toHaveLength(1);
  });

  it('in process, an aborted signal does the same', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
    });
    const leave = new AbortController();
    const response = await ask(gateway, { ...question, stream: true }, { signal: leave.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    leave.abort();
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]?.aborted).toBe(true);
    await expect(reader?.read()).rejects.toThrow('aborted');
  });

  it('the tokens that the provider had reported before the abort are in the books', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
    });
    const ended = new Promise<number>((resolve) => {
      gateway.on('end', ({ status }) => resolve(status));
    });
    const leave = new AbortController();
    const response = await ask(gateway, { ...question, stream: true }, { signal: leave.signal });
    leave.abort();
    await response.body?.cancel().catch(() => undefined);
    expect(await ended).toBe(200);
    expect(gateway.stats()).toMatchObject({ active: 0, requests: 1 });
  });
});
