import type { Clock } from '@vector-engine/core';

/** Time that goes on from `start` (milliseconds since the epoch): no day or month ends while a test runs. */
export function clockAt(start: number): Clock {
  const ahead = start - Date.now();
  return {
    now: () => Date.now() + ahead,
    setTimeout(callback, milliseconds) {
      const timer = setTimeout(callback, milliseconds).unref();
      return () => clearTimeout(timer);
    },
    clearTimeout(stop) {
      if (typeof stop === 'function') stop();
    },
  };
}
