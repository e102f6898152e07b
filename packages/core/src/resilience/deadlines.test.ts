import { manualClock } from '@vector-engine/testing';
import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../protocol/clock.ts';
import { Deadlines } from './deadlines.ts';

describe('Watch', () => {
  test('runs what expires at its moment, once', async () => {
    const clock = manualClock();
    const watch = new Deadlines(clock).watch(1000);
    const expired = vi.fn<() => void>();
    watch.set(100, expired);
    await clock.advance(99);
    expect(expired).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(expired).toHaveBeenCalledOnce();
    await clock.advance(5000);
    expect(expired).toHaveBeenCalledOnce();
    expect(watch.isTotal).toBe(true);
  });

  test('a deadline that is set anew replaces the one before, earlier or later', async () => {
    const clock = manualClock();
    const watch = new Deadlines(clock).watch(1000);
    const [first, later, earlier] = [vi.fn<() => void>(), vi.fn<() => void>(), vi.fn<() => void>()];
    watch.set(100, first);
    watch.set(300, later);
    await clock.advance(299);
    expect(first).not.toHaveBeenCalled();
    expect(later).not.toHaveBeenCalled();
    watch.set(50, earlier);
    await clock.advance(50);
    expect(earlier).toHaveBeenCalledOnce();
    expect(later).not.toHaveBeenCalled();
  });

  test('moving a deadline back over and over keeps one timer', async () => {
    const clock = manualClock();
    const watch = new Deadlines(clock).watch(100_000);
    const expired = vi.fn<() => void>();
    for (let step = 0; step < 1000; step++) {
      watch.set(100, expired);
      expect(clock.pending).toBe(1);
      await clock.advance(10);
    }
    expect(expired).not.toHaveBeenCalled();
    await clock.advance(90);
    expect(expired).toHaveBeenCalledOnce();
  });

  test('never waits longer than the whole request may take', async () => {
    const clock = manualClock();
    const watch = new Deadlines(clock).watch(250);
    await clock.advance(200);
    expect(watch.remaining).toBe(50);
    const expired = vi.fn<() => void>();
    watch.set(Number.POSITIVE_INFINITY, expired);
    await clock.advance(49);
    expect(watch.isTotal).toBe(false);
    await clock.advance(1);
    expect(expired).toHaveBeenCalledOnce();
    expect(watch.isTotal).toBe(true);
  });

  test('what is allowed later counts from the beginning, and a caller that waits less is not made to wait', async () => {
    const clock = manualClock();
    const watch = new Deadlines(clock).watch(1000);
    await clock.advance(200);
    watch.allow(5000);
    expect(watch.remaining).toBe(4800);
    watch.shorten(3000);
    expect(watch.remaining).toBe(2800);
    watch.allow(10_000);
    expect(watch.remaining).toBe(2800);
    watch.allow(500);
    expect(watch.remaining).toBe(300);
    watch.shorten(60_000);
    expect(watch.remaining).toBe(300);
  });

  test('stopped, nothing expires; closed, no timer is left', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock);
    const watch = deadlines.watch(1000);
    const expired = vi.fn<() => void>();
    watch.set(100, expired);
    watch.stop();
    await clock.advance(2000);
    expect(expired).not.toHaveBeenCalled();
    deadlines.watch(1000).set(100, expired);
    deadlines.close();
    expect(clock.pending).toBe(0);
  });

  test('a thousand requests share one timer, and each keeps its own time to within the grain', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock);
    const expiries = new Map<number, number>();
    for (let request = 0; request < 1000; request++) {
      const after = 50 + ((request * 7919) % 1000);
      deadlines.watch(100_000).set(after, () => expiries.set(request, clock.now() - startedAt - after));
    }
    const startedAt = clock.now();
    expect(clock.pending).toBe(1);
    await clock.advance(1100);
    expect(expiries.size).toBe(1000);
    expect(Math.min(...expiries.values())).toBeGreaterThanOrEqual(0);
    expect(Math.max(...expiries.values())).toBeLessThanOrEqual(10);
    expect(clock.pending).toBe(0);
  });

  test('what expires may end its request, and begin another', async () => {
    const clock = manualClock();
    const deadlines = new Deadlines(clock);
    const expired: string[] = [];
    for (const name of ['first', 'second', 'third']) {
      const watch = deadlines.watch(1000);
      watch.set(100, () => {
        expired.push(name);
        watch.stop();
        deadlines.watch(1000).set(50, () => expired.push(`after ${name}`));
      });
    }
    await clock.advance(100);
    expect(expired.toSorted()).toEqual(['first', 'second', 'third']);
    await clock.advance(50);
    expect(expired).toHaveLength(6);
  });

  test('paused, nothing expires, and the next deadline holds all the same', async () => {
    const clock = manualClock();
    const watch = new Deadlines(clock).watch(10_000);
    const [paused, next] = [vi.fn<() => void>(), vi.fn<() => void>()];
    watch.set(100, paused);
    watch.pause();
    await clock.advance(50);
    watch.set(20, next);
    await clock.advance(20);
    expect(next).toHaveBeenCalledOnce();
    await clock.advance(1000);
    expect(paused).not.toHaveBeenCalled();
  });
});

test('the system clock keeps a timer that is longer than Node can set', async () => {
  const expired = vi.fn<() => void>();
  const timers = [Number.POSITIVE_INFINITY, 10_000_000_000].map((delay) =>
    systemClock.setTimeout(expired, delay),
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const timer of timers) systemClock.clearTimeout(timer);
  expect(expired).not.toHaveBeenCalled();
});
