import { createGateway, memoryLedger } from '@vector-engine/core';
import { type RequestFault, simulatedOpenAI } from '@vector-engine/testing';
import { expect, it } from 'vitest';
import { runFor, sampleRss } from './load.ts';
import { youngGeneration } from './memory.ts';
import { ask, model, question, until, upstreamAt } from './support.ts';

const listeners = (): number =>
  process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

it('a soak of mixed traffic with faults: memory and listeners do not grow', {
  timeout: 120_000,
}, async () => {
  const faults: readonly (RequestFault | undefined)[] = [
    undefined,
    undefined,
    undefined,
    undefined,
    { type: 'reset-before-headers' },
    { type: 'reset-after-headers' },
    { type: 'status', status: 500 },
    { type: 'status', status: 429, headers: { 'retry-after': '0' } },
    { type: 'status', status: 400 },
    { type: 'cut', afterEvents: 3, how: 'reset' },
    { type: 'cut', afterEvents: 1, how: 'close' },
    { type: 'garbage', content: 'sse' },
    { type: 'hang' },
    { type: 'gzip' },
    { type: 'write', chunkSize: 7 },
    { type: 'error-event', afterEvents: 3 },
  ];
  await using first = await simulatedOpenAI({ keepRequests: 1 });
  await using second = await simulatedOpenAI({ keepRequests: 1 });
  for (const [offset, upstream] of [first, second].entries())
    upstream.fail((_request, index) => faults[(index * 7 + offset * 5) % faults.length]);
  await using gateway = createGateway({
    upstreams: {
      first: upstreamAt(first, { apiKey: ['sk-key-one', 'sk-key-two'] }),
      second: upstreamAt(second),
    },
    models: { chat: [`first/${model}`, `second/${model}`] },
    open: true,
    // Full after the first seconds: what is looked for is what nobody meant to keep.
    ledger: memoryLedger({ entries: 500 }),
    timeouts: { firstByte: 200, idle: 200, total: 2000 },
    breaker: { resetAfter: 300 },
    retry: { longestPause: 50 },
  });
  let ended = 0;
  const off = gateway.on('end', () => {
    ended++;
  });
  const listenersBefore = listeners();
  const call = async (index: number): Promise<void> => {
    const body = { ...question, stream: index % 2 === 0, pad: 'x'.repeat((index * 37) % 20_000) };
    const leave = new AbortController();
    const asked = ask(gateway, index % 50 === 0 ? { model: 'nobody' } : body, { signal: leave.signal });
    try {
      const response = await asked;
      if (index % 11 === 0) leave.abort();
      await response.text();
    } catch {
      // Those who left, and answers that broke off.
    }
    // Where everybody is left alone for a moment, the loop must still turn.
    if (index % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  // Callers and upstreams live here, too: it takes a while until the heap of all of them, and the ledger, have their size.
  const warmUp = await runFor(12_000, 40, call);
  const soak = runFor(24_000, 40, call);
  const rss = await sampleRss(soak);
  const calls = await soak;
  off();
  expect(calls).toBeGreaterThan(5000);
  // Some time after the beginning the engine has taken what it will.
  expect(rss.tenth(10)).toBeLessThanOrEqual(1.1 * rss.tenth(4) + youngGeneration);
  expect(listeners()).toBe(listenersBefore);
  await until(() => gateway.stats().active === 0, 'everything is settled');
  expect(ended).toBe(warmUp + calls);
  for (const target of gateway.stats().targets) expect(target).toMatchObject({ active: 0, waiting: 0 });
});
