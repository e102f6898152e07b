import type { Clock } from '@vector-engine/core';

/** Time that moves only when a test says so. */
export interface ManualClock extends Clock {
  /**
   * Moves time on by `milliseconds`. Timers that fall due run in order, each at its own moment; between two of them
   * microtasks and a few turns of the event loop pass, so that what one timer starts can set the next.
   */
  advance(milliseconds: number): Promise<void>;
  /** Timers that are set and have neither run nor been cleared. */
  readonly pending: number;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** Turns of the event loop granted between two timers: loopback I/O needs one each for write, read and parse. */
const settlingTurns = 4;

/** A clock for tests. It starts at `start` (milliseconds since the epoch; default 2026-01-01T00:00:00Z). */
export function manualClock(start: number = Date.UTC(2026, 0, 1)): ManualClock {
  const timers = new Map<unknown, Timer>();
  let now = start;

  return {
    now: () => now,
    setTimeout(callback, milliseconds) {
      const timer = { due: now + Math.max(0, milliseconds), callback };
      timers.set(timer, timer);
      return timer;
    },
    clearTimeout(handle) {
      timers.delete(handle);
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      await settle();
      for (let timer = earliest(timers, end); timer !== undefined; timer = earliest(timers, end)) {
        timers.delete(timer);
        now = Math.max(now, timer.due);
        timer.callback();
        await settle();
      }
      now = Math.max(now, end);
      await settle();
    },
    get pending() {
      return timers.size;
    },
  };
}

/** The timer that is due first and no later than `end`; among equals the one that was set first. */
function earliest(timers: ReadonlyMap<unknown, Timer>, end: number): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers.values()) {
    if (timer.due <= end && (first === undefined || timer.due < first.due)) first = timer;
  }
  return first;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < settlingTurns; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
