import type { Clock } from '@vector-engine/core';

/** Waits `milliseconds` on the clock, or less when `interrupted` settles first; the timer never outlives the wait. */
export async function waitOnClock(
  clock: Clock,
  milliseconds: number,
  interrupted: Promise<void>,
): Promise<void> {
  if (milliseconds <= 0) return;
  let handle: unknown;
  const due = new Promise<void>((resolve) => {
    handle = clock.setTimeout(resolve, milliseconds);
  });
  await Promise.race([due, interrupted]);
  clock.clearTimeout(handle);
}
