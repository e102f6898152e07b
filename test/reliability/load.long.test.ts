import { createGateway, memoryLedger } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { expect, it } from 'vitest';
import { runFor, sampleRss } from './load.ts';
import { heapAtRest, mebibyte, youngGeneration } from './memory.ts';
import { model, question, startHost, until, upstreamAt } from './support.ts';

it('500 concurrent requests for half a minute: no error, memory flat', { timeout: 120_000 }, async () => {
  await using first = await simulatedOpenAI({ keepRequests: 1 });
  await using second = await simulatedOpenAI({ keepRequests: 1 });
  await using gateway = createGateway({
    upstreams: { first: upstreamAt(first, { maxConcurrency: 300 }), second: upstreamAt(second) },
    models: { chat: [`first/${model}`, `second/${model}`] },
    open: true,
    // It is full before anything is looked at.
    ledger: memoryLedger({ entries: 500 }),
  });
  await using host = await startHost(gateway);
  let failures = 0;
  const call = async (index: number): Promise<void> => {
    const response = await fetch(`${host.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...question, stream: index % 2 === 0 }),
    });
    const text = await response.text();
    if (response.status !== 200 || text.includes('"error"')) failures++;
  };
  // Callers and upstreams live here, too: it takes half of the time until the heap of all of them has found its size.
  await runFor(15_000, 500, call);
  const heapBefore = await heapAtRest();
  const load = runFor(15_000, 500, call);
  const rss = await sampleRss(load);
  expect(await load).toBeGreaterThan(2500);
  expect(failures).toBe(0);
  expect(rss.tenth(10)).toBeLessThanOrEqual(1.1 * rss.tenth(5) + youngGeneration);
  expect(((await heapAtRest()) - heapBefore) / mebibyte).toBeLessThanOrEqual(8);
  await until(() => gateway.stats().active === 0, 'everything is settled');
});
