import type { Clock } from '@vector-engine/core';

/** Waits `milliseconds` on the clock, or less when `interrupted` settles first; the timer never outlives the wait. */
export function waitOnClock(clock: Clock, milliseconds: number, interrupted: Promise<void>): Promise<void> {
  if (milliseconds <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const handle = clock.setTimeout(resolve, milliseconds);
    void interrupted.then(() => {
      clock.clearTimeout(handle);
      resolve();
    });
  });
}
