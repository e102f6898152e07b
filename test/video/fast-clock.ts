import type { Clock } from '@vector-engine/core';

/** How much faster than ours: what is waited a second for takes 40 milliseconds. */
const speed = 25;

export interface FastClock extends Clock {
  /** It is so much later at once. Timers keep their pace. */
  skip(milliseconds: number): void;
}

/** Time that runs fast, and can jump. */
export function fastClock(): FastClock {
  const start = Date.now();
  let skipped = 0;
  return {
    now: () => start + (performance.now() - begun) * speed + skipped,
    setTimeout: (callback, milliseconds) =>
      setTimeout(callback, Math.min(milliseconds / speed, 2_147_483_647)).unref(),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
    skip(milliseconds) {
      skipped += milliseconds;
    },
  };
}

const begun = performance.now();
