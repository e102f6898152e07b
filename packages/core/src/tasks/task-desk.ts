import { GatewayError } from '../errors.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { Logger } from '../protocol/logger.ts';
import type { TaskRecord } from '../protocol/task.ts';
import type { TaskStorage } from '../protocol/task-store.ts';
import type { Moment, TaskNews } from './change-record.ts';
import { keepResults, type PollReport } from './keep-results.ts';

/** Tries to change a record that others change at the same time. */
const mostTries = 100;
/** Milliseconds between tries to keep what would be lost with this process. */
const pauses = [100, 400, 1000, 2000, 4000];

export interface TaskDeskParts {
  readonly storage: TaskStorage;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly logger: Logger;
  /** Milliseconds that a task, and what it has made, is kept after its last change. */
  readonly retention: number;
  /** Told of each change that this process makes. */
  readonly onChange: (task: TaskRecord, before: TaskRecord | undefined) => void;
}

/** Records are read and changed here: whatever others do meanwhile, a change is made once, to the newest version. */
export class TaskDesk {
  readonly #parts: TaskDeskParts;

  constructor(parts: TaskDeskParts) {
    this.#parts = parts;
  }

  now(): number {
    return Math.floor(wallTime(this.#parts.clock));
  }

  moment(): Moment {
    return { now: this.now(), chance: this.#parts.random() };
  }

  /** @throws GatewayError `VE_STORE_FAILED` */
  async ask<Result>(act: (storage: TaskStorage) => Promise<Result>): Promise<Result> {
    try {
      return await act(this.#parts.storage);
    } catch (cause) {
      if (GatewayError.isInstance(cause)) throw cause;
      throw new GatewayError('VE_STORE_FAILED', {}, { cause });
    }
  }

  get(id: string): Promise<TaskRecord | undefined> {
    return this.ask(({ tasks }) => tasks.get(id));
  }

  /**
   * The record as it is afterwards; undefined where there is none.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async change(
    id: string,
    act: (record: TaskRecord) => TaskRecord | undefined,
  ): Promise<TaskRecord | undefined> {
    for (let tries = 0; tries < mostTries; tries++) {
      const before = await this.get(id);
      const after = before && act(before);
      if (after === undefined) return before;
      if (await this.ask(({ tasks }) => tasks.replace(after))) {
        this.tell(after, before);
        return after;
      }
    }
    throw new GatewayError('VE_STORE_FAILED', { reason: 'the task was changed by others again and again' });
  }

  tell(task: TaskRecord, before?: TaskRecord): void {
    try {
      this.#parts.onChange(task, before);
    } catch (error) {
      this.#parts.logger.error({ error, task: task.id }, 'a listener to tasks threw');
    }
  }

  /**
   * A change that an upstream's report makes, whose bytes are kept apart; if it makes none they are not kept.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async learn(
    id: string,
    report: PollReport,
    act: (record: TaskRecord, news: TaskNews) => TaskRecord | undefined,
  ): Promise<TaskRecord | undefined> {
    const now = this.now();
    const expiresAt = now + this.#parts.retention;
    const news = await this.ask(({ blobs }) => keepResults(id, report, { blobs, now, expiresAt }));
    const task = await this.change(id, (record) => act(record, news));
    const results = task?.deletedAt === undefined ? task?.results : [];
    const isWanted = (blob: string): boolean => results?.some((result) => result.blob === blob) ?? false;
    for (const { blob } of news.results ?? [])
      if (blob !== undefined && !isWanted(blob)) await this.ask(({ blobs }) => blobs.delete(blob));
    return task;
  }

  /** What must not be lost is tried again for a while. */
  async insist<Result>(id: string, act: () => Promise<Result>): Promise<Result> {
    for (const pause of pauses) {
      try {
        return await act();
      } catch (error) {
        this.#parts.logger.warn({ error, task: id }, 'what became of a task could not be kept yet');
        await new Promise<void>((resolve) => this.#parts.clock.setTimeout(resolve, pause));
      }
    }
    return act();
  }
}
