import { GatewayError, toGatewayError } from '../errors.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Logger } from '../protocol/logger.ts';
import { isOver, type TaskRecord } from '../protocol/task.ts';
import { abandoned, polled, pollFailed, settled, settleFailed } from './change-record.ts';
import type { DeadlineList } from './deadline-list.ts';
import type { PollReport } from './keep-results.ts';
import { backOff } from './poll-plan.ts';
import type { TaskDesk } from './task-desk.ts';

/** Milliseconds that an upstream may take to say how far it is. */
const patience = 30_000;

export interface TaskWork {
  /** Asks the upstream how far it is. @throws GatewayError of which `details.upstreamStatus` and `retryAfter` are obeyed */
  readonly poll: (task: TaskRecord, signal: AbortSignal) => Promise<PollReport>;
  /**
   * Puts what a task that is over has cost in the books, and says how much: nano-dollars, whole; undefined where it is not
   * known. It is called until it succeeds, and again where the process ended before that could be kept: the task's id tells
   * that it is the same.
   */
  readonly settle: (task: TaskRecord) => Promise<number | undefined>;
}

export interface TaskWorkerParts extends TaskWork {
  readonly desk: TaskDesk;
  readonly clock: Clock;
  readonly deadlines: DeadlineList;
  readonly logger: Logger;
}

/** Does what is due about a task that this process has leased. */
export class TaskWorker {
  readonly #parts: TaskWorkerParts;

  constructor(parts: TaskWorkerParts) {
    this.#parts = parts;
  }

  /**
   * The task as it is afterwards. Aborted, it is as it was.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async work(task: TaskRecord, signal: AbortSignal): Promise<TaskRecord | undefined> {
    const { desk } = this.#parts;
    let current: TaskRecord | undefined = task;
    // Who was creating it has died: else it would be leased to him.
    if (task.state === 'creating')
      current = await desk.change(task.id, (record) => abandoned(record, desk.now()));
    else if (!isOver(task.state)) current = await this.#ask(task, signal);
    if (current === undefined || signal.aborted) return current;
    return isOver(current.state) && current.settledAt === undefined ? this.#settle(current) : current;
  }

  async #ask(task: TaskRecord, signal: AbortSignal): Promise<TaskRecord | undefined> {
    const { desk, logger } = this.#parts;
    const { id } = task;
    try {
      const report = await this.#poll(task, signal);
      return await desk.learn(id, report, (record, news) => polled(record, news, desk.moment()));
    } catch (thrown) {
      const error = toGatewayError(thrown);
      if (signal.aborted) return task;
      if (error.code === 'VE_STORE_FAILED') throw error;
      const { code, details } = error;
      logger.warn(
        { task: id, code, status: details.upstreamStatus, error },
        'a task could not be asked about',
      );
      return desk.change(id, (record) => pollFailed(record, error, desk.moment()));
    }
  }

  /** Whether or not the asking stops when it is told to. */
  async #poll(task: TaskRecord, signal: AbortSignal): Promise<PollReport> {
    const { clock, deadlines, poll } = this.#parts;
    const late = new AbortController();
    const leave = deadlines.add(clock.now() + patience, () =>
      late.abort(new GatewayError('VE_UPSTREAM_TIMEOUT')),
    );
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = AbortSignal.any([signal, late.signal]);
    const onAbort = (): void => reject(stop.reason);
    stop.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([poll(task, stop), stopped]);
    } finally {
      leave();
      stop.removeEventListener('abort', onAbort);
    }
  }

  async #settle(task: TaskRecord): Promise<TaskRecord | undefined> {
    const { desk, logger, settle } = this.#parts;
    const { id } = task;
    try {
      const cost = await settle(task);
      return await desk.change(id, (record) => settled(record, cost, desk.now()));
    } catch (error) {
      logger.error({ task: id, error }, 'what a task has cost could not be settled yet');
      return desk.change(id, (record) => {
        const { now, chance } = desk.moment();
        return settleFailed(record, now, backOff(record.failures + 1, chance));
      });
    }
  }
}
