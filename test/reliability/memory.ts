import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface MemoryWatch {
  /** Bytes that the process grew by, at the worst moment since the start. */
  readonly growth: () => number;
  readonly stop: () => void;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const used = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Milliseconds between two looks, at the least. */
const interval = 25;
/** How much longer than a look it is to the next: to collect garbage takes the time of what is watched. */
const rest = 5;

/** Watches what is really held: garbage that nobody has collected yet does not count. */
export function watchMemory(): MemoryWatch {
  const before = heapInUse();
  let most = before;
  const look = (): void => {
    const held = heapInUse();
    // Buffers that are let go of while it collects are gone the next time.
    if (held > most) most = Math.max(most, Math.min(held, heapInUse()));
  };
  let timer: NodeJS.Timeout | undefined;
  const lookAfter = (milliseconds: number): void => {
    timer = setTimeout(() => {
      const begun = performance.now();
      look();
      lookAfter(Math.max(interval, rest * (performance.now() - begun)));
    }, milliseconds);
    timer.unref();
  };
  lookAfter(interval);
  return {
    growth: () => {
      look();
      return most - before;
    },
    stop: () => clearTimeout(timer),
  };
}

export const mebibyte: number = 1024 * 1024;

/** The engine doubles its young generation once or twice, whenever it sees fit: resident memory may grow by so much of it. */
export const youngGeneration: number = 48 * mebibyte;

/** Bytes that are really held: what is left of the heap and of buffers after the garbage was collected. */
export function heapInUse(): number {
  collect();
  return used();
}

/**
 * The same, once everything is over that only waits for the collector: what is let go of in a finalizer, as the bodies of
 * Node's `fetch` are, is garbage only the next time.
 */
export async function heapAtRest(): Promise<number> {
  let least = heapInUse();
  for (let turn = 0; turn < 10; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    least = Math.min(least, heapInUse());
  }
  return least;
}
