import type { Clock } from '../protocol/clock.ts';
import { isOver, type TaskRecord } from '../protocol/task.ts';
import type { DeadlineList } from './deadline-list.ts';

/** Milliseconds after which it is looked for what other processes have changed. */
const lookInterval = 1000;

type Listener = (record: TaskRecord | undefined) => void;

export interface WatchersParts {
  readonly clock: Clock;
  readonly deadlines: DeadlineList;
  /** Whether other processes may change a task. */
  readonly isShared: boolean;
  readonly read: (id: string) => Promise<TaskRecord | undefined>;
  readonly onFailure: (error: unknown) => void;
}

export interface WaitOptions {
  /** Milliseconds that are waited at most. Default: as long as it takes. */
  readonly patience?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Those who wait for what happens to tasks. However many they are, a task is looked at once, and there are two timers at most. */
export class Watchers {
  readonly #parts: WatchersParts;
  readonly #listeners = new Map<string, Set<Listener>>();
  #timer: unknown;
  #isClosed = false;

  constructor(parts: WatchersParts) {
    this.#parts = parts;
  }

  /** Tasks that somebody listens to. */
  get size(): number {
    return this.#listeners.size;
  }

  /** This process has changed it. */
  tell(record: TaskRecord): void {
    for (const listener of this.#listeners.get(record.id) ?? []) listener(record);
  }

  /**
   * First as it is, then whenever it has changed, until it is over; who is slow misses what came between. Nothing where it
   * is not there.
   */
  watch(id: string, isSeen: (record: TaskRecord) => boolean): AsyncIterableIterator<TaskRecord, undefined> {
    return new TaskWatch({
      listen: (listener) => this.#listen(id, listener),
      read: async () => {
        const record = this.#isClosed ? undefined : await this.#parts.read(id);
        return record !== undefined && isSeen(record) ? record : undefined;
      },
    });
  }

  /**
   * The task when it is over, or as it is when patience, or the gateway, ends. Undefined: it is not there.
   *
   * @throws what the signal was aborted with
   */
  async wait(
    id: string,
    isSeen: (record: TaskRecord) => boolean,
    { patience, signal }: WaitOptions,
  ): Promise<TaskRecord | undefined> {
    signal?.throwIfAborted();
    const watch = this.watch(id, isSeen);
    const stop = (): void => void watch.return?.();
    const { clock, deadlines } = this.#parts;
    const leave =
      patience === undefined ? undefined : deadlines.add(clock.now() + Math.max(0, patience), stop);
    signal?.addEventListener('abort', stop, { once: true });
    let last: TaskRecord | undefined;
    try {
      for await (const record of watch) last = record;
    } finally {
      leave?.();
      signal?.removeEventListener('abort', stop);
    }
    signal?.throwIfAborted();
    // Patience may have ended before the task was read at all.
    last ??= this.#isClosed ? undefined : await this.#parts.read(id);
    return last !== undefined && isSeen(last) ? last : undefined;
  }

  /** Nobody hears more. */
  close(): void {
    this.#isClosed = true;
    this.#parts.clock.clearTimeout(this.#timer);
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener(undefined);
  }

  #listen(id: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    this.#lookLater();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) this.#listeners.delete(id);
      if (this.#listeners.size > 0) return;
      this.#parts.clock.clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  #lookLater(): void {
    const { clock, isShared } = this.#parts;
    if (!isShared || this.#isClosed || this.#timer !== undefined || this.#listeners.size === 0) return;
    this.#timer = clock.setTimeout(() => void this.#look(), lookInterval);
  }

  /** What has not changed is told again, and not passed on. */
  async #look(): Promise<void> {
    const look = async (id: string): Promise<void> => {
      const record = await this.#parts.read(id);
      for (const listener of this.#listeners.get(id) ?? []) listener(record);
    };
    try {
      await Promise.all([...this.#listeners.keys()].map(look));
    } catch (error) {
      this.#parts.onFailure(error);
    }
    this.#timer = undefined;
    this.#lookLater();
  }
}

interface WatchParts {
  readonly listen: (listener: Listener) => () => void;
  readonly read: () => Promise<TaskRecord | undefined>;
}

const finished: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** What one of them hears: the newest that was not heard yet. It listens from the first `next` until its end. */
class TaskWatch implements AsyncIterableIterator<TaskRecord, undefined> {
  readonly #parts: WatchParts;
  #leave: (() => void) | undefined;
  #version = 0;
  /** Told, and not asked for yet. */
  #news: TaskRecord | undefined;
  #waiting: PromiseWithResolvers<IteratorResult<TaskRecord, undefined>> | undefined;
  #isDone = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<TaskRecord, undefined>> {
    if (this.#news !== undefined) return Promise.resolve(this.#give(this.#news));
    if (this.#isDone) return Promise.resolve(finished);
    this.#waiting ??= Promise.withResolvers();
    const { promise } = this.#waiting;
    if (this.#leave === undefined) {
      // Before it is read, so that no change falls between.
      this.#leave = this.#parts.listen((record) => this.#hear(record));
      void this.#begin();
    }
    return promise;
  }

  return(): Promise<IteratorResult<TaskRecord, undefined>> {
    this.#news = undefined;
    this.#end();
    return Promise.resolve(finished);
  }

  async #begin(): Promise<void> {
    try {
      this.#hear(await this.#parts.read());
    } catch (error) {
      this.#waiting?.reject(error);
      this.#end();
    }
  }

  #hear(record: TaskRecord | undefined): void {
    if (this.#isDone) return;
    if (record === undefined || record.deletedAt !== undefined) return this.#end();
    if (record.version <= this.#version) return;
    this.#version = record.version;
    this.#news = record;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (isOver(record.state)) this.#end();
    waiting?.resolve(this.#give(record));
  }

  #give(record: TaskRecord): IteratorResult<TaskRecord, undefined> {
    this.#news = undefined;
    return { done: false, value: record };
  }

  #end(): void {
    this.#isDone = true;
    this.#leave?.();
    this.#leave = undefined;
    this.#waiting?.resolve(finished);
    this.#waiting = undefined;
  }
}
