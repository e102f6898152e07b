import { manualClock } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { type Key, KeyRing } from './key-ring.ts';

async function take(ring: KeyRing, times: number): Promise<string> {
  const keys: string[] = [];
  for (let time = 0; time < times; time++) keys.push((await ring.take()).value ?? '');
  return keys.join(' ');
}

const key = (index: number): Key => ({ index, value: undefined });

describe('KeyRing', () => {
  test('several keys take turns', async () => {
    expect(await take(new KeyRing(['a', 'b', 'c'], manualClock()), 7)).toBe('a b c a b c a');
  });

  test('a key at rest is passed over until its time has come', async () => {
    const clock = manualClock();
    const ring = new KeyRing(['a', 'b', 'c'], clock);
    ring.rest(key(1), 'limited', 1000);
    expect(ring).toMatchObject({ size: 3, resting: 1, hasAwake: true, limitedFor: 0 });
    expect(await take(ring, 4)).toBe('a c a c');
    await clock.advance(1000);
    expect(ring.resting).toBe(0);
    expect(await take(ring, 3)).toMatch(/^(a b c|b c a|c a b)$/);
  });

  test('with all at rest they take turns all the same', async () => {
    const ring = new KeyRing(['a', 'b', 'c'], manualClock());
    for (const index of [0, 1, 2]) ring.rest(key(index), 'refused', 1000);
    expect(ring.hasAwake).toBe(false);
    expect(await take(ring, 6)).toBe('a b c a b c');
  });

  test('a rest is never shortened', async () => {
    const clock = manualClock();
    const ring = new KeyRing('a', clock);
    ring.rest(key(0), 'limited', 5000);
    ring.rest(key(0), 'limited', 10);
    expect(ring.limitedFor).toBe(5000);
    await clock.advance(4999);
    expect(ring.hasAwake).toBe(false);
    await clock.advance(1);
    expect(ring.hasAwake).toBe(true);
  });

  test('tells for how long all are over their limit, and nothing of that when one is only refused', () => {
    const ring = new KeyRing(['a', 'b'], manualClock());
    ring.rest(key(0), 'limited', 700);
    expect(ring.limitedFor).toBe(0);
    ring.rest(key(1), 'limited', 300);
    expect(ring.limitedFor).toBe(300);
    ring.rest(key(1), 'refused', 60_000);
    expect(ring.limitedFor).toBe(0);
  });

  test('an upstream without a key has one that is nothing', async () => {
    const ring = new KeyRing(undefined, manualClock());
    expect(await ring.take()).toEqual({ index: 0, value: undefined });
    expect(ring).toMatchObject({ size: 1, hasAwake: true });
  });

  test('a function is asked every time', async () => {
    let asked = 0;
    expect(await take(new KeyRing(() => `token-${++asked}`, manualClock()), 2)).toBe('token-1 token-2');
    expect(await take(new KeyRing(() => Promise.resolve('later'), manualClock()), 1)).toBe('later');
  });

  test.each([
    ['nothing', () => ''],
    ['a line break', () => 'key\r\nx-evil: 1'],
    ['no string', () => undefined as unknown as string],
    [
      'an error',
      () => {
        throw new Error('vault is sealed');
      },
    ],
  ])('a function that gives %s is a rejection, which does not quote it', async (_what, source) => {
    const taken = Promise.resolve(new KeyRing(source, manualClock()).take());
    await expect(taken).rejects.toThrow(/did not return a key|vault is sealed/);
    await expect(taken).rejects.not.toThrow(/evil/);
  });
});
