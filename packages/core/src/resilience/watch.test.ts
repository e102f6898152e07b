import { manualClock } from '@vector-engine/testing';
import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../protocol/clock.ts';
import { Watch } from './watch.ts';

describe('Watch', () => {
  test('runs what expires at its moment, once', async () => {
    const clock = manualClock();
    const watch = new Watch(clock, 1000);
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
    const watch = new Watch(clock, 1000);
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
    const watch = new Watch(clock, 100_000);
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
    const watch = new Watch(clock, 250);
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

  test('stopped, nothing expires and no timer is left', async () => {
    const clock = manualClock();
    const watch = new Watch(clock, 1000);
    const expired = vi.fn<() => void>();
    watch.set(100, expired);
    watch.stop();
    expect(clock.pending).toBe(0);
    await clock.advance(2000);
    expect(expired).not.toHaveBeenCalled();
  });

  test('paused, nothing expires, and the next deadline holds all the same', async () => {
    const clock = manualClock();
    const watch = new Watch(clock, 10_000);
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
