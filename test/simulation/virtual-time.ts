import type { Clock } from '@vector-engine/core';

interface Timer {
  readonly due: number;
  /** Of two that are due at once, the one that was set first comes first. */
  readonly turn: number;
  readonly callback: () => void;
  isCleared: boolean;
}

/** Time that passes as fast as the work of it is done: from one timer to the next. A heap, because there are many. */
export class VirtualTime implements Clock {
  readonly #heap: Timer[] = [];
  #now: number;
  #turn = 0;

  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, milliseconds: number): unknown {
    const due = this.#now + Math.max(0, milliseconds);
    const timer = { due, turn: this.#turn++, callback, isCleared: false };
    this.#push(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    if (isTimer(handle)) handle.isCleared = true;
  }

  /** Runs what falls due until `end`; between two timers, everything that waits for promises only. */
  async runUntil(end: number): Promise<void> {
    await turn();
    for (let timer = this.#heap[0]; timer !== undefined && timer.due <= end; timer = this.#heap[0]) {
      this.#pop();
      if (timer.isCleared) continue;
      this.#now = timer.due;
      timer.callback();
      await turn();
    }
    this.#now = Math.max(this.#now, end);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let place = heap.push(timer) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, timer)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = place * 2 + 1;
      let child = heap[below];
      if (child === undefined) break;
      const other = heap[below + 1];
      if (other !== undefined && isBefore(other, child)) {
        child = other;
        below++;
      }
      if (isBefore(last, child)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.due < b.due || (a.due === b.due && a.turn < b.turn);

const isTimer = (handle: unknown): handle is Timer =>
  typeof handle === 'object' && handle !== null && 'isCleared' in handle;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
