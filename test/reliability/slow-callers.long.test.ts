import { connect } from 'node:net';
import { createGateway } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { runFor, stall, startFlood } from './load.ts';
import { mebibyte } from './memory.ts';
import { model, percentile, question, startHost, until, upstreamAt } from './support.ts';

describe('slow readers cost little', () => {
  it('50 stalled callers of 200 MB each: at most 10 MB a caller, flat, then killed', async () => {
    const clients = 50;
    await using upstream = await startFlood(200 * mebibyte);
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
      timeouts: { write: 12_000 },
    });
    await using host = await startHost(gateway);
    const before = process.memoryUsage.rss();
    const growth = (): number => (process.memoryUsage.rss() - before) / mebibyte / clients;
    const sockets = await Promise.all(
      Array.from({ length: clients }, () => stall(host.port, { ...question, stream: true })),
    );
    await until(() => upstream.opened === clients, 'every stream has begun');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const early = growth();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(gateway.stats().active).toBe(clients);
    expect(early).toBeLessThanOrEqual(10);
    expect(growth()).toBeLessThanOrEqual(early + 0.5);
    await until(() => upstream.closed === clients, 'the upstreams are closed', 30_000);
    await until(() => gateway.stats().active === 0, 'everything is settled');
    for (const socket of sockets) socket.destroy();
  });
});

describe('slow bodies hurt nobody', () => {
  it("200 half-sent bodies: each has its own deadline, and the others' p99 at most doubles", async () => {
    await using upstream = await simulatedOpenAI({ keepRequests: 1 });
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
      timeouts: { body: 5000 },
    });
    await using host = await startHost(gateway);
    const measure = async (): Promise<number> => {
      const took: number[] = [];
      await runFor(3000, 4, async () => {
        const start = performance.now();
        const response = await fetch(`${host.origin}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(question),
        });
        await response.arrayBuffer();
        expect(response.status).toBe(200);
        took.push(performance.now() - start);
      });
      return percentile(took, 0.99);
    };
    await measure();
    const alone = await measure();
    const answers = Array.from({ length: 200 }, () => {
      const socket = connect(host.port, '127.0.0.1');
      socket.write(
        'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"model":"ch',
      );
      return new Promise<string>((resolve) => {
        socket.once('data', (data) => {
          resolve(data.toString().slice(0, 12));
          socket.destroy();
        });
      });
    });
    await until(() => gateway.stats().active >= 200, 'the bodies are half sent');
    const beside = await measure();
    expect(gateway.stats().active).toBeGreaterThanOrEqual(200);
    // Below a few milliseconds it is the machine that is measured.
    expect(beside).toBeLessThanOrEqual(Math.max(2 * alone, 10));
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['HTTP/1.1 408']));
  });
});
