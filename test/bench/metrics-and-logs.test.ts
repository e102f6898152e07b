import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGateway, type Layer, openai } from '@vector-engine/core';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { CallLog } from '../../packages/core/src/observe/log-calls.ts';
import { Meter } from '../../packages/core/src/observe/metrics/meter.ts';
import type { RequestStory } from '../../packages/core/src/observe/request-story.ts';
import { guardLogger } from '../../packages/core/src/protocol/logger.ts';
import { question } from '../reliability/support.ts';
import { quantile } from './statistics.ts';

/** The share of a call's own work that metrics may add to it. */
const promised = 0.05;
const rounds = 30;

const target = { upstream: 'openai', model: 'gpt-4o' };
const principal = { tenant: 'acme', id: 'ann' };
const usage = { inputTokens: 1200, outputTokens: 300, cachedInputTokens: 1000, reasoningTokens: 100 };
const success = { health: 'success', usage } as const;

/** Calls as they are: to a few models, each name a new text. */
function storyOf(index: number, model = `model-${index % 5}`): RequestStory {
  const facts = { operation: 'chat', model, stream: index % 2 === 0 } as const;
  return {
    id: 'req_019a0000000000000000000000000000',
    requestId: undefined,
    isCall: true,
    request: { id: 'req_019a0000000000000000000000000000', principal, priority: 'interactive', ...facts },
    startedAt: 1.7e12,
    principal,
    facts,
    target,
    key: 0,
    status: 200,
    error: undefined,
    attempts: 1,
    continuations: 0,
    usage,
    cost: 1_234_567,
    priceSource: 'catalogue',
    saved: undefined,
    milliseconds: 100 + (index % 4000),
    firstByteMilliseconds: 50 + (index % 400),
    cache: undefined,
    tags: [],
    dropped: undefined,
    adjusted: undefined,
    redacted: undefined,
    notes: undefined,
    traceless: false,
    steps: undefined,
  };
}

const stories = Array.from({ length: 1000 }, (_, index) => storyOf(index));
const newMeter = (): Meter =>
  new Meter({
    isServed: (name) => name.startsWith('model-'),
    nameOf: (name) => name,
    models: 200,
    tenants: 0,
  });

/** Nanoseconds that each of `count` takes; of a machine that has other things to do, the quiet rounds count. */
function measure(count: number, act: (index: number) => void): number {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    for (let index = 0; index < count; index++) act(index);
    return ((performance.now() - start) * 1e6) / count;
  });
  return quantile(
    times.toSorted((one, other) => one - other),
    0.2,
  );
}

/** Nanoseconds of a call that costs as little as one can: no upstream is asked, and no socket is involved. */
async function measureCall(): Promise<number> {
  const answer = Buffer.from('{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello"}}]}');
  const answering: Layer = () => (_call, context) => {
    context.settle(success);
    const headers = { 'content-type': 'application/json' };
    return Promise.resolve({ kind: 'verbatim', status: 200, headers, body: answer });
  };
  await using gateway = createGateway({
    open: true,
    upstreams: { openai: openai({ apiKey: 'k' }) },
    models: { chat: 'openai/gpt-4o' },
    layers: [answering],
    ledger: false,
  });
  const body = JSON.stringify(question);
  const headers = { 'content-type': 'application/json' };
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let index = 0; index < 100; index++) {
      const response = await gateway.fetch('http://g/v1/chat/completions', { method: 'POST', headers, body });
      await response.arrayBuffer();
    }
    times.push(((performance.now() - start) * 1e6) / 100);
  }
  return quantile(
    times.toSorted((one, other) => one - other),
    0.2,
  );
}

describe('what is measured and logged', () => {
  test('costs a call at most a twentieth of what it costs without, and a line in the log no more than a fifth', async () => {
    const meter = newMeter();
    const metered = measure(20_000, (index) => {
      const story = stories[index % stories.length];
      if (story === undefined) return;
      meter.attempted(target, success, 120);
      meter.ended(story);
    });
    const logger = guardLogger(pino({}, { write: () => undefined }));
    const log = new CallLog(logger, () => true);
    const logged = measure(2000, (index) => {
      const story = stories[index % stories.length];
      if (story !== undefined) log.ended(story);
    });
    const call = await measureCall();
    const share = (nanoseconds: number): string => `${((100 * nanoseconds) / call).toFixed(1)} %`;
    console.log(
      `a call ${Math.round(call)} ns; metrics ${Math.round(metered)} ns (${share(metered)}), a line of pino's ${Math.round(logged)} ns (${share(logged)})`,
    );
    expect(metered / call).toBeLessThan(promised);
    expect(logged / call).toBeLessThan(4 * promised);
  });

  test('takes no more memory after a million calls than after ten thousand', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    const used = (): number => {
      if (typeof collect === 'function') collect();
      return process.memoryUsage().heapUsed;
    };
    const meter = newMeter();
    const run = (count: number): void => {
      for (let index = 0; index < count; index++) {
        const story = stories[index % stories.length];
        if (story === undefined) continue;
        // Half of them are names that nobody serves, each another.
        const made = index % 2 === 0 ? story : storyOf(index, `made-up-${index}`);
        meter.attempted(target, success, index % 5000);
        meter.ended(made);
      }
    };
    run(10_000);
    for (const family of meter.families()) await family.read();
    const before = used();
    run(1_000_000);
    const growth = used() - before;
    console.log(`${growth} bytes after a million`);
    expect(growth).toBeLessThan(200_000);
    let samples = 0;
    for (const family of meter.families()) samples += (await family.read()).length;
    expect(samples).toBeLessThan(400);
  });
});
