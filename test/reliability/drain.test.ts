import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createGateway } from '@vector-engine/core';
import { manualClock, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, question, startHost, until, upstreamAt } from './support.ts';

const grace = 5000;

/** Reads a stream over a socket and tells what there is of it so far. */
async function openStream(origin: string): Promise<{ text: () => string; ended: Promise<void> }> {
  const response = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...question, stream: true }),
  });
  let text = '';
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  };
  return { text: () => text, ended: read() };
}

describe('drain', () => {
  it('with 50 streams open: new calls are 503, none is cut before the grace ends, then each has one honest error', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    const gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
      clock,
      timeouts: { idle: 100_000 },
    });
    await using host = await startHost(gateway);
    const streams = await Promise.all(Array.from({ length: 50 }, () => openStream(host.origin)));
    await until(() => streams.every(({ text }) => text().length > 0), 'every stream has begun');

    const events: string[] = [];
    const closed = gateway.close({ grace }).then(() => events.push('closed'));
    const refused = await fetch(`${host.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    await refused.arrayBuffer();

    await clock.advance(grace - 1);
    expect(events).toEqual([]);
    expect(upstream.openRequests).toBe(50);
    expect(streams.filter(({ text }) => text().includes('"error"'))).toHaveLength(0);

    await clock.advance(1);
    await closed;
    await Promise.all(streams.map(({ ended }) => ended));
    for (const { text } of streams) {
      expect(text().match(/data: \{"error":.*"shutting_down".*\}\n\n$/g)).toHaveLength(1);
      expect(text()).not.toContain('[DONE]');
    }
    await until(() => upstream.openConnections === 0, 'the upstream connections are closed');
    expect(host.server.listening).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('closing ends when the last stream does, long before the grace', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
      clock,
    });
    const response = await ask(gateway, { ...question, stream: true });
    const closed = gateway.close({ grace: 3_600_000 });
    expect(await response.text()).toMatch(/data: \[DONE\]\n\n$/);
    await closed;
    expect(clock.pending).toBe(0);
  });

  it('closing does not wait for ever for a key function or an identify that hangs', async () => {
    await using upstream = await simulatedOpenAI();
    const never = new Promise<never>(() => {});
    for (const hanging of [
      { upstreams: { only: upstreamAt(upstream, { apiKey: () => never }) }, open: true },
      { upstreams: { only: upstreamAt(upstream) }, identify: () => never },
    ] as const) {
      const gateway = createGateway({ ...hanging, models: { chat: `only/${model}` } });
      const answer = ask(gateway);
      await gateway.close({ grace: 20 });
      expect((await answer).status).toBe(503);
    }
  });

  it('no handle remains: a process that has closed everything exits by itself', async () => {
    const script = fileURLToPath(new URL('close-and-exit.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@vector-engine/source', script],
      { timeout: 10_000 },
    );
    expect(JSON.parse(stdout)).toEqual({ statuses: [200, 200], listeners: 0 });
  });
});
