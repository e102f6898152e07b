import { manualClock } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../protocol/clock.ts';
import type { Store, StoreKey } from '../protocol/store.ts';
import { guardStore } from './guard-store.ts';
import { memoryStore } from './memory-store.ts';

const key: StoreKey = { tenant: 't', kind: 'turn', id: 'a' };

/** A store that somebody wrote without types. */
function loose(methods: Record<keyof Store, () => unknown>): Store {
  return methods as unknown as Store;
}

const hang = (): Promise<never> => new Promise(() => {});

const throwing = (): never => {
  throw new Error('no connection');
};

describe('a guarded store', () => {
  test('does what the store does', async () => {
    const store = guardStore(memoryStore(), systemClock);
    await store.set(key, 'x', 1000);
    expect(await store.get(key)).toBe('x');
    expect(await store.delete(key)).toBe(true);
    expect(await store.delete(key)).toBe(false);
    expect(await store.get(key)).toBeUndefined();
  });

  test('that hangs has failed after two seconds, and leaves no timer where it does not', async () => {
    const clock = manualClock();
    const store = guardStore({ get: hang, set: hang, delete: hang }, clock);
    const outcomes = Promise.allSettled([store.get(key), store.set(key, 'x', 1), store.delete(key)]);
    await clock.advance(2000);
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await guardStore(memoryStore(), clock).get(key);
    expect(clock.pending).toBe(0);
  });

  test('that throws has failed, too', async () => {
    const store = guardStore(loose({ get: throwing, set: throwing, delete: throwing }), systemClock);
    await expect(store.get(key)).rejects.toThrow('no connection');
    await expect(store.set(key, 'x', 1)).rejects.toThrow('no connection');
    await expect(store.delete(key)).rejects.toThrow('no connection');
  });

  test('may say in its own way that there is nothing, and not give back another thing than a text', async () => {
    const redis = { get: () => null, set: () => 'OK', delete: () => 1 };
    const store = guardStore(loose(redis), systemClock);
    expect(await store.get(key)).toBeUndefined();
    expect(await store.delete(key)).toBe(true);
    const bytes = guardStore(loose({ ...redis, get: () => Buffer.from('x') }), systemClock);
    await expect(bytes.get(key)).rejects.toThrow(/gives the text/);
  });
});
