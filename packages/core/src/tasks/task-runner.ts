import { randomBytes, randomUUID } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Logger } from '../protocol/logger.ts';
import type { TaskRecord } from '../protocol/task.ts';
import type { TaskListing, TaskSearch, TaskStorage } from '../protocol/task-store.ts';
import { cancelled, hurried, removed, reported } from './change-record.ts';
import { Creation } from './creation.ts';
import { DeadlineList } from './deadline-list.ts';
import type { PollReport } from './keep-results.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { TaskDesk } from './task-desk.ts';
import { TaskSchedule } from './task-schedule.ts';
import { type TaskWork, TaskWorker } from './task-worker.ts';
import { type WaitOptions, Watchers } from './watchers.ts';

/** Milliseconds: what a task may take unless it is said. */
const usualDeadline = 3_600_000;
/** Milliseconds that a task is kept after its last change: a week. */
const usualRetention = 7 * 24 * 3_600_000;

export interface TaskRunnerParts extends TaskWork {
  readonly storage: TaskStorage;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly logger: Logger;
  /** Told of each change that this process makes; undefined before it was there. */
  readonly onChange?: (task: TaskRecord, before: TaskRecord | undefined) => void;
  /** Milliseconds from the beginning of a task after which it is given up. Default 3,600,000: an hour. */
  readonly deadline?: number | undefined;
  /** Milliseconds that a task, and the bytes that it has made, are kept after its last change. Default: a week. */
  readonly retention?: number | undefined;
}

/** What is known of a task before anybody is asked. */
export interface NewTask
  extends Pick<
    TaskRecord,
    | 'owner'
    | 'operation'
    | 'model'
    | 'prompt'
    | 'revisedPrompt'
    | 'request'
    | 'digest'
    | 'idempotencyKey'
    | 'account'
    | 'hold'
  > {
  /** What its id begins with. */
  readonly kind: 'video' | 'task';
}

/**
 * `new`: it is the caller's to create. `known`: its owner asked for the same under the same key before; that is it.
 * `conflict`: he asked for something else under that key.
 */
export type Beginning =
  | { readonly outcome: 'new'; readonly task: TaskRecord; readonly creation: Creation }
  | { readonly outcome: 'known' | 'conflict'; readonly task: TaskRecord };

/**
 * Tasks from their beginning to their end. However many wait, and in however many processes, each is asked about once an
 * interval, and settled once.
 */
export class TaskRunner {
  readonly #parts: TaskRunnerParts;
  readonly #desk: TaskDesk;
  readonly #leases: LeaseKeeper;
  readonly #watchers: Watchers;
  readonly #schedule: TaskSchedule;
  readonly #creating = new Set<string>();
  #isClosed = false;

