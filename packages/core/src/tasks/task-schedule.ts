import type { Clock } from '../protocol/clock.ts';
import type { Logger } from '../protocol/logger.ts';
import type { TaskRecord } from '../protocol/task.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { TaskDesk } from './task-desk.ts';

/** Tasks that are worked on at once. */
const mostAtOnce = 256;
/** Milliseconds between two looks at what is due: what falls due meanwhile is leased together. */
const spacing = 100;
/** Milliseconds after which it is looked for what other processes have left behind, and where the store has failed. */
const lookInterval = 5000;
/** Milliseconds between two clearings of what is old, and how many tasks are forgotten at once. */
const sweepInterval = 600_000;
const sweepLimit = 500;

export interface TaskScheduleParts {
  readonly desk: TaskDesk;
  readonly clock: Clock;
  readonly leases: LeaseKeeper;
  readonly logger: Logger;
  /** Milliseconds. */
  readonly retention: number;
  readonly isShared: boolean;
  /** Creating it is under way in this process. */
  readonly isOurs: (id: string) => boolean;
  readonly work: (task: TaskRecord, signal: AbortSignal) => Promise<TaskRecord | undefined>;
}

/** When something is done about tasks: one timer, however many there are. */
export class TaskSchedule {
  readonly #parts: TaskScheduleParts;
  readonly #working = new Map<string, Promise<void>>();
  #timer: unknown;
  #timerAt = Infinity;
  #lookedAt = -Infinity;
  #sweptAt = -Infinity;
  #looking: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: TaskScheduleParts) {
    this.#parts = parts;
  }

  /** Something is due then: milliseconds since the epoch. */
  wake(at: number): void {
    if (this.#isClosed) return;
    const time = Math.max(at, this.#lookedAt + spacing);
    if (time >= this.#timerAt) return;
    const { clock, desk } = this.#parts;
    clock.clearTimeout(this.#timer);
    this.#timerAt = time;
    this.#timer = clock.setTimeout(() => this.#fire(), Math.max(0, time - desk.now()));
  }

  /** What is worked on is told to stop; resolves when it has. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#parts.clock.clearTimeout(this.#timer);
    this.#parts.leases.close();
    await this.#looking;
    await Promise.all(this.#working.values());
  }

  #fire(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    // Whoever looks now has looked before something fell due.
    if (this.#looking !== undefined) return this.wake(this.#parts.desk.now() + spacing);
    this.#looking = this.#look();
  }

  async #look(): Promise<void> {
    const { desk, isShared, logger } = this.#parts;
    const now = desk.now();
    this.#lookedAt = now;
    let next = isShared ? now + lookInterval : Infinity;
    try {
      const room = mostAtOnce - this.#working.size;
      if (room > 0) {
        await this.#takeOn(now, room);
        next = Math.min(next, (await desk.ask(({ tasks }) => tasks.nextDue())) ?? Infinity);
      }
      await this.#sweep(now);
    } catch (error) {
      logger.error({ error }, 'the store of tasks failed');
      next = now + lookInterval;
    }
    this.#looking = undefined;
    if (next < Infinity) this.wake(next);
  }

  async #takeOn(now: number, room: number): Promise<void> {
    const { desk, leases } = this.#parts;
    const leased = await desk.ask(({ tasks }) => tasks.lease(leases.next(), now, room));
    for (const task of leased) {
      const { id } = task;
      const before = this.#working.get(id);
      // Its lease had run out while this process was busy; nobody else has got it.
      if (this.#isClosed) await leases.release(id);
      else if (before !== undefined) void this.#free(id, before);
      else if (!this.#parts.isOurs(id)) this.#working.set(id, this.#work(task));
    }
  }

  /** Who works on it goes on alone; then it is nobody's, and looked at again. */
  async #free(id: string, before: Promise<void>): Promise<void> {
    await before;
    if (this.#isClosed || this.#working.has(id)) return;
    await this.#parts.leases.release(id);
    this.wake(this.#parts.desk.now());
  }

  async #work(task: TaskRecord): Promise<void> {
    const { desk, leases, logger, work } = this.#parts;
    const { id } = task;
    const signal = leases.keep(id);
    try {
      const after = await work(task, signal);
      await leases.release(id);
      if (after?.dueAt !== undefined) this.wake(after.dueAt);
    } catch (error) {
      // Nobody tries again before the lease has run out.
      leases.drop(id);
      logger.error({ error, task: id }, 'what was due about a task could not be done');
    }
    const wasFull = this.#working.size >= mostAtOnce;
    this.#working.delete(id);
    if (wasFull) this.wake(desk.now());
  }

  async #sweep(now: number): Promise<void> {
    if (now < this.#sweptAt + sweepInterval) return;
    const { desk, retention } = this.#parts;
    this.#sweptAt = now;
    await desk.ask(({ blobs }) => blobs.deleteExpired(now));
    const deleted = await desk.ask(({ tasks }) => tasks.deleteOld(now - retention, sweepLimit));
    // There are more: soon again.
    if (deleted >= sweepLimit) this.#sweptAt = now - sweepInterval;
  }
}
