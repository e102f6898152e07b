import { createGateway } from '@vector-engine/core';
import { describe, expect, it } from 'vitest';
import { stall, startFlood } from './load.ts';
import { mebibyte, watchMemory } from './memory.ts';
import { model, question, startHost, until, upstreamAt } from './support.ts';

describe('slow readers cost little', () => {
  it('a stalled caller of an endless stream takes a bounded piece of memory, is killed in time, and the upstream is closed', async () => {
    const clients = 5;
    await using upstream = await startFlood(Number.POSITIVE_INFINITY);
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
      timeouts: { write: 300 },
    });
    await using host = await startHost(gateway);
    const memory = watchMemory();
    const sockets = await Promise.all(
      Array.from({ length: clients }, () => stall(host.port, { ...question, stream: true })),
    );
    await until(() => upstream.opened === clients, 'every stream has begun');
    expect(gateway.stats().active).toBe(clients);
    await until(() => upstream.closed === clients, 'the upstream is closed');
    memory.stop();
    expect(memory.growth() / mebibyte / clients).toBeLessThanOrEqual(10);
    await until(() => gateway.stats().active === 0, 'everything is settled');
    expect(gateway.stats().targets[0]).toMatchObject({ active: 0, breaker: 'closed' });
    for (const socket of sockets) socket.destroy();
  });
});
