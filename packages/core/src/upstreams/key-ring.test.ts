import { manualClock } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { type Key, KeyRing } from './key-ring.ts';

async function take(ring: KeyRing, times: number): Promise<string> {
  const keys: string[] = [];
  for (let time = 0; time < times; time++) keys.push((await ring.take()).value ?? '');
  return keys.join(' ');
}

const key = (index: number): Key => ({ index, value: undefined });

const isB = (value: string | undefined): boolean => value === 'b';

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

  test('tells for how long to wait for the first of those over their limit, while none is awake', () => {
    const ring = new KeyRing(['a', 'b'], manualClock());
    ring.rest(key(0), 'limited', 700);
    expect(ring.limitedFor).toBe(0);
    ring.rest(key(1), 'limited', 300);
    expect(ring.limitedFor).toBe(300);
    // One that was refused is nothing to wait for, and no reason not to.
    ring.rest(key(1), 'refused', 60_000);
    expect(ring.limitedFor).toBe(700);
    ring.rest(key(0), 'refused', 60_000);
    expect(ring.limitedFor).toBe(0);
  });

  test('an upstream without a key has one that is nothing', async () => {
    const ring = new KeyRing(undefined, manualClock());
    expect(await ring.take()).toEqual({ index: 0, value: undefined });
    expect(ring).toMatchObject({ size: 1, hasAwake: true });
  });

  test('tells of every rest that is ordered, and of none that changes nothing', () => {
    const rests: unknown[] = [];
    const ring = new KeyRing(['a', 'b'], manualClock(), { onRest: (...facts) => rests.push(facts) });
    ring.rest({ index: 1, value: 'b' }, 'limited', 1000);
    ring.rest({ index: 1, value: 'b' }, 'limited', 500);
    ring.rest({ index: 0, value: 'a' }, 'refused', 0);
    expect(rests).toEqual([['b', 'limited', 1000]]);
  });

  test('finds a key by its value; of those that a function gives, the last', async () => {
    expect(new KeyRing(['a', 'b'], manualClock()).find(isB)).toEqual({ index: 1, value: 'b' });
    expect(new KeyRing('b', manualClock()).find(isB)).toEqual({ index: 0, value: 'b' });
    expect(new KeyRing(undefined, manualClock()).find(isB)).toBeUndefined();
    const given = ['a', 'b', 'c'];
    const ring = new KeyRing(() => given.shift() ?? '', manualClock());
    await ring.take();
    expect(ring.find(isB)).toBeUndefined();
    await ring.take();
    expect(ring.find(isB)).toEqual({ index: 0, value: 'b' });
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

  test('has the headroom of its best awake key, for as long as the vendor said', async () => {
    const clock = manualClock();
    const ring = new KeyRing(['a', 'b', 'c'], clock);
    expect(ring.headroom).toBe(1);
    for (const [index, tokens] of ['500', '300', '100'].entries()) {
      const ofTokens = { remaining: tokens, limit: '1000', reset: '1s' };
      const headers = Object.entries(ofTokens).map(([name, value]) => [`x-ratelimit-${name}-tokens`, value]);
      ring.heard(key(index), Object.fromEntries(headers));
    }
    expect(ring.headroom).toBe(0.5);
    ring.rest(key(0), 'limited', 500);
    expect(ring.headroom).toBe(0.3);
    await clock.advance(500);
    expect(ring.headroom).toBe(0.5);
    for (const index of [0, 1, 2]) ring.rest(key(index), 'limited', 600);
    expect(ring.headroom).toBe(0);
    await clock.advance(600);
    expect(ring.headroom).toBe(1);
  });

  test('passes over keys with nothing on their accounts, while there is another', async () => {
    const clock = manualClock();
    const empty = new Set<number>();
    const ring = new KeyRing(['a', 'b', 'c'], clock, { empty });
    empty.add(1);
    expect(await take(ring, 4)).toBe('a c a c');
    expect([ring.resting, ring.hasAwake, ring.limitedFor]).toEqual([1, true, 0]);
    empty.add(0).add(2);
    expect([ring.resting, ring.hasAwake]).toEqual([3, false]);
    // Nothing to wait for: the reading may be old.
    expect(ring.limitedFor).toBe(0);
    expect((await take(ring, 3)).split(' ').toSorted()).toEqual(['a', 'b', 'c']);
    empty.clear();
    expect(ring.hasAwake).toBe(true);
  });

  test('gives what belongs together the same key, and moves it only while that rests or is overloaded', () => {
    const clock = manualClock();
    const keys = ['a', 'b', 'c', 'd'];
    const ring = new KeyRing(keys, clock);
    const ofRing = (affinity: number): Key => {
      const taken = ring.take(affinity);
      if (taken instanceof Promise) throw new Error('not at once');
      return taken;
    };
    const affinities = Array.from({ length: 400 }, (_, index) => index * 7919);
    const before = affinities.map((affinity) => ofRing(affinity).index);
    expect(affinities.map((affinity) => ofRing(affinity).index)).toEqual(before);
    for (const index of keys.keys())
      expect(before.filter((each) => each === index).length).toBeGreaterThan(60);
    ring.rest(key(2), 'limited', 1000);
    const after = affinities.map((affinity) => ofRing(affinity).index);
    for (const [place, index] of after.entries()) {
      const moved = before[place] === 2;
      expect(index === before[place]).toBe(!moved);
    }
    expect(after).not.toContain(2);
    const [own] = before;
    for (let count = 0; count < 12; count++) ring.began(key(own ?? 0));
    expect(ofRing(affinities[0] ?? 0).index).not.toBe(own);
    for (let count = 0; count < 12; count++) ring.ended(key(own ?? 0));
    expect(ofRing(affinities[0] ?? 0).index).toBe(own);
  });
});

