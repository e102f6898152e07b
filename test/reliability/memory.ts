import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface MemoryWatch {
  /** Bytes that the process grew by, at the worst moment since the start. */
  readonly growth: () => number;
  readonly stop: () => void;
}

const used = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Watches what JavaScript and buffers take; what the allocator has not yet given back does not count. */
export function watchMemory(): MemoryWatch {
  const before = heapInUse();
  let most = before;
  const look = (): void => {
    most = Math.max(most, used());
  };
  const timer = setInterval(look, 5);
  timer.unref();
  return {
    growth: () => {
      look();
      return most - before;
    },
    stop: () => clearInterval(timer),
  };
}

export const mebibyte: number = 1024 * 1024;

/** Bytes that are really held: what is left of the heap and of buffers after the garbage was collected. */
export function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return used();
}
