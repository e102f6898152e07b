import { memoryStore, type Store } from '@vector-engine/core';
import { type ManualClock, manualClock } from '@vector-engine/testing';
import { describe, expect, test, vi } from 'vitest';
import { openWorld } from './responses-world.ts';

const hang = (): Promise<never> => new Promise(() => {});
const throwing = (): never => {
  throw new Error('no connection');
};
const memory = memoryStore();
const working: Store = {
  get: memory.get.bind(memory),
  set: memory.set.bind(memory),
  delete: memory.delete.bind(memory),
};

/** Lets time pass until it is settled. */
async function patiently<Result>(promise: Promise<Result>, clock: ManualClock): Promise<Result> {
  const state = { isOver: false };
  const over = promise.finally(() => {
    state.isOver = true;
  });
  over.catch(() => {});
  await vi.waitFor(async () => {
    await clock.advance(500);
    expect(state.isOver).toBe(true);
  });
  return over;
}

describe('a store that hangs', () => {
  test('holds a conversation up for two seconds, and that is told', async () => {
    const clock = manualClock();
    await using at = await openWorld({ memory: { ...working, get: hang }, clock });
    const asked = { model: 'gpt', input: 'x', previous_response_id: 'resp_1' };
    const before = clock.now();
    await expect(patiently(at.client.responses.create(asked), clock)).rejects.toMatchObject({
      status: 503,
      code: 'store_failed',
    });
    expect(clock.now() - before).toBeLessThan(10_000);
  });

  test("does not outlast the call's own deadline", async () => {
    await using at = await openWorld({ memory: { ...working, get: hang }, timeouts: { total: 100 } });
    const asked = { model: 'gpt', input: 'x', previous_response_id: 'resp_1' };
    const started = performance.now();
    await expect(at.client.responses.create(asked)).rejects.toMatchObject({ status: 504 });
    // And neither does it where turns are looked up for an upstream.
    const messages = [
      { role: 'user' as const, content: 'x' },
      { role: 'assistant' as const, content: 'y' },
      { role: 'user' as const, content: 'z' },
    ];
    await expect(at.client.chat.completions.create({ model: 'writer', messages })).rejects.toMatchObject({
      status: 504,
    });
    expect(performance.now() - started).toBeLessThan(1500);
    expect(at.gateway.stats().targets.every(({ active }) => active === 0)).toBe(true);
  });

  test('keeps nobody from an answer for longer, whole or streamed', async () => {
    const clock = manualClock();
    const warn = vi.fn<(fields: object, message: string) => void>();
    const logger = { debug: warn, info: warn, warn, error: warn };
    await using at = await openWorld({ memory: { ...working, set: hang }, clock, logger });
    const whole = await patiently(at.client.responses.create({ model: 'writer', input: 'x' }), clock);
    expect(whole.output_text).toBe('Paris.');
    expect(warn.mock.calls.map(([, message]) => message)).toContain('a response could not be kept');
  });
});

/** Stores that somebody wrote without types. */
const loose: readonly (readonly [what: string, store: object])[] = [
  ['throws in place of rejecting', { get: throwing, set: throwing, delete: throwing }],
  ['says nothing in its own way', { get: () => null, set: () => 'OK', delete: () => 0 }],
  ['gives back half of what was set', { ...working, get: () => Promise.resolve('{"about":{"tar') }],
];

describe.each(loose)('a store that %s', (_, store) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It is not what it should be.
  const memoryOfSomebody = store as Store;

  test('keeps nobody from an answer', async () => {
    await using at = await openWorld({ memory: memoryOfSomebody });
    const { output_text: text } = await at.client.responses.create({ model: 'writer', input: 'x' });
    expect(text).toBe('Paris.');
    const messages = [
      { role: 'user' as const, content: 'x' },
      { role: 'assistant' as const, content: 'y' },
      { role: 'user' as const, content: 'z' },
    ];
    const chat = await at.client.chat.completions.create({ model: 'writer', messages });
    expect(chat.choices[0]?.message.content).toBe('Paris.');
  });

  test('is an error of its own, or a miss, and none of the gateway', async () => {
    await using at = await openWorld({ memory: memoryOfSomebody });
    const error: unknown = await at.client.responses.retrieve('resp_1').catch((thrown: unknown) => thrown);
    expect([404, 503]).toContain((error as { status?: number }).status);
  });
});
