import type { Socket } from 'node:net';
import { createGateway } from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { frameworks, startHost as startHostNamed } from '../hosts/hosts.ts';
import { stall, startFlood } from './load.ts';
import { mebibyte, watchMemory } from './memory.ts';
import { ask, model, question, startHost, until, upstreamAt } from './support.ts';

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

  it.each(['node:http', ...frameworks] as const)(
    'a caller that never reads a large whole answer is closed in time: %s',
    async (name) => {
      const content = 'x'.repeat(3_500_000);
      await using upstream = await replay({
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content } }] }),
      });
      await using gateway = createGateway({
        upstreams: { only: upstreamAt(upstream) },
        models: { chat: `only/${model}` },
        open: true,
        timeouts: { write: 200 },
      });
      await using host = await startHostNamed(name, gateway);
      // Were it read, everything would come.
      expect((await ask(gateway)).status).toBe(200);
      const connection = new Promise<Socket>((resolve) => host.server.once('connection', resolve));
      // The kernel takes some megabytes by itself: one answer after the other, until it is full.
      const caller = await stall(host.port, question, 4);
      const socket = await connection;
      await until(() => socket.destroyed, 'the connection is closed');
      caller.destroy();
    },
  );
});