  constructor(parts: TaskRunnerParts) {
    this.#parts = parts;
    const { storage, clock, random, logger, retention = usualRetention, poll, settle } = parts;
    const { isShared } = storage.tasks;
    const onFailure = (error: unknown): void => logger.error({ error }, 'the store of tasks failed');
    const desk = new TaskDesk({
      storage,
      clock,
      random,
      logger,
      retention,
      onChange: (task, before) => this.#onChange(task, before),
    });
    const deadlines = new DeadlineList(clock);
    const worker = new TaskWorker({ desk, clock, deadlines, logger, poll, settle });
    this.#desk = desk;
    this.#leases = new LeaseKeeper({ tasks: storage.tasks, clock, holder: randomUUID(), onFailure });
    this.#watchers = new Watchers({ clock, deadlines, isShared, onFailure, read: (id) => desk.get(id) });
    this.#schedule = new TaskSchedule({
      desk,
      clock,
      leases: this.#leases,
      logger,
      retention,
      isShared,
      isOurs: (id) => this.#creating.has(id),
      work: (task, signal) => worker.work(task, signal),
    });
  }

  /** Goes on with what an earlier process, or another one, has left. */
  resume(): void {
    this.#schedule.wake(this.#desk.now());
  }

  /**
   * Keeps a task before anybody is asked to create it. From now on it has the money that is held for it.
   *
   * @throws GatewayError `VE_CLOSING`, `VE_STORE_FAILED`, `VE_TARGET_BUSY` where there is no room
   */
  async begin({ kind, ...asked }: NewTask): Promise<Beginning> {
    if (this.#isClosed) throw new GatewayError('VE_CLOSING');
    const now = this.#desk.now();
    const task: TaskRecord = {
      ...asked,
      id: `${kind}_${randomBytes(16).toString('hex')}`,
      version: 1,
      state: 'creating',
      progress: 0,
      results: [],
      createdAt: now,
      updatedAt: now,
      deadline: now + (this.#parts.deadline ?? usualDeadline),
      dueAt: now,
      polls: 0,
      failures: 0,
      misses: 0,
    };
    const known = await this.#desk.ask(({ tasks }) => tasks.insert(task, this.#leases.next()));
    if (known !== undefined)
      return { outcome: known.digest === task.digest ? 'known' : 'conflict', task: known };
    this.#creating.add(task.id);
    this.#leases.keep(task.id);
    this.#desk.tell(task);
    return {
      outcome: 'new',
      task,
      creation: new Creation(task.id, this.#desk, (last) => this.#onCreated(task.id, last)),
    };
  }

  /** An owner's task; without an owner anybody's. @throws GatewayError `VE_STORE_FAILED` */
  async find(id: string, owner?: string): Promise<TaskRecord | undefined> {
    const task = await this.#desk.get(id);
    return task !== undefined && isSeen(task, owner) ? task : undefined;
  }

  /** The newest that its owner asked for in the same words, no longer ago than so many milliseconds. @throws GatewayError `VE_STORE_FAILED` */
  findSame(owner: string, digest: string, within: number): Promise<TaskRecord | undefined> {
    return this.#desk.ask(({ tasks }) => tasks.findSame(owner, digest, this.#desk.now() - within));
  }

  /** @throws GatewayError `VE_STORE_FAILED` */
  list(listing: TaskListing): Promise<readonly TaskRecord[]> {
    return this.#desk.ask(({ tasks }) => tasks.list(listing));
  }

  /** Whosever they are. @throws GatewayError `VE_STORE_FAILED` */
  search(search: TaskSearch): Promise<readonly TaskRecord[]> {
    return this.#desk.ask(({ tasks }) => tasks.search(search));
  }

  /**
   * First as it is, then whenever it has changed, until it is over; who is slow misses what came between. Nothing where it
   * is not there. Rejects with `VE_STORE_FAILED`.
   */
  watch(id: string, owner?: string): AsyncIterableIterator<TaskRecord, undefined> {
    return this.#watchers.watch(id, (task) => isSeen(task, owner));
  }

  /**
   * The task when it is over, or as it is when patience, or the gateway, ends. Undefined where it is not there.
   *
   * @throws GatewayError `VE_STORE_FAILED`; what the signal was aborted with
   */
  wait(
    id: string,
    options: WaitOptions & { readonly owner?: string | undefined } = {},
  ): Promise<TaskRecord | undefined> {
    return this.#watchers.wait(id, (task) => isSeen(task, options.owner), options);
  }

  /**
   * What an upstream tells without being asked, of a task by our id or by its own. Undefined: there is no such task.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async report(
    of: { readonly id: string } | { readonly upstream: string; readonly job: string },
    report: PollReport,
  ): Promise<TaskRecord | undefined> {
    const id =
      'id' in of ? of.id : (await this.#desk.ask(({ tasks }) => tasks.findJob(of.upstream, of.job)))?.id;
    if (id === undefined) return undefined;
    return this.#wake(
      await this.#desk.learn(id, report, (task, news) => reported(task, news, this.#desk.moment())),
    );
  }

  /** Asks the upstream now, because it has said that there is news. @throws GatewayError `VE_STORE_FAILED` */
  async hurry(upstream: string, job: string): Promise<void> {
    const task = await this.#desk.ask(({ tasks }) => tasks.findJob(upstream, job));
    if (task !== undefined) await this.#change(task.id, (record) => hurried(record, this.#desk.now()));
  }

  /** It is not asked about any more. The upstream is not told. @throws GatewayError `VE_STORE_FAILED` */
  cancel(id: string, owner?: string): Promise<TaskRecord | undefined> {
    return this.#change(id, (task) => (isSeen(task, owner) ? cancelled(task, this.#desk.now()) : undefined));
  }

  /** Its owner does not see it any more; what was under way is cancelled. Gives it as it was, if it was there. @throws GatewayError `VE_STORE_FAILED` */
  async remove(id: string, owner?: string): Promise<TaskRecord | undefined> {
    let before: TaskRecord | undefined;
    await this.#change(id, (task) => {
      before = isSeen(task, owner) ? task : undefined;
      return before && removed(task, this.#desk.now());
    });
    for (const { blob } of before?.results ?? [])
      if (blob !== undefined) await this.#desk.ask(({ blobs }) => blobs.delete(blob));
    return before;
  }

  /** Who watches now, in tasks, and how many tasks this process creates or works on. */
  get stats(): { readonly watched: number; readonly held: number } {
    return { watched: this.#watchers.size, held: this.#leases.size };
  }

  /** Stops, and lets other processes go on with what is under way. The storage stays open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#schedule.close();
    this.#watchers.close();
  }

  async #change(
    id: string,
    act: (task: TaskRecord) => TaskRecord | undefined,
  ): Promise<TaskRecord | undefined> {
    return this.#wake(await this.#desk.change(id, act));
  }

  #wake(task: TaskRecord | undefined): TaskRecord | undefined {
    if (task?.dueAt !== undefined) this.#schedule.wake(task.dueAt);
    return task;
  }

  #onChange(task: TaskRecord, before: TaskRecord | undefined): void {
    this.#watchers.tell(task);
    this.#parts.onChange?.(task, before);
  }

  /** Any process may go on with it. */
  async #onCreated(id: string, task: TaskRecord | undefined): Promise<void> {
    this.#creating.delete(id);
    await this.#leases.release(id);
    if (task !== undefined) this.#wake(task);
    // What could not be kept of it is looked at by whoever can read it first.
    else this.#schedule.wake(this.#desk.now());
  }
}

function isSeen(task: TaskRecord, owner: string | undefined): boolean {
  return task.deletedAt === undefined && (owner === undefined || task.owner === owner);
}
