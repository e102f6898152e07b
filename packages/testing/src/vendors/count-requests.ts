import type { Clock } from '@vector-engine/core';
import { systemClock } from '../clock/system-clock.ts';

/** What differs for every request to every server. */
export interface RequestTurn {
  /** Every made-up id comes from it. */
  readonly seed: string;
  /** From 1. */
  readonly count: number;
}

export interface RequestCounter {
  next(): RequestTurn;
  /** Milliseconds on the server's clock. */
  now(): number;
}

export function countRequests(clock: Clock = systemClock): RequestCounter {
  const instance = String(clock.now() + Math.random());
  let count = 0;
  return {
    next() {
      count += 1;
      return { seed: `${instance} ${count}`, count };
    },
    now: () => clock.now(),
  };
}