describe('what operators see of keys', () => {
  test('is each by its place, and until when it rests', async () => {
    const clock = manualClock();
    const ring = new KeyRing(['a', 'b', 'c'], clock, { empty: new Set([2]) });
    ring.rest(key(1), 'limited', 1000);
    const until = clock.now() + 1000;
    expect(ring.states()).toEqual([
      { index: 0, state: 'fine', until: undefined },
      { index: 1, state: 'resting', until },
      { index: 2, state: 'empty', until: undefined },
    ]);
    await clock.advance(1000);
    expect(ring.states()[1]).toMatchObject({ state: 'fine' });
    expect(JSON.stringify(ring.states())).not.toMatch(/"[abc]"/);
  });

  test('is one key of a function, and none where the upstream wants none', () => {
    expect(new KeyRing(() => 'a', manualClock()).states()).toHaveLength(1);
    expect(new KeyRing(undefined, manualClock()).states()).toEqual([]);
  });

  test('is that they can be used again at once when they are awakened, but for those without money', async () => {
    const ring = new KeyRing(['a', 'b', 'c'], manualClock(), { empty: new Set([2]) });
    ring.rest(key(0), 'refused', 60_000);
    ring.rest(key(1), 'limited', 60_000);
    expect(ring.hasAwake).toBe(false);
    ring.awaken();
    expect(ring.resting).toBe(1);
    expect(await take(ring, 2)).toBe('a b');
  });

  test('is what was told last of the rate limit, by whichever key', async () => {
    const clock = manualClock();
    const ring = new KeyRing(['a', 'b'], clock);
    expect(ring.rateLimit).toBeUndefined();
    ring.heard(key(0), { 'x-ratelimit-remaining-requests': '5' });
    await clock.advance(10);
    ring.heard(key(1), { 'x-ratelimit-remaining-requests': '7' });
    expect(ring.headroom).toBe(1);
    expect(ring.rateLimit).toEqual({ remainingRequests: 7 });
    await clock.advance(10);
    ring.heard(key(0), { 'content-type': 'application/json' });
    expect(ring.rateLimit).toEqual({ remainingRequests: 7 });
  });
});
